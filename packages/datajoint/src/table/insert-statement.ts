import type { TableName } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Heading } from '../heading/heading.ts';
import { type Sql, sql, type ValueRow } from '../sql/sql.ts';
import type { InsertOptions } from './insert.ts';

/** Where rows are inserted. */
export interface Target {
  readonly name: TableName;
  readonly heading: Heading;
}

/** What inserts rows, one statement for all. */
export function insertStatement(
  { name, heading }: Target,
  fields: readonly string[],
  rows: readonly ValueRow[],
  options: InsertOptions,
  dialect: Dialect,
): Sql {
  const table = sql.id(name.schema, name.table);
  // Rows of nothing but defaults: not every database takes empty lists, so one attribute is named for all.
  const [first = ''] = heading.names;
  const isEmpty = fields.length === 0;
  const columns = sql.join((isEmpty ? [first] : fields).map((field) => sql.id(field)));
  const values = sql.rows(fields, isEmpty ? rows.map(() => [undefined]) : rows);
  const insert = sql`INSERT INTO ${table} (${columns}) VALUES ${values}`;
  const existing = existingOf(options);
  const hidden = (inKey: boolean): string[] =>
    heading.hidden.filter((one) => one.inKey === inKey).map(({ name }) => name);
  const primaryKey = [...heading.primaryKey, ...hidden(true)];
  if (existing === undefined || primaryKey.length === 0) return insert;
  const given = heading.secondary.filter((name) => fields.includes(name));
  const left = [...heading.secondary.filter((name) => !fields.includes(name)), ...hidden(false)];
  return sql`${insert}${dialect.onDuplicate({ table, primaryKey, given, left }, existing)}`;
}

/** What becomes of a row whose primary key exists; undefined where that is an error. */
export function existingOf({ replace, skipDuplicates }: InsertOptions): 'skip' | 'replace' | undefined {
  return replace ? 'replace' : skipDuplicates ? 'skip' : undefined;
}
