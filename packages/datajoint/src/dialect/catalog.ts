import type { Sql } from '../sql/sql.ts';

/**
 * Statements that ask the database what it holds.
 *
 * Each answers only what the session's user may see. Result columns come in the documented order, never by name: one
 * product of the family answers in upper case, the other as written.
 */
export interface CatalogQueries {
  /** Rows: schema name. The server's own schemas are left out. */
  schemas(): Sql;
  /** Rows: table name. Every table and view of the schema, hidden ones too. */
  tables(schema: string): Sql;
  /** Rows: name, comment, is view (0 or 1). Those of the named tables that exist, in no order. */
  tablesNamed(schema: string, names: readonly string[]): Sql;
  /** Rows: schema name, if it exists. */
  schemaNamed(schema: string): Sql;
  /** Rows: see {@link ColumnRow}, in column order. */
  columns(schema: string, table: string): Sql;
  /**
   * How a table is declared, to be read with {@link readDeclaration}: asked in a fraction of the time of {@link columns}.
   */
  declaration(schema: string, table: string): Sql;
  /** A text that changes whenever the columns do; undefined where there is none that does, as of views of MySQL. */
  readDeclaration(rows: readonly (readonly unknown[])[]): string | undefined;
  /** Rows: see {@link IndexRow}, by index and position, the primary key left out. */
  indexes(schema: string, table: string): Sql;
  /** Rows: attribute, schema and name of its type, for enums that are types of their own. Undefined where none are. */
  enums(schema: string, table: string): Sql | undefined;
  /** Rows: see {@link ForeignKeyRow}. The foreign keys the table holds, in the order they were declared. */
  foreignKeysOf(schema: string, table: string): Sql;
  /** Rows: see {@link ForeignKeyRow}. The foreign keys held anywhere that reference a table of these schemas. */
  foreignKeysInto(schemas: readonly string[]): Sql;
  /** Rows: schema, name, comment, estimated rows (NULL or negative where unknown). Every table and view, hidden ones too. */
  everyTable(schemas?: readonly string[]): Sql;
  /** Rows: schema, table, attribute. The primary keys of every table. */
  everyPrimaryKey(schemas?: readonly string[]): Sql;
  /** Rows: see {@link ForeignKeyRow}. The foreign keys that every table holds. */
  everyForeignKey(schemas?: readonly string[]): Sql;
  /** Rows: schema, table, attribute, type, comment; in column order. */
  everyColumn(schemas?: readonly string[]): Sql;
  /** Rows: name of a unique index or the primary key, attribute. */
  uniqueKeys(schema: string, table: string): Sql;
  /** What the user may do; of one table, if one is named. To be read with {@link readPrivileges}. */
  privileges(schema?: string, table?: string): Sql;
  /** Answers what may be done with a table. */
  readPrivileges(rows: readonly (readonly unknown[])[]): (schema: string, table: string) => readonly Privilege[];
  /** Rows: on delete, on update; as SQL spells them. What happens to a child's rows with those of its parent. */
  referentialActions(schema: string, table: string, constraint: string): Sql;
}

/** What a user may do with the rows of a table, all of its attributes. */
export type Privilege = 'select' | 'insert' | 'update' | 'delete';

/** Field, type, collation, nullable (`YES`), key (`PRI`), default, extra, privileges, comment. */
export type ColumnRow = readonly [
  name: string,
  type: string,
  collation: string | null,
  nullable: string,
  key: string,
  defaultValue: string | null,
  extra: string,
  privileges: string,
  comment: string,
];

/**
 * As `SHOW KEYS` answers: the first eight columns and, where the server has functional indexes, the expression at the
 * 15th place instead of the attribute.
 */
export type IndexRow = readonly [
  table: string,
  nonUnique: number | bigint | string,
  index: string,
  position: number | bigint | string,
  attribute: string | null,
  ...rest: readonly (string | number | bigint | null)[],
];

/** One row per pair of attributes, in the order in which they were declared. */
export type ForeignKeyRow = readonly [
  constraint: string,
  childSchema: string,
  childTable: string,
  childAttribute: string,
  parentSchema: string,
  parentTable: string,
  parentAttribute: string,
];
