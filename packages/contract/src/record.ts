import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';
import { RestrictionQuery } from './table.ts';

export const RecordValue = Type.Union([Type.Number(), Type.String(), Type.Null()], {
  title: 'RecordValue',
  description:
    'Integers exactly; decimals as text; dates and datetimes as seconds since 1970 in UTC; times as seconds; blobs, ' +
    'attachments and other binary values as `=BLOB=`; NaN and the infinities as `nan`, `inf`, `-inf`.',
});
export type RecordValue = Static<typeof RecordValue>;

export const RecordResponse = Type.Object(
  {
    recordHeader: Type.Array(Type.String(), { description: 'Names of the attributes, the primary key first.' }),
    records: Type.Array(Type.Array(RecordValue), { description: 'One array per row, in the order of the header.' }),
    totalCount: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Rows matching the restriction on all pages; null where it was not to be counted.',
    }),
    next: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'With `after`: what to ask for the next page with; null on the last one.',
      }),
    ),
  },
  { title: 'RecordResponse' },
);
export type RecordResponse = Static<typeof RecordResponse>;

export const AttributesQuery = Type.String({
  description: 'List of attributes, with commas between; `KEY` stands for the primary key. Without it: all.',
});

export const CountMode = Type.Union([Type.Literal('exact'), Type.Literal('estimated'), Type.Literal('none')], {
  default: 'exact',
  description: 'How `totalCount` is found: counted; as the database expects it, or null; not at all, null.',
});
export type CountMode = Static<typeof CountMode>;

export const RecordQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 0, default: 1000, description: 'Rows per page.' })),
  page: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'Page, counted from 1.' })),
  order: Type.Optional(
    Type.String({
      default: 'KEY ASC',
      description: 'List of `attribute [ASC|DESC]`, with commas between; `KEY` stands for the primary key.',
    }),
  ),
  restriction: Type.Optional(RestrictionQuery),
  attributes: Type.Optional(AttributesQuery),
  blobs: Type.Optional(
    Type.Union([Type.Literal('mark'), Type.Literal('describe'), Type.Literal('sketch'), Type.Literal('inline')], {
      default: 'mark',
      description:
        'How blobs stand in a record: `=BLOB=`; an object with kind, dtype, shape and stored bytes; the same with at most ' +
        '64 numbers; the value as JSON up to 1 MiB. But for `mark`, NULL is null.',
    }),
  ),
  after: Type.Optional(
    Type.String({
      description:
        'In place of a page: empty for the first one, then the `next` of the one before. No rows are passed over, so the ' +
        'last page costs what the first one does.',
    }),
  ),
  count: Type.Optional(CountMode),
});
export type RecordQuery = Static<typeof RecordQuery>;

export const RecordsBody = Type.Object(
  {
    records: Type.Array(Type.Object({}, { additionalProperties: true }), {
      description: 'One object per row: attribute names and values.',
      examples: [[{ subject_id: 1, name: 'mouse' }]],
    }),
  },
  { title: 'RecordsBody' },
);
export type RecordsBody = Static<typeof RecordsBody>;

export const InsertResponse = Type.Object({ response: Type.Literal('Insert Successful') }, { title: 'InsertResponse' });
export type InsertResponse = Static<typeof InsertResponse>;

export const UpdateResponse = Type.Object({ response: Type.Literal('Update Successful') }, { title: 'UpdateResponse' });
export type UpdateResponse = Static<typeof UpdateResponse>;

export const DeleteResponse = Type.Object({ response: Type.Literal('Delete Successful') }, { title: 'DeleteResponse' });
export type DeleteResponse = Static<typeof DeleteResponse>;

export const DeleteQuery = Type.Object(
  {
    restriction: Type.Optional(RestrictionQuery),
    cascade: Type.Optional(
      Type.String({
        description:
          '`true` deletes all dependents too, `false` does not; in any case of letters. A number counts as `false`, other words are refused.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type DeleteQuery = Static<typeof DeleteQuery>;

const Name = Type.Union([Type.String(), Type.Null()]);

/** The answer, with status 409, to a delete that rows of another table forbid. Every name is there in two spellings. */
export const DeleteConflict = Type.Object(
  {
    error: Type.Literal('IntegrityError'),
    errorMessage: Type.String(),
    error_msg: Type.String(),
    childSchema: Name,
    child_schema: Name,
    childTable: Name,
    child_table: Name,
  },
  { title: 'DeleteConflict', description: 'The names are null when the user may not see the table.' },
);
export type DeleteConflict = Static<typeof DeleteConflict>;

const path = '/schema/{schema}/table/{table}/record';
const records = { path, isProtected: true, tag: 'Records', params: TableParams } as const;
const lenient = { ...records, ignoresUnknown: true } as const;
const json = 'application/json';

export const recordRoutes = [
  {
    ...lenient,
    operationId: 'fetchRecords',
    method: 'GET',
    kind: 'read',
    summary: 'Rows of a table',
    description: 'One page of the rows that match the restriction.',
    query: RecordQuery,
    responses: { 200: { description: 'The page.', mediaType: json, schema: RecordResponse } },
  },
  {
    ...lenient,
    operationId: 'insertRecords',
    method: 'POST',
    kind: 'write',
    summary: 'Insert rows',
    description: 'All of them in one transaction, or none. Attributes left out take their default.',
    body: RecordsBody,
    takesFiles: true,
    responses: { 200: { description: 'All were inserted.', mediaType: json, schema: InsertResponse } },
  },
  {
    ...lenient,
    operationId: 'updateRecords',
    method: 'PATCH',
    kind: 'write',
    summary: 'Update rows',
    description:
      'All of them in one transaction, or none. Each record names its whole primary key, which does not change; ' +
      'attributes left out stay as they are, null resets to the default.',
    body: RecordsBody,
    takesFiles: true,
    responses: { 200: { description: 'All were updated.', mediaType: json, schema: UpdateResponse } },
  },
  {
    ...records,
    operationId: 'deleteRecords',
    method: 'DELETE',
    kind: 'write',
    summary: 'Delete rows',
    description:
      'Deletes the rows that match the restriction; without one, or with `[]`, all rows. Rows that others depend on ' +
      'are deleted only with `cascade=true`, then together with all dependents or not at all. A body is refused. ' +
      'Where no row matches, the answer is 500, "Nothing to delete".',
    query: DeleteQuery,
    responses: {
      200: { description: 'They were deleted.', mediaType: json, schema: DeleteResponse },
      409: { description: 'Rows of another table depend on them.', mediaType: json, schema: DeleteConflict },
    },
  },
] as const satisfies readonly RouteContract[];
