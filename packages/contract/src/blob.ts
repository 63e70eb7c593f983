import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';
import { RestrictionQuery } from './table.ts';

export const BlobParams = Type.Object({
  schema: Type.String({ description: 'Name of the schema.' }),
  table: Type.String({ description: 'Name of the table in CamelCase; a part table as `Master.Part`.' }),
  attribute: Type.String({ description: 'Name of the attribute.' }),
});
export type BlobParams = Static<typeof BlobParams>;

export const BlobQuery = Type.Object({
  key: RestrictionQuery,
  describe: Type.Optional(Type.String({ description: '`1`: what it is, and what is in it, in place of the value.' })),
  path: Type.Optional(
    Type.String({ description: 'Steps to a value inside, as `describe` names them, with slashes between.' }),
  ),
  slice: Type.Optional(Type.String({ description: "Part of an array by numpy's rules: `0:96,30000:40000`." })),
  reduce: Type.Optional(
    Type.String({
      description:
        '`mean:N`: each axis cut to N places. `minmax:N`: the last axis cut to N places, each the least and the greatest, which are a last axis of two. Both answer float64.',
    }),
  ),
  format: Type.Optional(
    Type.Union([Type.Literal('json'), Type.Literal('npy'), Type.Literal('png'), Type.Literal('raw')], {
      description:
        'JSON (default for blobs and arrays), an array as a `.npy` file or a picture, or the stored bytes (default for the rest).',
    }),
  ),
});
export type BlobQuery = Static<typeof BlobQuery>;

export const blobRoutes = [
  {
    operationId: 'fetchBlob',
    method: 'GET',
    path: '/schema/{schema}/table/{table}/blob/{attribute}',
    kind: 'read',
    isProtected: true,
    tag: 'Records',
    summary: 'One blob, attachment or file',
    description:
      'The value of one record, which `key` names: whole, a part of it, or reduced on the server. Attachments come under ' +
      'their own name. Answers have an `ETag`; ranges of bytes are answered.',
    params: BlobParams,
    query: BlobQuery,
    responses: { 200: { description: 'The value.', mediaType: 'application/json', schema: Type.Unknown() } },
  },
] as const satisfies readonly RouteContract[];
