import { cellReader } from '../../../packages/datajoint/src/heading/codec/value.ts';
import {
  type Attribute,
  type Cell,
  type Connection,
  DataJointError,
  type QueryExpression,
  type Value,
} from '../../../packages/datajoint/src/index.ts';
import { trusted, trustedFragment } from '../../../packages/datajoint/src/sql/trusted-sql.ts';
import { opened } from '../opened.ts';
import { PythonError, type PythonSession } from '../python-session.ts';
import type { Garden } from './grow.ts';
import { toPlainSql } from './plain-sql.ts';
import { toQuery } from './to-query.ts';
import type { Tree } from './tree.ts';

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

export function ownOutcome(build: () => QueryExpression): Promise<Outcome> {
  return unlessRefused(async () => {
    const query = build();
    const rows = await query.fetch();
    const { names, primaryKey } = query.heading;
    return {
      heading: names,
      primaryKey,
      length: await query.length(),
      rows: await printed(
        rows.map((row) => names.map((name) => row[name] as Value)),
        query,
      ),
    };
  });
}

/** What the expression comes to where each of its operators is a SELECT of its own. */
export function plainOutcome(tree: Tree, { family, tables }: Garden, connection: Connection): Promise<Outcome> {
  return unlessRefused(async () => {
    const build = (part: Tree): QueryExpression => toQuery(part, tables);
    const { attributes, names, primaryKey } = build(tree).heading;
    // MariaDB 10.11 takes some nested SELECTs apart and puts others together that come to other rows then, and in prepared
    // statements the order of an enum for that of its texts: without either, where it is MariaDB that reads the comment.
    const plainly = "/*M! SET STATEMENT optimizer_switch='derived_merge=off,split_materialized=off' FOR */";
    const statement = trustedFragment(trusted(`${plainly} ${toPlainSql(tree, { family, build })}`));
    const { rows } = await connection.execute(statement);
    const columns = await Promise.all(
      attributes.map(async (attribute, at) => {
        const cells = rows.map((row) => row[at] as Cell);
        return (await attribute.objects?.read(attribute, cells, connection)) ?? cells.map(cellReader(attribute));
      }),
    );
    const values = rows.map((_, row) => columns.map((column) => column[row] as Value));
    return { heading: names, primaryKey, length: rows.length, rows: await printed(values, build(tree)) };
  });
}

async function unlessRefused(evaluate: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await evaluate();
  } catch (error) {
    if (!(error instanceof DataJointError)) throw error;
    return { error: `${error.name}: ${error.message}` };
  }
}

/** Rows in an order that is the same for all who answer. */
async function printed(rows: readonly (readonly Value[])[], { heading }: QueryExpression): Promise<readonly string[]> {
  const all = rows.map(async (row) => {
    const cells = row.map(async (value, at) => canonical(await cell(value, heading.attributes[at] as Attribute)));
    return JSON.stringify(await Promise.all(cells));
  });
  return (await Promise.all(all)).sort();
}

async function cell(value: Value, { storage }: Attribute): Promise<string | null> {
  if (value === null || Number.isNaN(value)) return null;
  if (typeof value === 'boolean') return String(Number(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'object') return JSON.stringify(await opened(value), sorted);
  const text = String(value);
  if (storage.kind === 'time') {
    const [, sign, hours, minutes, seconds] = /^(-?)(\d+):(\d+):([\d.]+)$/.exec(text) ?? [];
    return `${sign}${Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)}s`;
  }
  return text;
}

/** Members by their names. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Numbers and moments in one spelling: drivers add and drop zeros, and blanks at the end of a CHAR. */
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
    .replace(/^(\d{4}-\d\d-\d\d) 00:00:00$/, '$1')
    .replace(/ +$/, '');
}
