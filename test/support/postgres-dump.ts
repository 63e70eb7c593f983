import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** The rows of a table in a dump. */
export interface CopiedRows {
  /** `"lab".session (subject_id, session)`, as it stands in the dump. */
  readonly target: string;
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Statements and rows of a dump (`.sql.gz`) that `pg_dump` made, in their order. */
export async function* piecesOfDump(file: string): AsyncGenerator<string | CopiedRows> {
  let sql = '';
  let copied: { target: string; rows: (string | null)[][] } | undefined;
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const [, target] = /^COPY (.+) FROM stdin;$/.exec(line) ?? [];
    if (copied === undefined && target !== undefined) {
      yield sql;
      sql = '';
      copied = { target, rows: [] };
    } else if (copied !== undefined && line === '\\.') {
      yield copied;
      copied = undefined;
    } else if (copied !== undefined) {
      copied.rows.push(line.split('\t').map(cellOf));
    } else if (!line.startsWith('\\') && !line.startsWith('--')) {
      sql += `${line}\n`;
    }
  }
  yield sql;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function cellOf(text: string): string | null {
  if (text === '\\N') return null;
  return text.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}
