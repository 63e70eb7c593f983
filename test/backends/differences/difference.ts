import type { Family, Product } from '../../support/products.ts';

/** What is asked of a table with the key `id`, the column `value` and, where something is stored, rows 1 and up. */
export type Ask =
  /** The value as a record prints it. */
  | { readonly read: true }
  /** Goes into a new row: what a record prints then, or the error. JSON text. */
  | { readonly insert: string }
  /** Operation and value: the rows that are found, or the error. */
  | { readonly restrict: readonly [operation: string, value: string] }
  /** The rows in the order of the values. */
  | { readonly order: true }
  /** What `attribute` says: its type, its default, whether it counts by itself. */
  | { readonly attribute: 'type' | 'default' | 'autoincrement' }
  /** A condition of a query, in SQL: the rows that are found, or the error. */
  | { readonly where: string }
  /** An attribute that a query computes, in SQL: of row 1, or the error. */
  | { readonly proj: string }
  /** The line of the definition. */
  | { readonly definition: RegExp };

/** Something that is not the same on all databases, and cannot be. */
export interface Difference {
  /** The heading of the page under which it stands. */
  readonly about: string;
  readonly what: string;
  /** The column `value` as SQL; absent where the family has no such type. */
  readonly column: Partial<Record<Family, string>>;
  /** As DataJoint 2 declares it. */
  readonly declared?: string;
  /** Further lines of the declaration. */
  readonly constraint?: string;
  /** Values as SQL. */
  readonly stored?: readonly string[];
  readonly ask: Ask;
  /** By family, or by product where a family does not agree. */
  readonly answers: Partial<Record<Family | Product, string>>;
}

/** A type that both families call alike. */
export const both = (type: string): Difference['column'] => ({ mysql: type, postgresql: type });
