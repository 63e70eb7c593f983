import type { PostgresField } from './postgres-client.ts';

/** What becomes of the rows of a statement, while they arrive. */
export interface PostgresRows<Batch> {
  /** Says what columns the rows have, before the first. */
  describe(fields: readonly PostgresField[]): void;
  /** Takes a row, a message of the protocol from `start` to before `end`. */
  take(bytes: Buffer, start: number, end: number): void;
  /** Rows taken and not yet given, and about how many bytes they are. */
  readonly count: number;
  readonly bytes: number;
  /** The next rows that were taken. */
  batch(): Batch;
}
