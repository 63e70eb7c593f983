import Type, { type Static } from 'typebox';
import { AttributesQuery, CountMode, RecordValue } from './record.ts';
import type { RouteContract } from './route.ts';
import { RestrictionItems } from './transaction.ts';

const Names = Type.Array(Type.String());
const Named = Type.Record(Type.String(), Type.String(), {
  description: 'New names and what they are: `{"start": "session_start"}` renames, any other text is computed.',
});
/** What stands inside an expression: another one. Written open, as JSON Schema without references cannot repeat itself. */
const Inner = Type.Object({}, { additionalProperties: true, description: 'An expression.' });
const By = Type.Union([RestrictionItems, Type.String(), Inner], {
  description: 'Items as in a restriction, a condition in SQL as text, or an expression whose rows are to be matched.',
});

export const QueryTree = Type.Union(
  [
    Type.Object({ op: Type.Literal('table'), schema: Type.String(), table: Type.String() }),
    Type.Object({ op: Type.Literal('restrict'), of: Inner, by: By }),
    Type.Object({ op: Type.Literal('except'), of: Inner, by: By }),
    Type.Object({
      op: Type.Literal('proj'),
      of: Inner,
      attributes: Type.Optional(Names),
      named: Type.Optional(Named),
    }),
    Type.Object({ op: Type.Literal('join'), of: Inner, with: Inner, left: Type.Optional(Type.Boolean()) }),
    Type.Object({
      op: Type.Literal('aggr'),
      of: Inner,
      group: Inner,
      attributes: Type.Optional(Names),
      named: Type.Optional(Named),
      keepAllRows: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ op: Type.Literal('union'), of: Inner, with: Inner }),
    Type.Object({
      op: Type.Literal('universal'),
      by: Names,
      of: Inner,
      named: Type.Optional(Named),
    }),
    Type.Object({
      op: Type.Literal('top'),
      of: Inner,
      limit: Type.Optional(Type.Integer({ minimum: 0 })),
      order: Type.Optional(Type.String()),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
  ],
  {
    title: 'QueryTree',
    description:
      'A query as a tree: an operator and what it is applied to. `universal` is `U(by) & of`, or `U(by).aggr(of, named)`.',
  },
);
export type QueryTree = Static<typeof QueryTree>;

export const QueryBody = Type.Object(
  {
    text: Type.Optional(
      Type.String({
        maxLength: 10_000,
        description: "A query in DataJoint's own text.",
        examples: [`lab.Session * lab.Subject & "sex = 'F'" & {'rig': 'box-1'}`],
      }),
    ),
    expression: Type.Optional(QueryTree),
    schemas: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Where tables without a schema are looked for, in this order; without it, in all.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 0, default: 1000 })),
    page: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
    order: Type.Optional(
      Type.String({
        description: 'Where nothing is said, that of the `Top` that comes last in the query, or `KEY ASC`.',
      }),
    ),
    attributes: Type.Optional(AttributesQuery),
    restriction: Type.Optional(RestrictionItems),
    count: Type.Optional(CountMode),
    explain: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Answer the SQL, the heading and the plan of all rows; run nothing. `order`, `limit`, `page` and `attributes` do not change it.',
      }),
    ),
    format: Type.Optional(
      Type.Union([Type.Literal('csv'), Type.Literal('ndjson'), Type.Literal('arrow'), Type.Literal('parquet')], {
        description: 'Answer all rows, or the first `limit`, as a file; without `page`, `count` and `explain`.',
      }),
    ),
  },
  { title: 'QueryBody', description: 'Either `text` or `expression`.' },
);
export type QueryBody = Static<typeof QueryBody>;

export const QueryAttribute = Type.Object(
  {
    name: Type.String(),
    type: Type.String(),
    primary: Type.Boolean(),
    nullable: Type.Boolean(),
    comment: Type.String(),
    origin: Type.Optional(
      Type.Object(
        { schema: Type.String(), table: Type.String({ description: 'In CamelCase.' }), attribute: Type.String() },
        { description: 'The stored attribute that it is; absent for what is computed.' },
      ),
    ),
  },
  { title: 'QueryAttribute' },
);
export type QueryAttribute = Static<typeof QueryAttribute>;

export const QueryResponse = Type.Object(
  {
    recordHeader: Type.Array(Type.String()),
    heading: Type.Array(QueryAttribute, {
      description: 'All attributes of the result, whichever are asked for.',
    }),
    records: Type.Array(Type.Array(RecordValue)),
    totalCount: Type.Union([Type.Integer(), Type.Null()]),
  },
  { title: 'QueryResponse', description: 'As `record`, with the heading of the result.' },
);
export type QueryResponse = Static<typeof QueryResponse>;

export const ExplainResponse = Type.Object(
  {
    sql: Type.String(),
    parameters: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Null()]), {
      description: 'In the order of their marks; big numbers as text, bytes as hexadecimal text.',
    }),
    heading: Type.Array(QueryAttribute),
    rows: Type.Object({ estimate: Type.Union([Type.Integer(), Type.Null()]) }),
    plan: Type.Array(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])), {
      description: 'The steps of the database, in its own words: a line of text, or several columns.',
    }),
  },
  { title: 'ExplainResponse' },
);
export type ExplainResponse = Static<typeof ExplainResponse>;

export const queryRoutes = [
  {
    operationId: 'query',
    method: 'POST',
    path: '/query',
    kind: 'read',
    isProtected: true,
    tag: 'Records',
    body: QueryBody,
    summary: 'Rows of any query',
    description:
      "A query in DataJoint's own text or as a tree, over all schemas the user can see. It reads and never writes. As " +
      '`application/problem+json` an error in a text has its `line` and `column`, from 1, and its `offset`.',
    responses: {
      200: {
        description: 'The page; with `explain` what would be run; with `format` a file.',
        mediaType: 'application/json',
        schema: Type.Union([QueryResponse, ExplainResponse]),
      },
    },
  },
] as const satisfies readonly RouteContract[];
