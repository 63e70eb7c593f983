import type { Cell } from './driver.ts';
import type { MysqlColumns } from './mysql-columns.ts';
import type { MysqlPacket } from './mysql-link.ts';

export type Row = readonly Cell[];

/** What becomes of the rows of a statement, while they arrive. */
export interface MysqlRows<Batch> {
  /** Says how the rows stand on the wire that are going to be read. */
  begin(columns: MysqlColumns): void;
  /** Reads a row off the wire. */
  read(packet: MysqlPacket): void;
  /** Takes a row that `mysql2` has read: those of statements that are not prepared. */
  take(row: Row): void;
  /** Rows since the last batch, and about how many bytes they are. */
  readonly count: number;
  readonly bytes: number;
  /** The rows since the last batch. */
  batch(): Batch;
}
