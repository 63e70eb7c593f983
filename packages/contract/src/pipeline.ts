import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';

export const TableTier = Type.Union(
  [
    Type.Literal('manual'),
    Type.Literal('lookup'),
    Type.Literal('imported'),
    Type.Literal('computed'),
    Type.Literal('part'),
    Type.Null(),
  ],
  { description: 'Null for a stored name that DataJoint gives no class.' },
);
export type TableTier = Static<typeof TableTier>;

const May = Type.Array(
  Type.Union([Type.Literal('select'), Type.Literal('insert'), Type.Literal('update'), Type.Literal('delete')]),
  {
    description:
      'What the user may do with its rows, all attributes of them; empty for a table that is only seen. Imported and Computed tables take no inserts.',
  },
);

const AttrMap = Type.Record(Type.String(), Type.String(), {
  description: 'The attributes of the child and those of the parent they refer to.',
});

export const PipelineTable = Type.Object(
  {
    name: Type.String({
      description: 'Name in CamelCase, a part as `Master.Part`; the stored name where it has no class.',
    }),
    stored: Type.String({ description: 'Stored name, such as `#species`.' }),
    tier: TableTier,
    master: Type.Optional(Type.String({ description: 'The master of a part, in CamelCase.' })),
    comment: Type.String(),
    rows: Type.Optional(
      Type.Object({ estimate: Type.Integer() }, { description: 'About how many, where the database keeps count.' }),
    ),
    may: May,
  },
  { title: 'PipelineTable' },
);
export type PipelineTable = Static<typeof PipelineTable>;

export const PipelineEdge = Type.Object(
  {
    id: Type.String({ description: 'Name of the foreign key, unique in the child.' }),
    parent: Type.String({ description: 'As `schema.Table`.' }),
    child: Type.String({ description: 'As `schema.Table`.' }),
    attrMap: AttrMap,
    primary: Type.Boolean({ description: "Do its attributes all belong to the child's primary key?" }),
    multi: Type.Boolean({ description: 'May several rows of the child refer to one of the parent by it?' }),
    aliased: Type.Boolean({ description: 'Has some attribute another name in the child?' }),
  },
  { title: 'PipelineEdge' },
);
export type PipelineEdge = Static<typeof PipelineEdge>;

export const PipelineResponse = Type.Object(
  {
    schemas: Type.Array(
      Type.Object({
        name: Type.String(),
        generation: Type.Union([Type.Literal('0.14'), Type.Literal('2')], {
          description: 'Which DataJoint declared it.',
        }),
        tables: Type.Array(PipelineTable),
      }),
    ),
    edges: Type.Array(PipelineEdge, { description: 'The foreign keys between the tables that are listed.' }),
  },
  { title: 'PipelineResponse' },
);
export type PipelineResponse = Static<typeof PipelineResponse>;

export const PipelineQuery = Type.Object({
  schema: Type.Optional(
    Type.String({ description: 'Names of schemas with commas between; without it, all that the user can see.' }),
  ),
});
export type PipelineQuery = Static<typeof PipelineQuery>;

export const PipelineAttributesResponse = Type.Array(
  Type.Object({
    schema: Type.String(),
    table: Type.String({ description: 'In CamelCase.' }),
    attribute: Type.String(),
    type: Type.String({ description: 'As DataJoint declares it.' }),
    comment: Type.String(),
  }),
  { title: 'PipelineAttributesResponse' },
);
export type PipelineAttributesResponse = Static<typeof PipelineAttributesResponse>;

export const HeadingAttribute = Type.Object(
  {
    name: Type.String(),
    type: Type.String({ description: 'As DataJoint declares it.' }),
    primary: Type.Boolean(),
    nullable: Type.Boolean(),
    default: Type.Union([Type.String(), Type.Null()], { description: 'As in `attribute`.' }),
    autoincrement: Type.Boolean(),
    comment: Type.String(),
    unit: Type.Optional(Type.String({ description: 'What the comment has in brackets at its start or end.' })),
    enum: Type.Optional(Type.Array(Type.String(), { description: 'The values of an enum.' })),
    codec: Type.Optional(Type.String({ description: 'Name of the codec, `blob` of `<blob@store>`.' })),
    fk: Type.Optional(Type.Array(Type.String(), { description: 'The foreign keys it belongs to, by `id`.' })),
  },
  { title: 'HeadingAttribute' },
);
export type HeadingAttribute = Static<typeof HeadingAttribute>;

const Names = Type.Object({ schema: Type.String(), table: Type.String({ description: 'In CamelCase.' }) });

export const HeadingResponse = Type.Object(
  {
    schema: Type.String(),
    table: Type.String(),
    stored: Type.String(),
    tier: TableTier,
    comment: Type.String(),
    autopopulated: Type.Boolean({ description: 'Imported and Computed tables take no rows by hand.' }),
    may: May,
    attributes: Type.Array(HeadingAttribute),
    foreignKeys: Type.Array(
      Type.Object({
        id: Type.String(),
        parent: Type.Union([Names, Type.Null()], { description: 'Null where the user may not see it.' }),
        attrMap: AttrMap,
        primary: Type.Boolean(),
        nullable: Type.Boolean({ description: 'May a row refer to nothing?' }),
        unique: Type.Boolean({ description: 'Do no two rows refer to the same row?' }),
        multi: Type.Boolean(),
        aliased: Type.Boolean(),
      }),
    ),
    children: Type.Array(Type.Object({ id: Type.String(), child: Names, attrMap: AttrMap, aliased: Type.Boolean() }), {
      description: 'The foreign keys that refer to this table, parts first.',
    }),
    parts: Type.Array(Type.String({ description: 'As `Master.Part`.' })),
    indexes: Type.Array(Type.Object({ attributes: Type.Array(Type.String()), unique: Type.Boolean() })),
  },
  { title: 'HeadingResponse' },
);
export type HeadingResponse = Static<typeof HeadingResponse>;

const pipelines = { method: 'GET', kind: 'read', isProtected: true, tag: 'Pipelines' } as const;
const json = 'application/json';

export const pipelineRoutes = [
  {
    ...pipelines,
    operationId: 'pipeline',
    path: '/pipeline',
    summary: 'All tables and the foreign keys among them',
    description:
      'One look at the catalog, however many schemas there are. Answers carry an `ETag`; `If-None-Match` is answered 304.',
    query: PipelineQuery,
    responses: { 200: { description: 'The pipeline.', mediaType: json, schema: PipelineResponse } },
  },
  {
    ...pipelines,
    operationId: 'pipelineAttributes',
    path: '/pipeline/attributes',
    summary: 'The attributes of all tables',
    description: 'For searching. Answers carry an `ETag`; `If-None-Match` is answered 304.',
    query: PipelineQuery,
    responses: { 200: { description: 'The attributes.', mediaType: json, schema: PipelineAttributesResponse } },
  },
  {
    ...pipelines,
    operationId: 'heading',
    path: '/schema/{schema}/table/{table}/heading',
    params: TableParams,
    summary: 'A table with its attributes, keys and neighbours',
    description: 'Answers carry an `ETag`; `If-None-Match` is answered 304.',
    responses: { 200: { description: 'The heading.', mediaType: json, schema: HeadingResponse } },
  },
] as const satisfies readonly RouteContract[];
