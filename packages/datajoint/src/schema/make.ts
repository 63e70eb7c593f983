import type { Transaction } from '../connection/transaction.ts';
import type { Row } from '../expression/record-types.ts';
import type { InputRow, InsertOptions } from '../table/insert.ts';
import type { Table } from '../table/table.ts';

/** What is there to look rows up. */
export interface FetchContext {
  /** A table of the schema by its class name, or of another: `table('Session')`, `table('Session', 'other_schema')`. */
  table(className: string, schema?: string): Promise<Table>;
  readonly signal: AbortSignal | undefined;
}

/** What a `make` works with; all of it in the transaction of its key. */
export interface MakeContext extends FetchContext {
  readonly transaction: Transaction;
  /** Inserts into the table that is populated. */
  insert(rows: readonly InputRow[], options?: InsertOptions): Promise<void>;
  insert1(row: InputRow, options?: InsertOptions): Promise<void>;
}

/** Computes the rows of one key and inserts them, those of the parts too. */
export type MakeWhole = (key: Row, context: MakeContext) => Promise<void>;

/**
 * A `make` in three parts, for what takes long to compute: no transaction is open meanwhile. What was fetched is fetched
 * again, in the transaction that inserts, and has to be the same.
 */
export interface MakeInParts<Fetched = unknown, Computed = unknown> {
  fetch(key: Row, context: FetchContext): Promise<Fetched>;
  compute(key: Row, fetched: Fetched, signal: AbortSignal | undefined): Computed | Promise<Computed>;
  insert(key: Row, computed: Computed, context: MakeContext): Promise<void>;
}

/** What computes the rows of a table, key by key. */
export type Make<Fetched = unknown, Computed = unknown> = MakeWhole | MakeInParts<Fetched, Computed>;
