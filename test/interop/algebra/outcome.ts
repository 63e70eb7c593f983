import { DataJointError, type QueryExpression, type Value } from '../../../packages/datajoint/src/index.ts';
import { PythonError, type PythonSession } from '../python-session.ts';

/** What an expression comes to, so that two libraries' answers can be compared; or the error it ends with. */
export type Outcome =
  | {
      readonly heading: readonly string[];
      readonly primaryKey: readonly string[];
      readonly length: number | string;
      readonly rows: readonly string[];
    }
  | { readonly error: string };

interface PythonAnswer {
  readonly heading: readonly string[];
  readonly primaryKey: readonly string[];
  readonly length: number | string;
  readonly rows: readonly (readonly (string | null)[])[];
}

export async function pythonOutcome(python: PythonSession, schema: string, expression: string): Promise<Outcome> {
  try {
    const answer = await python.ask<PythonAnswer>('evaluate', { schema, expression });
    return { ...answer, rows: answer.rows.map((row) => JSON.stringify(row.map(canonical))).sort() };
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return { error: error.message };
  }
}

export async function ownOutcome(build: () => QueryExpression): Promise<Outcome> {
  try {
    const query = build();
    const rows = await query.fetch();
    const names = query.heading.names;
    return {
      heading: names,
      primaryKey: query.heading.primaryKey,
      length: await query.length(),
      rows: rows
        .map((row) => JSON.stringify(names.map((name) => canonical(cell(row[name] as Value, query, name)))))
        .sort(),
    };
  } catch (error) {
    if (!(error instanceof DataJointError)) throw error;
    return { error: `${error.name}: ${error.message}` };
  }
}

function cell(value: Value, query: QueryExpression, name: string): string | null {
  if (value === null || Number.isNaN(value)) return null;
  if (typeof value === 'boolean') return String(Number(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  const text = String(value);
  if (query.heading.get(name)?.storage.kind === 'time') {
    const [, sign, hours, minutes, seconds] = /^(-?)(\d+):(\d+):([\d.]+)$/.exec(text) ?? [];
    return `${sign}${Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)}s`;
  }
  return text;
}

/** Numbers and moments in one spelling: drivers add and drop zeros. */
function canonical(text: string | null): string | null {
  if (text === null) return null;
  if (/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
    if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text;
    const number = Number(Number(text).toPrecision(9));
    return Number.isInteger(number) && Math.abs(number) < 1e15 ? String(number === 0 ? 0 : number) : String(number);
  }
  // Of a uuid that is computed the library knows the bytes only.
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text.replaceAll('-', '');
  return text
    .replace(/(\d\d:\d\d:\d\d)\.(\d*?)0+$/, (_, clock: string, fraction: string) =>
      fraction === '' ? clock : `${clock}.${fraction}`,
    )
    .replace(/^(\d{4}-\d\d-\d\d) 00:00:00$/, '$1');
}
