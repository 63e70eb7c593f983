import type { Cell } from './driver.ts';
import type { MysqlField, MysqlRowParser } from './mysql-link.ts';

export type Row = readonly Cell[];

/** What becomes of the rows of a statement, while they arrive. */
export interface MysqlRows<Batch> {
  /** What reads rows with these columns off the wire; undefined where `mysql2` has to, which gives them as cells. */
  parserFor(fields: readonly MysqlField[]): MysqlRowParser | undefined;
  /** Takes a row as the parser gave it. */
  take(row: unknown): void;
  /** Rows taken since the last batch, and about how many bytes they are. */
  readonly count: number;
  readonly bytes: number;
  /** The rows taken since the last batch. */
  batch(): Batch;
}
