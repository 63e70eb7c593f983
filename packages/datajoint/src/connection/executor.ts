import type { Dialect } from '../dialect/dialect.ts';
import type { Sql } from '../sql/sql.ts';
import type { Cell, ExecuteOptions, RecordBatch, RecordFormat, ResultSet } from './driver.ts';

/** What runs SQL: a connection, or a transaction of one. */
export interface Executor {
  readonly dialect: Dialect;
  /** Runs a statement to its end. */
  execute(sql: Sql, options?: ExecuteOptions): Promise<ResultSet>;
  /**
   * Runs a statement and yields its rows in batches as they arrive. A consumer that stalls stalls the query; one that
   * leaves (`return`) or aborts cancels it on the server.
   */
  stream(sql: Sql, options?: ExecuteOptions): AsyncIterable<readonly (readonly Cell[])[]>;
  /** As {@link stream}, with the rows as records of JSON; left out where `writtenRecords` of a stream is as quick. */
  records?(sql: Sql, format: RecordFormat, options?: ExecuteOptions): AsyncIterableIterator<RecordBatch>;
}
