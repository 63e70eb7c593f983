import Type, { type Static } from 'typebox';
import { RecordValue } from './record.ts';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';
import { RestrictionQuery } from './table.ts';

export const JobStatus = Type.Union(
  [
    Type.Literal('pending'),
    Type.Literal('reserved'),
    Type.Literal('success'),
    Type.Literal('error'),
    Type.Literal('ignore'),
  ],
  { description: 'DataJoint up to 0.14 keeps reserved, error and ignore.' },
);
export type JobStatus = Static<typeof JobStatus>;

export const JobCountsResponse = Type.Object(
  {
    jobs: Type.Array(
      Type.Object({
        schema: Type.String(),
        table: Type.String({ description: 'In CamelCase.' }),
        counts: Type.Record(Type.String(), Type.Integer(), { description: 'By status; those without jobs left out.' }),
      }),
    ),
  },
  { title: 'JobCountsResponse' },
);
export type JobCountsResponse = Static<typeof JobCountsResponse>;

export const Job = Type.Object(
  {
    status: JobStatus,
    key: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: 'The key to compute; null where only its hash is kept.',
    }),
    keyHash: Type.Optional(Type.String({ description: 'DataJoint up to 0.14.' })),
    errorMessage: Type.String(),
    errorStack: Type.Union([Type.String(), Type.Null()]),
    user: Type.String(),
    host: Type.String(),
    pid: Type.Integer(),
    connectionId: Type.String({ description: 'Digits: it may be beyond what a number holds.' }),
    times: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
      description:
        'As the database writes them: `timestamp`, or `created_time`, `scheduled_time`, `reserved_time`, `completed_time`.',
    }),
  },
  { title: 'Job' },
);
export type Job = Static<typeof Job>;

export const JobsResponse = Type.Object(
  { jobs: Type.Array(Job), totalCount: Type.Integer() },
  { title: 'JobsResponse' },
);
export type JobsResponse = Static<typeof JobsResponse>;

export const ClearJobsResponse = Type.Object({ deleted: Type.Integer() }, { title: 'ClearJobsResponse' });
export type ClearJobsResponse = Static<typeof ClearJobsResponse>;

export const ProgressResponse = Type.Object(
  {
    total: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Keys to compute; null where they cannot be told.',
    }),
    done: Type.Union([Type.Integer(), Type.Null()], { description: 'Keys for which there is a row.' }),
    pending: Type.Integer(),
    reserved: Type.Integer(),
    error: Type.Integer(),
    ignored: Type.Integer(),
    newest: Type.Union([Type.String(), Type.Null()], {
      description: 'When the last row was begun, where that is kept.',
    }),
  },
  { title: 'ProgressResponse' },
);
export type ProgressResponse = Static<typeof ProgressResponse>;

export const ValuesResponse = Type.Object(
  {
    values: Type.Array(
      Type.Object({ value: RecordValue, count: Type.Optional(Type.Integer({ description: 'Rows that have it.' })) }),
    ),
    complete: Type.Boolean({ description: 'Are these all?' }),
  },
  { title: 'ValuesResponse' },
);
export type ValuesResponse = Static<typeof ValuesResponse>;

export const CountResponse = Type.Object(
  {
    totalCount: Type.Union([Type.Integer(), Type.Null()]),
    estimated: Type.Boolean({ description: 'Is it what the server expects, for want of time to count?' }),
  },
  { title: 'CountResponse' },
);
export type CountResponse = Static<typeof CountResponse>;

const JobsQuery = Type.Object({
  status: Type.Optional(JobStatus),
  restriction: Type.Optional(RestrictionQuery),
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 100, description: 'Jobs per page.' })),
  page: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'Page, counted from 1.' })),
});

const read = { method: 'GET', kind: 'read', isProtected: true } as const;
const json = 'application/json';

export const jobRoutes = [
  {
    ...read,
    operationId: 'countJobs',
    path: '/jobs',
    tag: 'Pipelines',
    summary: 'How many jobs there are of each table and status',
    description: 'Of both generations: `~jobs` of a schema, `~~name` of a table.',
    query: Type.Object({
      schema: Type.Optional(Type.String({ description: 'Names of schemas with commas between; without it, all.' })),
    }),
    responses: { 200: { description: 'The numbers.', mediaType: json, schema: JobCountsResponse } },
  },
  {
    ...read,
    operationId: 'listJobs',
    path: '/jobs/{schema}/{table}',
    tag: 'Pipelines',
    params: TableParams,
    summary: 'The jobs of a table',
    description: 'The newest first. `restriction` is on the attributes of the table that holds the jobs.',
    query: JobsQuery,
    responses: { 200: { description: 'The jobs.', mediaType: json, schema: JobsResponse } },
  },
  {
    operationId: 'clearJobs',
    method: 'DELETE',
    kind: 'write',
    isProtected: true,
    path: '/jobs/{schema}/{table}',
    tag: 'Pipelines',
    params: TableParams,
    summary: 'Clear jobs, so that their keys are tried again',
    description: 'Deletes the jobs of one status, or those of them that match the restriction.',
    query: Type.Object(
      { status: JobStatus, restriction: Type.Optional(RestrictionQuery) },
      { additionalProperties: false },
    ),
    responses: { 200: { description: 'They are gone.', mediaType: json, schema: ClearJobsResponse } },
  },
  {
    ...read,
    operationId: 'progress',
    path: '/schema/{schema}/table/{table}/progress',
    tag: 'Pipelines',
    params: TableParams,
    summary: 'How far an Imported or Computed table has come',
    description: 'Keys to compute (the join of the parents in the primary key), those done, and the jobs under way.',
    responses: { 200: { description: 'The progress.', mediaType: json, schema: ProgressResponse } },
  },
  {
    ...read,
    operationId: 'values',
    path: '/schema/{schema}/table/{table}/values/{attribute}',
    tag: 'Records',
    params: Type.Object({
      ...TableParams.properties,
      attribute: Type.String({ description: 'Name of the attribute.' }),
    }),
    summary: 'The values an attribute has',
    description: 'Each once, in their order, as `record` prints them, counted where 200 ms are enough for it.',
    query: Type.Object({
      restriction: Type.Optional(RestrictionQuery),
      q: Type.Optional(Type.String({ description: 'Only texts that have this in them, as `LIKE` compares.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50, description: 'Values, at most.' })),
    }),
    responses: { 200: { description: 'The values.', mediaType: json, schema: ValuesResponse } },
  },
  {
    ...read,
    operationId: 'count',
    path: '/schema/{schema}/table/{table}/count',
    tag: 'Records',
    params: TableParams,
    summary: 'How many rows there are',
    description: 'Counted where the time is enough, else as the server expects. Never an error for being slow.',
    query: Type.Object({
      restriction: Type.Optional(RestrictionQuery),
      mode: Type.Optional(
        Type.Union([Type.Literal('exact'), Type.Literal('estimated')], {
          default: 'exact',
          description: '`estimated` counts only where the database expects at most 10,000 rows.',
        }),
      ),
      timeLimit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 60000, default: 300, description: 'Milliseconds that counting may take.' }),
      ),
    }),
    responses: { 200: { description: 'The number.', mediaType: json, schema: CountResponse } },
  },
] as const satisfies readonly RouteContract[];
