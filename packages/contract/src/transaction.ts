import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';

/** A restriction inside a JSON body: the array that the parameter `restriction` holds in base64. */
export const RestrictionItems = Type.Array(Type.Object({}, { additionalProperties: true }), {
  title: 'RestrictionItems',
  description: 'All items must hold: `{"attributeName", "operation", "value"}`, `and`, `or`, `not`, `in`.',
});
export type RestrictionItems = Static<typeof RestrictionItems>;

const Records = Type.Array(Type.Object({}, { additionalProperties: true }), { description: 'As in `POST record`.' });
const where = { schema: Type.String(), table: Type.String({ description: 'In CamelCase.' }) };

export const TransactionOperation = Type.Union(
  [
    Type.Object({
      operation: Type.Literal('insert'),
      ...where,
      records: Records,
      existing: Type.Optional(
        Type.Union([Type.Literal('error'), Type.Literal('skip'), Type.Literal('replace')], {
          default: 'error',
          description: 'What becomes of records whose key exists.',
        }),
      ),
    }),
    Type.Object({ operation: Type.Literal('update'), ...where, records: Records }),
    Type.Object({
      operation: Type.Literal('delete'),
      ...where,
      restriction: RestrictionItems,
      cascade: Type.Optional(Type.Boolean({ default: false })),
      plan: Type.Optional(Type.String({ description: 'The digest of the plan to hold it to.' })),
    }),
  ],
  { title: 'TransactionOperation' },
);
export type TransactionOperation = Static<typeof TransactionOperation>;

export const TransactionBody = Type.Object(
  {
    operations: Type.Array(TransactionOperation, { minItems: 1, maxItems: 1000 }),
    dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Do everything, and take it all back.' })),
  },
  { title: 'TransactionBody' },
);
export type TransactionBody = Static<typeof TransactionBody>;

const Deletes = Type.Array(
  Type.Object({
    schema: Type.String(),
    table: Type.String(),
    tier: Type.Union([Type.String(), Type.Null()]),
    count: Type.Integer(),
  }),
  { description: 'In the order in which they go: leaves first, the table itself last.' },
);

export const TransactionResponse = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        rows: Type.Integer({ description: 'Records inserted or updated, or rows of the table deleted.' }),
        deletes: Type.Optional(Deletes),
      }),
      { description: 'One for each operation.' },
    ),
    dryRun: Type.Boolean(),
  },
  { title: 'TransactionResponse' },
);
export type TransactionResponse = Static<typeof TransactionResponse>;

export const PlanBody = Type.Object(
  {
    restriction: Type.Optional(RestrictionItems),
    cascade: Type.Optional(Type.Boolean({ default: true, description: 'Shall all that depends on the rows go too?' })),
  },
  { title: 'PlanBody' },
);
export type PlanBody = Static<typeof PlanBody>;

export const PlanResponse = Type.Object(
  {
    deletes: Deletes,
    total: Type.Integer(),
    blocked: Type.Array(
      Type.Object({
        schema: Type.Optional(Type.String()),
        table: Type.Optional(Type.String()),
        count: Type.Optional(Type.Integer({ description: 'Absent where the user may not count them.' })),
        reason: Type.Union([Type.Literal('privilege'), Type.Literal('dependent'), Type.Literal('hidden')]),
        message: Type.String(),
      }),
      { description: 'What forbids it; without names where the user may not know them. Empty: nothing that is known.' },
    ),
    partIntegrity: Type.Optional(
      Type.String({ description: 'Why it is refused for taking rows of a part and none of its master.' }),
    ),
    digest: Type.String({ description: 'For the header `Pharus-Plan` of `DELETE record`.' }),
  },
  { title: 'PlanResponse' },
);
export type PlanResponse = Static<typeof PlanResponse>;

const json = 'application/json';

export const transactionRoutes = [
  {
    operationId: 'planDelete',
    method: 'POST',
    path: '/schema/{schema}/table/{table}/record/plan',
    kind: 'read',
    isProtected: true,
    tag: 'Records',
    params: TableParams,
    body: PlanBody,
    summary: 'What a delete would take',
    description:
      'Counts the rows that would go, table by table, and looks for what forbids it. Nothing is changed. `DELETE record` ' +
      'with the digest in its header `Pharus-Plan` takes just so many rows of the same restriction, or answers 409 `PlanChanged`.',
    responses: { 200: { description: 'The plan.', mediaType: json, schema: PlanResponse } },
  },
  {
    operationId: 'transaction',
    method: 'POST',
    path: '/transaction',
    kind: 'write',
    isProtected: true,
    tag: 'Records',
    body: TransactionBody,
    takesFiles: true,
    summary: 'Several writes in one transaction',
    description:
      'Inserts, updates and deletes in any tables, in their order, all or none. As `application/problem+json` a failure ' +
      'names its place: `errors: [{"pointer": "/operations/1/records/3/note_id", "code", "detail"}]`.',
    responses: { 200: { description: 'All were made.', mediaType: json, schema: TransactionResponse } },
  },
] as const satisfies readonly RouteContract[];
