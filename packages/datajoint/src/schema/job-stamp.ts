import { compileWhere } from '../expression/compile.ts';
import { sql } from '../sql/sql.ts';
import type { Table } from '../table/table.ts';

const startColumn = '_job_start_time';

/**
 * Notes in the hidden columns of rows that were computed just now when that began, how many seconds it took and with
 * which code, where their table has such columns (DataJoint 2).
 * @param start milliseconds since 1970; kept as Python does, as the clock of the worker shows it.
 */
export async function stampJob(
  { name, condition, catalog, executor }: Table,
  start: number,
  version: string,
): Promise<void> {
  if (!(await catalog.columnNames(name)).includes(startColumn)) return;
  const began = new Date(start - new Date(start).getTimezoneOffset() * 60_000).toISOString();
  const seconds = (Date.now() - start) / 1000;
  const place = sql.id(name.schema, name.table);
  await executor.execute(
    sql`UPDATE ${place} SET ${sql.id(startColumn)} = ${began.slice(0, 23).replace('T', ' ')}, ${sql.id('_job_duration')} = ${seconds}, ${sql.id('_job_version')} = ${version.slice(0, 64)}${compileWhere(condition, executor.dialect)}`,
  );
}
