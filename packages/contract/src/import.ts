import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';

export const ImportQuery = Type.Object(
  {
    format: Type.Optional(
      Type.Union([Type.Literal('csv'), Type.Literal('ndjson')], {
        description: 'What the body is; without it, what its `Content-Type` says.',
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ default: false, description: 'Insert all rows to see what happens, and take them back.' }),
    ),
    existing: Type.Optional(
      Type.Union([Type.Literal('error'), Type.Literal('skip'), Type.Literal('replace')], {
        default: 'error',
        description: 'What becomes of rows whose key exists.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ImportQuery = Static<typeof ImportQuery>;

/** A row of the file that cannot be imported: a line of a dry run's answer, an item of `errors` in a problem. */
export const ImportProblem = Type.Object(
  {
    row: Type.Integer({ description: 'Counted from 1, without the line of names.' }),
    pointer: Type.String({ description: '`/attribute`; empty where it is about the whole row.' }),
    code: Type.String(),
    detail: Type.String(),
  },
  { title: 'ImportProblem' },
);
export type ImportProblem = Static<typeof ImportProblem>;

/** The last line of an answer. */
export const ImportTotals = Type.Object(
  {
    rows: Type.Integer({ description: 'Rows that were read.' }),
    inserted: Type.Integer({ description: 'Rows that are new.' }),
    existing: Type.Integer({ description: 'Rows whose key was there: refused, skipped or replaced.' }),
    wrong: Type.Integer({ description: 'Rows that cannot be imported, at most 100.' }),
    complete: Type.Boolean({
      description: 'False where there are more wrong rows than that, and the rest was not read.',
    }),
    dryRun: Type.Boolean(),
  },
  { title: 'ImportTotals' },
);
export type ImportTotals = Static<typeof ImportTotals>;

export const importRoutes = [
  {
    operationId: 'importRecords',
    method: 'POST',
    path: '/schema/{schema}/table/{table}/import',
    kind: 'write',
    isProtected: true,
    tag: 'Records',
    summary: 'Insert the rows of a file',
    description:
      'The body is CSV or NDJSON as `export` writes it, read while it arrives. All rows are inserted in one transaction, or ' +
      'none. As `application/problem+json` a refusal names every wrong row in `errors`. A dry run answers a line for each ' +
      'of them and then, as every import, one with the totals.',
    params: TableParams,
    query: ImportQuery,
    responses: {
      200: {
        description: 'Lines of JSON: the wrong rows of a dry run, then the totals.',
        mediaType: 'application/x-ndjson',
        schema: Type.Union([ImportProblem, ImportTotals]),
      },
    },
  },
] as const satisfies readonly RouteContract[];
