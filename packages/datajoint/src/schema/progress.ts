import type { ExecuteOptions } from '../connection/driver.ts';
import { UnsupportedTableType } from '../errors.ts';
import { isAutoPopulated } from '../naming.ts';
import { sql } from '../sql/sql.ts';
import type { Table } from '../table/table.ts';
import { JobQueue, type JobStatus } from './job-queue.ts';
import { keySource } from './key-source.ts';

/** How far a computed or imported table has come. */
export interface Progress {
  /** How many keys there are to compute; undefined where the key source cannot be told from the table. */
  readonly total: number | undefined;
  /** For how many of them there is a row. */
  readonly done: number | undefined;
  readonly jobs: ReadonlyMap<JobStatus, number>;
  /** When the last row was begun to be computed, as the database writes it; undefined where that is not kept. */
  readonly newest: string | undefined;
}

/**
 * How far an auto-populated table has come, and what is reserved, failed or ignored.
 * @throws UnsupportedTableType for tables that are filled by hand
 */
export async function progress(table: Table, options?: ExecuteOptions): Promise<Progress> {
  if (!isAutoPopulated(table.tier)) {
    throw new UnsupportedTableType(
      `${table.className} is not filled by populate; only Imported and Computed tables are.`,
    );
  }
  const source = await keySource(table);
  const total = await source?.length(options);
  const left = await source?.except(table.proj()).length(options);
  const jobs = new Map<JobStatus, number>();
  for (const queue of await JobQueue.of(table)) {
    for (const counts of (await queue.count(options)).values()) {
      for (const [status, count] of counts) jobs.set(status, (jobs.get(status) ?? 0) + count);
    }
  }
  const done = total === undefined || left === undefined ? undefined : total - left;
  return { total, done, jobs, newest: await newest(table, options) };
}

const startTime = '_job_start_time';

/** DataJoint 2 can be told to keep when each row was begun, in a hidden attribute. */
async function newest({ name, catalog, executor }: Table, options?: ExecuteOptions): Promise<string | undefined> {
  if (!(await catalog.columnNames(name)).includes(startTime)) return undefined;
  const last = sql`SELECT MAX(${sql.id(startTime)}) FROM ${sql.id(name.schema, name.table)}`;
  const [row] = (await executor.execute(last, options)).rows;
  return row?.[0] === null || row?.[0] === undefined ? undefined : String(row[0]);
}
