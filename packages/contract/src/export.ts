import Type, { type Static } from 'typebox';
import { AttributesQuery } from './record.ts';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';
import { RestrictionQuery } from './table.ts';

export const ExportQuery = Type.Object({
  format: Type.Optional(
    Type.Union([Type.Literal('csv'), Type.Literal('ndjson'), Type.Literal('arrow'), Type.Literal('parquet')], {
      description: 'The kind of file; without it, what `Accept` names, else `csv`.',
    }),
  ),
  attributes: Type.Optional(AttributesQuery),
  order: Type.Optional(
    Type.String({ default: 'KEY ASC', description: 'List of `attribute [ASC|DESC]`, with commas between.' }),
  ),
  restriction: Type.Optional(RestrictionQuery),
  blobs: Type.Optional(
    Type.Union([Type.Literal('stored'), Type.Literal('inline')], {
      default: 'stored',
      description:
        '`inline`: objects in stores stand in the file themselves, and arrays of one type are columns of lists or, with ' +
        'several axes, of `{data, shape}` in Arrow and Parquet.',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 0, description: 'Rows at most; all where it is left out.' })),
});
export type ExportQuery = Static<typeof ExportQuery>;

export const exportRoutes = [
  {
    operationId: 'exportRecords',
    method: 'GET',
    path: '/schema/{schema}/table/{table}/export',
    kind: 'read',
    isProtected: true,
    tag: 'Records',
    summary: 'All rows as a file',
    description:
      'The rows that match the restriction as CSV, NDJSON, an Arrow IPC stream (`application/vnd.apache.arrow.stream`) ' +
      'or Parquet (`application/vnd.apache.parquet`). They leave while they are read; an answer that breaks off before ' +
      'its end is not whole.',
    params: TableParams,
    query: ExportQuery,
    responses: { 200: { description: 'The file.', mediaType: 'text/csv', schema: Type.String() } },
  },
] as const satisfies readonly RouteContract[];
