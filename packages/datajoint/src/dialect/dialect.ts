import type { DataJointError } from '../errors.ts';
import type { Sql, SqlSyntax } from '../sql/sql.ts';
import type { CatalogQueries } from './catalog.ts';

/**
 * What differs between database families: spelling, not meaning.
 *
 * The algebra is compiled once; a dialect supplies the few verbs that are written differently.
 */
export interface Dialect {
  readonly name: 'mysql';
  readonly syntax: SqlSyntax;
  /** Whether anything can have this name: some characters no identifier holds, and asking for them is an error. */
  canName(identifier: string): boolean;
  /** Begins a transaction that sees one state of the database. */
  readonly startTransaction: string;
  readonly catalog: CatalogQueries;
  /** Turns whatever a driver throws into DataJoint's error. */
  translateError(error: unknown): DataJointError;
  /** A parameter with the type it has to be compared as. */
  typed(value: TypedValue): Sql;
  /** A JSON column as its text. */
  jsonText(column: Sql): Sql;
  /** A full table name as DataJoint prints it: `` `lab`.`session` ``. */
  fullTableName(schema: string, table: string): string;
  /** How an insert treats rows whose key exists. */
  readonly insert: InsertForms;
}

/** A value to compare a column with, and as what. */
export type TypedValue =
  | { readonly as: 'text' | 'json' | 'temporal'; readonly value: string }
  | { readonly as: 'integer'; readonly value: bigint }
  /** Digits that no 64-bit number holds exactly. */
  | { readonly as: 'decimal'; readonly value: string }
  | { readonly as: 'double'; readonly value: number }
  | { readonly as: 'bytes'; readonly value: Uint8Array };

interface InsertForms {
  /** `INSERT INTO` or what replaces existing rows. */
  verb(replace: boolean): Sql;
  /** What follows the values so that rows whose primary key exists are passed over. */
  skipDuplicates(table: Sql, primaryKey: readonly string[]): Sql;
}
