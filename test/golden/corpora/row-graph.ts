import { quoted, quotedTable } from '../../support/backend.ts';
import type { Backend } from '../../support/backends.ts';

/** A foreign key as the server's catalog has it: pairs of a column here and a column there. */
interface Key {
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly (readonly [string, string])[];
}

interface Rows extends PrimaryKey {
  /** Places by key. */
  readonly places: ReadonlyMap<string, number>;
  /** For each row: the rows of other tables that refer to it. */
  readonly referring: readonly (readonly [table: string, row: number])[][];
}

/** Rows by table, `"schema"."table"`. */
export type RowSet = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Which row refers to which, through every foreign key, as the server itself joins them: an answer to "what depends on
 * this" that shares nothing with the code under test.
 *
 * A row is its place in the order of the primary key.
 */
export class RowGraph {
  readonly #tables: ReadonlyMap<string, Rows>;
  readonly #keys: readonly Key[];

  private constructor(tables: ReadonlyMap<string, Rows>, keys: readonly Key[]) {
    this.#tables = tables;
    this.#keys = keys;
  }

  /** Reads the rows' keys of some schemas. */
  static async load(backend: Backend, schemas: readonly string[]): Promise<RowGraph> {
    const primaryKeys = await readPrimaryKeys(backend, schemas);
    const tables = new Map<string, Rows>();
    for (const [table, primaryKey] of primaryKeys) {
      const keys = await readKeys(backend, table, primaryKey);
      const places = new Map(keys.map((key, place) => [key, place]));
      if (places.size !== keys.length) throw new Error(`The keys of ${table} cannot be told apart by their text.`);
      tables.set(table, { ...primaryKey, places, referring: keys.map(() => []) });
    }
    const keys = await readForeignKeys(backend, schemas);
    for (const { child, parent, columns } of keys) {
      const [childKey, parentKey] = [primaryKeys.get(child)?.columns, primaryKeys.get(parent)?.columns];
      if (childKey === undefined || parentKey === undefined) continue;
      const on = columns.map(([here, there]) => `c.${quoted(here)} = p.${quoted(there)}`).join(' AND ');
      const pairs = await backend.query(
        `SELECT ${select('c', childKey, 'c')}, ${select('p', parentKey, 'p')} FROM ${child} c JOIN ${parent} p ON ${on}`,
      );
      for (const pair of pairs) {
        const childRow = tables.get(child)?.places.get(identity(pair, 'c', childKey.length)) as number;
        const parentRow = tables.get(parent)?.places.get(identity(pair, 'p', parentKey.length)) as number;
        tables.get(parent)?.referring[parentRow]?.push([child, childRow]);
      }
    }
    return new RowGraph(tables, keys);
  }

  get tables(): readonly string[] {
    return [...this.#tables.keys()];
  }

  count(table: string): number {
    return this.#tables.get(table)?.places.size ?? 0;
  }

  primaryKey(table: string): readonly string[] {
    return this.#tables.get(table)?.columns ?? [];
  }

  /** The rows that are there now. */
  async present(backend: Backend, table: string): Promise<ReadonlySet<number>> {
    const rows = this.#tables.get(table) as Rows;
    return new Set((await readKeys(backend, table, rows)).map((key) => rows.places.get(key) ?? -1));
  }

  /** Tables that depend on a table, itself among them, whether or not they hold rows. */
  descendants(table: string): ReadonlySet<string> {
    const found = new Set([table]);
    for (const name of found) for (const { child, parent } of this.#keys) if (parent === name) found.add(child);
    return found;
  }

  /** These rows of a table (all of them, unless given) and all rows that depend on them. */
  dependents(table: string, rows?: readonly number[]): RowSet {
    const found = new Map<string, Set<number>>([[table, new Set(rows ?? Array(this.count(table)).keys())]]);
    const open = [...(found.get(table) ?? [])].map((row) => [table, row] as const);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [name, row] = next;
      for (const [child, childRow] of this.#tables.get(name)?.referring[row] ?? []) {
        const known = found.get(child) ?? new Set();
        found.set(child, known);
        if (known.has(childRow)) continue;
        known.add(childRow);
        open.push([child, childRow]);
      }
    }
    return found;
  }

  /** The row that most rows depend on, among those that `isWanted`; undefined where none is. */
  busiestRow(table: string, isWanted: (dependents: RowSet) => boolean = () => true): number | undefined {
    let best: number | undefined;
    let most = 0;
    for (let row = 0; row < Math.min(this.count(table), 40); row += 1) {
      const dependents = this.dependents(table, [row]);
      const size = [...dependents.values()].reduce((sum, rows) => sum + rows.size, 0);
      if (size > most && isWanted(dependents)) [best, most] = [row, size];
    }
    return best;
  }
}

interface PrimaryKey {
  readonly schema: string;
  readonly stored: string;
  readonly columns: string[];
}

const primaryKeyQueries = {
  mysql: `SELECT table_schema AS s, table_name AS t, column_name AS c FROM information_schema.columns
    WHERE table_schema IN (?) AND column_key = 'PRI' ORDER BY table_schema, table_name, ordinal_position`,
  postgresql: `SELECT k.table_schema AS s, k.table_name AS t, k.column_name AS c
    FROM information_schema.table_constraints t
      JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name, table_schema, table_name)
      JOIN information_schema.columns c USING (table_schema, table_name, column_name)
    WHERE k.table_schema IN (?) AND t.constraint_type = 'PRIMARY KEY' AND left(k.table_name, 1) <> '~'
    ORDER BY s, t, c.ordinal_position`,
};

const foreignKeyQueries = {
  mysql: `SELECT constraint_name AS n, table_schema AS s, table_name AS t, column_name AS c,
      referenced_table_schema AS rs, referenced_table_name AS rt, referenced_column_name AS rc
    FROM information_schema.key_column_usage
    WHERE table_schema IN (?) AND referenced_table_name IS NOT NULL ORDER BY s, t, n, ordinal_position`,
  postgresql: `SELECT c.constraint_name AS n, c.table_schema AS s, c.table_name AS t, c.column_name AS c,
      p.table_schema AS rs, p.table_name AS rt, p.column_name AS rc
    FROM information_schema.referential_constraints r
      JOIN information_schema.key_column_usage c USING (constraint_schema, constraint_name)
      JOIN information_schema.key_column_usage p ON p.constraint_schema = r.unique_constraint_schema
        AND p.constraint_name = r.unique_constraint_name AND p.ordinal_position = c.position_in_unique_constraint
    WHERE c.table_schema IN (?) ORDER BY s, t, n, c.ordinal_position`,
};

async function readPrimaryKeys(backend: Backend, schemas: readonly string[]): Promise<ReadonlyMap<string, PrimaryKey>> {
  // In the order of the columns, which is DataJoint's: the index may have another.
  const rows = await backend.query<{ s: string; t: string; c: string }>(primaryKeyQueries[backend.family], [schemas]);
  const found = new Map<string, PrimaryKey>();
  for (const { s, t, c } of rows) {
    const table = quotedTable(s, t);
    const known = found.get(table) ?? { schema: s, stored: t, columns: [] };
    known.columns.push(c);
    found.set(table, known);
  }
  return found;
}

async function readForeignKeys(backend: Backend, schemas: readonly string[]): Promise<readonly Key[]> {
  const rows = await backend.query<Record<'n' | 's' | 't' | 'c' | 'rs' | 'rt' | 'rc', string>>(
    foreignKeyQueries[backend.family],
    [schemas],
  );
  const keys = new Map<string, Key & { columns: [string, string][] }>();
  for (const { n, s, t, c, rs, rt, rc } of rows) {
    const [child, parent] = [quotedTable(s, t), quotedTable(rs, rt)];
    const key = keys.get(`${child}/${n}`) ?? { child, parent, columns: [] };
    key.columns.push([c, rc]);
    keys.set(`${child}/${n}`, key);
  }
  return [...keys.values()];
}

async function readKeys(backend: Backend, table: string, { columns }: PrimaryKey): Promise<readonly string[]> {
  const rows = await backend.query(`SELECT ${select('t', columns, 'k')} FROM ${table} t ORDER BY ${list(columns)}`);
  return rows.map((row) => identity(row, 'k', columns.length));
}

const list = (columns: readonly string[]): string => columns.map((column) => `t.${quoted(column)}`).join(', ');
const select = (alias: string, columns: readonly string[], as: string): string =>
  columns.map((column, index) => `${alias}.${quoted(column)} AS ${as}${index}`).join(', ');

function identity(row: Readonly<Record<string, unknown>>, as: string, length: number): string {
  return JSON.stringify(
    Array.from({ length }, (_, index) => {
      const value = row[`${as}${index}`];
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
    }),
  );
}
