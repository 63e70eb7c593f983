import type { DataJointError } from '../errors.ts';
import type { Sql, SqlSyntax } from '../sql/sql.ts';
import type { CatalogQueries } from './catalog.ts';
import type { ChangeStamps } from './change-stamps.ts';
import type { ColumnTypes } from './column-types.ts';
import type { Ddl } from './ddl.ts';
import type { Generation, Storage } from './storage.ts';

/**
 * What differs between database families: spelling, not meaning.
 *
 * The algebra is compiled once; a dialect supplies the few verbs that are written differently.
 */
export interface Dialect {
  readonly name: 'mysql' | 'postgresql';
  readonly syntax: SqlSyntax;
  /** Whether anything can have this name: some characters no identifier holds, and asking for them is an error. */
  canName(identifier: string): boolean;
  /** Begins a transaction that sees one state of the database. */
  readonly startTransaction: string;
  /** Whether a transaction can go on only from a savepoint after a statement of it has failed. */
  readonly failureEndsTransaction: boolean;
  readonly catalog: CatalogQueries;
  readonly ddl: Ddl;
  readonly changeStamps: ChangeStamps;
  /** Turns whatever a driver throws into DataJoint's error. */
  translateError(error: unknown): DataJointError;
  /** A parameter with the type it has to be compared as. */
  typed(value: TypedValue): Sql;
  /** A column in the form in which it can be compared with the values. */
  compared(column: Sql, attribute: ComparedAttribute, values: readonly TypedValue[], isPattern: boolean): Sql;
  /** An item of an order, in which NULL comes before all values. */
  ordered(column: Sql, descending: boolean, nullable: boolean): Sql;
  /** A scalar within a JSON document as text, or as the type given: NULL where it is not there or no scalar. */
  jsonMember(document: Sql, path: readonly (string | number)[], type: Sql | undefined): Sql;
  readonly types: ColumnTypes;
  /** Asks how the server would run a query. */
  explain(query: Sql): Sql;
  /** About how many rows the server expects the query to have; undefined where it does not say. */
  readEstimate(columns: readonly string[], rows: readonly (readonly unknown[])[]): number | undefined;
  /** A full table name as DataJoint prints it: `` `lab`.`session` ``. */
  fullTableName(schema: string, table: string): string;
  /** Whether DataJoint prints indexes in definitions, and of foreign keys that they are unique. */
  readonly printsIndexes: boolean;
  /** Set where JSON may stand in columns of another type. */
  readonly json?: HiddenJson;
  /** The generation of tables in a schema without signs of one. */
  readonly generation: Generation;
  /**
   * What follows the values of an insert so that rows whose primary key exists are passed over, or get the new values in
   * place of their own. A row of another key that has a unique value of an existing one is an error.
   */
  onDuplicate(target: InsertTarget, existing: 'skip' | 'replace'): Sql;
}

/** What of an attribute decides how it is compared. */
export interface ComparedAttribute {
  readonly databaseType: string;
  readonly storage: Storage;
  readonly charset?: string;
}

/** A value to compare a column with, and as what. */
export type TypedValue =
  | { readonly as: 'text' | 'json' | 'temporal'; readonly value: string }
  | { readonly as: 'integer'; readonly value: bigint }
  /** Digits that no 64-bit number holds exactly. */
  | { readonly as: 'decimal'; readonly value: string }
  | { readonly as: 'double'; readonly value: number }
  | { readonly as: 'boolean'; readonly value: boolean }
  /** Sixteen bytes. */
  | { readonly as: 'uuid'; readonly value: Uint8Array };

/** How to find the columns that hold JSON though their type does not say so. */
export interface HiddenJson {
  isCandidate(type: string, collation: string | null): boolean;
  /** The attributes that a table's declaration says are JSON. */
  attributes(declaration: string): ReadonlySet<string>;
}

export interface InsertTarget {
  readonly table: Sql;
  readonly primaryKey: readonly string[];
  /** The other attributes that are inserted. */
  readonly given: readonly string[];
  /** Those that are not: replacing a row resets them to their default. */
  readonly left: readonly string[];
}
