import type { ClearJobsResponse, Job, JobCountsResponse, JobsResponse, ProgressResponse } from '@pharus/contract';
import {
  countJobs,
  type Database,
  JobQueue,
  type JobStatus,
  jobStatuses,
  NdArray,
  progress,
  type Row,
  type Table,
  UnknownAttributeError,
} from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { RequestError } from '../errors/request-error.ts';
import { schemasOf } from '../parse/pipeline-query.ts';
import { first, type Query, wholeNumber } from '../parse/record-query.ts';
import { type ParsedRestriction, parseRestriction, restrictionIn } from '../parse/restriction.ts';
import { unknownParameter } from '../parse/unknown-parameters.ts';
import { written } from '../respond/table-names.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

interface JobsRoute {
  Params: { schema: string; table: string };
  Querystring: Query;
}

const mostJobs = 1000;
const times = ['timestamp', 'created_time', 'scheduled_time', 'reserved_time', 'completed_time'];

/** What is being computed, what failed, and how far it has come. */
export const jobRoutes =
  ({ authenticate, connect, signal, wrote }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get<JobsRoute>('/jobs', async (request): Promise<JobCountsResponse> => {
      const credentials = await authenticate(request);
      const schemas = schemasOf(request.query);
      const database = await connect(request, credentials);
      const found = await countJobs(database.catalog, schemas, { signal: signal(request) });
      return { jobs: found.map(({ name, counts }) => ({ ...written(name), counts: Object.fromEntries(counts) })) };
    });

    app.get<JobsRoute>('/jobs/:schema/:table', async (request): Promise<JobsResponse> => {
      const credentials = await authenticate(request);
      const asked = parseJobs(request.query);
      const limit = wholeNumber(request.query, 'limit', 100, 0);
      const page = wholeNumber(request.query, 'page', 1, 1);
      if (limit > mostJobs) throw new RequestError('INVALID_REQUEST', `Expected at most ${mostJobs} jobs per page.`);
      const database = await connect(request, credentials);
      return freshlyOnChange(database, async () => {
        const jobs: Job[] = [];
        let totalCount = 0;
        for (const { queue, rows } of await queuesOf(database, request.params, asked)) {
          const before = totalCount;
          totalCount += await rows.length({ signal: signal(request) });
          const offset = Math.max(0, (page - 1) * limit - before);
          const order = queue.isLegacy ? 'timestamp DESC, KEY' : 'created_time DESC, KEY';
          const wanted = rows.first({ order, limit: limit - jobs.length, offset });
          if (jobs.length < limit) for (const row of await wanted.fetch()) jobs.push(jobOf(queue, row));
        }
        return { jobs, totalCount };
      });
    });

    app.delete<JobsRoute>('/jobs/:schema/:table', async (request): Promise<ClearJobsResponse> => {
      const credentials = await authenticate(request);
      const asked = parseJobs(request.query);
      const wrong = wrongInClearing(request.query, request.body, asked);
      if (wrong !== undefined) {
        throw new RequestError(
          'INVALID_REQUEST',
          `Expected "status", one of ${jobStatuses.join(', ')}, and no more than "restriction" beside it; got ${wrong} ` +
            'Nothing was deleted.',
        );
      }
      const database = await connect(request, credentials);
      database.catalog.invalidate();
      let deleted = 0;
      for (const { rows } of await queuesOf(database, request.params, asked)) {
        const count = await rows.deleteQuick();
        wrote(request, [{ action: 'delete', table: rows.name, rows: count }]);
        deleted += count;
      }
      return { deleted };
    });

    app.get<JobsRoute>('/schema/:schema/table/:table/progress', async (request): Promise<ProgressResponse> => {
      const database = await connect(request, await authenticate(request));
      const { schema, table } = request.params;
      return freshlyOnChange(database, async () => {
        const found = await progress(await database.schema(schema).table(table), { signal: signal(request) });
        const count = (status: JobStatus): number => found.jobs.get(status) ?? 0;
        return {
          total: found.total ?? null,
          done: found.done ?? null,
          pending: count('pending'),
          reserved: count('reserved'),
          error: count('error'),
          ignored: count('ignore'),
          newest: found.newest ?? null,
        };
      });
    });
  };

interface AskedJobs {
  readonly status: JobStatus | undefined;
  readonly restriction: ParsedRestriction | undefined;
}

function parseJobs(query: Query): AskedJobs {
  const status = first(query, 'status');
  const restriction = first(query, 'restriction');
  const known = jobStatuses.find((each) => each === status);
  if (status !== undefined && known === undefined) {
    throw new RequestError('INVALID_REQUEST', `Parameter "status" has to be one of ${jobStatuses.join(', ')}.`);
  }
  return { status: known, restriction: restriction === undefined ? undefined : parseRestriction(restriction) };
}

/** What is not as it has to be where jobs are cleared: a misspelt restriction must not become every job. */
function wrongInClearing(query: Query, body: unknown, { status }: AskedJobs): string | undefined {
  if (body !== undefined) return 'a body.';
  const unknown = unknownParameter(query, ['status', 'restriction']);
  if (unknown !== undefined) return `an ${unknown}`;
  return status === undefined ? 'no "status".' : undefined;
}

/** The queues that hold jobs of a table, with those of its jobs that are asked for. */
async function queuesOf(
  database: Database,
  { schema, table }: JobsRoute['Params'],
  { status, restriction }: AskedJobs,
): Promise<readonly { readonly queue: JobQueue; readonly rows: Table }[]> {
  const queues = await JobQueue.of(await database.schema(schema).table(table));
  const by = await restrictionIn(database, restriction);
  let refusal: unknown;
  const found = queues.flatMap((queue) => {
    const jobs = status === undefined ? queue.jobs : queue.jobs.restrict({ status });
    try {
      return [{ queue, rows: jobs.restrict(by) }];
    } catch (error) {
      // A schema may have queues of both generations, whose attributes differ: what one lacks, none of its jobs has.
      if (!(error instanceof UnknownAttributeError)) throw error;
      refusal = error;
      return [];
    }
  });
  if (found.length === 0 && refusal !== undefined) throw refusal;
  return found;
}

function jobOf(queue: JobQueue, row: Row): Job {
  const key = queue.keyOf(row);
  return {
    status: row.status as JobStatus,
    key:
      key === undefined ? null : Object.fromEntries(Object.entries(key).map(([name, value]) => [name, shown(value)])),
    ...(typeof row.key_hash === 'string' && { keyHash: row.key_hash }),
    errorMessage: String(row.error_message ?? ''),
    errorStack: typeof row.error_stack === 'string' ? row.error_stack : null,
    user: String(row.user ?? ''),
    host: String(row.host ?? ''),
    pid: Number(row.pid ?? 0),
    connectionId: String(row.connection_id ?? ''),
    times: Object.fromEntries(
      times.filter((name) => name in row).map((name) => [name, (row[name] ?? null) as string | null]),
    ),
  };
}

/** A value of a key: numbers that JSON cannot hold as their digits. */
function shown(value: unknown): unknown {
  // numpy's numbers are packed as arrays of one.
  if (value instanceof NdArray && value.size === 1) return shown(value.toText() ?? value.data[0]);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}
