import type { Sql } from '../sql/sql.ts';

/** DataJoint 2's own types, which each family stores in its way. */
export type CoreType =
  | {
      readonly name:
        | 'int8'
        | 'int16'
        | 'int32'
        | 'int64'
        | 'float32'
        | 'float64'
        | 'bool'
        | 'uuid'
        | 'bytes'
        | 'json'
        | 'date';
    }
  | { readonly name: 'datetime'; readonly precision: number | undefined }
  | { readonly name: 'char' | 'varchar'; readonly length: number }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: 'enum'; readonly values: readonly string[] };

/** What a column holds: a core type, a type of the database's own, or an enum that is there already. */
export type ColumnType =
  | { readonly kind: 'core'; readonly core: CoreType }
  | { readonly kind: 'native'; readonly text: string }
  | { readonly kind: 'enum'; readonly schema: string; readonly name: string };

/** What a column holds where nothing is given; `required` has none, `nullable` may be NULL without saying so. */
export type ColumnDefault =
  | { readonly kind: 'required' | 'nullable' | 'null' }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'now'; readonly precision: number | undefined };

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly default: ColumnDefault;
  /** The type's marker and the user's comment. */
  readonly comment: string;
}

export interface ForeignKeySpec {
  readonly attributes: readonly string[];
  readonly parent: { readonly schema: string; readonly table: string };
  readonly parentAttributes: readonly string[];
  /** What happens to the rows when the parent's key changes; its deletion is always refused. */
  readonly onUpdate: 'cascade' | 'restrict';
}

export type IndexPart =
  | { readonly kind: 'attribute'; readonly name: string }
  /** A value inside a JSON document, as the type named. */
  | {
      readonly kind: 'json';
      readonly name: string;
      readonly path: readonly (string | number)[];
      readonly type: string | undefined;
    }
  | { readonly kind: 'expression'; readonly sql: Sql };

export interface IndexSpec {
  readonly isUnique: boolean;
  readonly parts: readonly IndexPart[];
}

/** A table as it is to be declared, with nothing left to be looked up. */
export interface TableSpec {
  readonly schema: string;
  readonly table: string;
  readonly comment: string;
  readonly columns: readonly ColumnSpec[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly ForeignKeySpec[];
  readonly indexes: readonly IndexSpec[];
}

/** Statements that define things. */
export interface Ddl {
  /** Characters that the name of a table, and of an attribute, may have. */
  readonly longestName: number;
  /** Whether what defines things can be undone with the transaction it is in. */
  readonly isTransactional: boolean;
  /** A type of the database's own; undefined for what it has no type for. */
  nativeType(text: string): Sql | undefined;
  createSchema(schema: string): Sql;
  dropSchema(schema: string): Sql;
  /** In the order in which they have to run. A table that exists is left as it is. */
  createTable(table: TableSpec): readonly Sql[];
  dropTable(schema: string, table: string): Sql;
  /** Drops an enum that is a type of its own, unless a column has it. */
  dropUnusedEnum(schema: string, name: string): Sql;
}
