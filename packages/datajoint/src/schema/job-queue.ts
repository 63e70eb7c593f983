import type { ExecuteOptions } from '../connection/driver.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { U } from '../expression/u.ts';
import type { Value } from '../heading/codec/value.ts';
import type { Catalog } from '../table/catalog.ts';
import { Table } from '../table/table.ts';

/** In the order in which a key passes through them. */
export const jobStatuses = ['pending', 'reserved', 'success', 'error', 'ignore'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** How many jobs of a table there are of each status. */
export interface JobCounts {
  /** The table that is computed. */
  readonly name: TableName;
  readonly counts: ReadonlyMap<JobStatus, number>;
}

/**
 * The jobs of one schema or table, as either generation keeps them: in `~jobs`, one for a schema, by the name of the
 * table and a hash of the key; or in `~~name`, one for each table, by the key itself.
 *
 * Source: the tables the Python library writes (0.14 and 2.3).
 */
export class JobQueue {
  /** The rows that are the jobs, to be restricted, fetched and deleted. */
  readonly jobs: Table;
  readonly isLegacy: boolean;

  constructor(jobs: Table) {
    this.jobs = jobs;
    this.isLegacy = jobs.name.table === '~jobs';
  }

  /** The queue in a hidden table; undefined where the user sees none of that name. */
  static async in(catalog: Catalog, name: TableName): Promise<JobQueue | undefined> {
    const { tables, generation } = await catalog.find(name.schema, [name.table]);
    const [found] = tables;
    if (found === undefined) return undefined;
    const heading = await catalog.heading(found, generation);
    return new JobQueue(new Table({ executor: catalog.executor, catalog, name, heading }));
  }

  /** The queues that may hold jobs of a table: its own, and its schema's. */
  static async of({ name, catalog }: Table): Promise<readonly JobQueue[]> {
    const own = `~~${name.table.replace(/^_+/, '')}`;
    const found = await Promise.all(['~jobs', own].map((table) => JobQueue.in(catalog, { ...name, table })));
    return found.flatMap((queue) => {
      if (queue === undefined) return [];
      return [queue.isLegacy ? new JobQueue(queue.jobs.restrict({ table_name: name.table })) : queue];
    });
  }

  /** How many jobs there are of each status, by the stored name of the table they are of, or its base name. */
  async count(options?: ExecuteOptions): Promise<ReadonlyMap<string, ReadonlyMap<JobStatus, number>>> {
    const by = this.isLegacy ? ['table_name', 'status'] : ['status'];
    const counted = new Map<string, Map<JobStatus, number>>();
    for await (const batch of new U(...by).aggr(this.jobs, { jobs: 'count(*)' }).cells([...by, 'jobs'], options)) {
      for (const row of batch) {
        const table = this.isLegacy ? String(row[0]) : this.jobs.name.table.slice(2);
        const counts = counted.get(table) ?? new Map<JobStatus, number>();
        counts.set(String(row.at(-2)) as JobStatus, Number(row.at(-1)));
        counted.set(table, counts);
      }
    }
    for (const [table, counts] of counted) counted.set(table, inOrder(counts));
    return counted;
  }

  /** The key of a job, as its row has been fetched; undefined for one that was kept without. */
  keyOf(row: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | undefined {
    if (!this.isLegacy)
      return Object.fromEntries(this.jobs.heading.primaryKey.map((name) => [name, row[name] as Value]));
    const { key } = row;
    if (key instanceof Map) return Object.fromEntries(key) as Record<string, Value>;
    return isPlain(key) ? (key as unknown as Record<string, Value>) : undefined;
  }
}

/** The counts in the order of {@link jobStatuses}, which databases do not keep. */
function inOrder(counts: ReadonlyMap<JobStatus, number>): Map<JobStatus, number> {
  const place = ([status]: readonly [JobStatus, number]): number => jobStatuses.indexOf(status);
  return new Map([...counts].sort((a, b) => place(a) - place(b)));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The jobs of all tables of some schemas, or of all the user sees. */
export async function countJobs(
  catalog: Catalog,
  schemas: readonly string[] | undefined,
  options?: ExecuteOptions,
): Promise<readonly JobCounts[]> {
  const pipeline = await catalog.pipeline(schemas, options);
  const found: JobCounts[] = [];
  for (const { name: schema, tables, jobQueues } of pipeline.schemas) {
    for (const hidden of jobQueues) {
      const queue = await JobQueue.in(catalog, { schema, table: hidden });
      for (const [base, counts] of (await queue?.count(options)) ?? []) {
        const computed = tables.find(({ name: { table } }) => table === base || table.replace(/^_+/, '') === base);
        found.push({ name: computed?.name ?? { schema, table: base }, counts });
      }
    }
  }
  return found;
}
