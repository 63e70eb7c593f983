import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';
import { TableParams } from './schema.ts';

/** The names of an attribute row's members, in order. */
export const ATTRIBUTE_HEADER = ['name', 'type', 'nullable', 'default', 'autoincrement'] as const;

export const AttributeRow = Type.Tuple(
  [
    Type.String({ description: 'Name.' }),
    Type.String({ description: 'Type as DataJoint declares it.' }),
    Type.Boolean({ description: 'May it be NULL?' }),
    Type.Union([Type.String(), Type.Null()], {
      description:
        'Default as DataJoint prints it: text in double quotes, `null` as text where nullable; null for none.',
    }),
    Type.Boolean({ description: 'Does the database number it?' }),
  ],
  { title: 'AttributeRow' },
);
export type AttributeRow = Static<typeof AttributeRow>;

const Header = Type.Array(Type.String(), { examples: [[...ATTRIBUTE_HEADER]] });

export const AttributeResponse = Type.Object(
  {
    attributeHeaders: Header,
    attributeHeader: Header,
    attributes: Type.Object({ primary: Type.Array(AttributeRow), secondary: Type.Array(AttributeRow) }),
  },
  { title: 'AttributeResponse', description: '`attributeHeaders` and `attributeHeader` are the same list.' },
);
export type AttributeResponse = Static<typeof AttributeResponse>;

export const DependencyEntry = Type.Object({
  schema: Type.String(),
  table: Type.String({ description: 'Stored name of the table, such as `#employee`.' }),
  accessible: Type.Boolean({ description: 'May the user read it?' }),
  count: Type.Union([Type.Integer(), Type.Null()], { description: 'Rows that depend on the restricted rows.' }),
});
export type DependencyEntry = Static<typeof DependencyEntry>;

export const NeighbourEntry = Type.Object(
  {
    ...DependencyEntry.properties,
    name: Type.String({ description: 'The table in CamelCase.' }),
    direction: Type.Union([Type.Literal('up'), Type.Literal('down')]),
    depth: Type.Integer({ description: 'How many foreign keys away, from 1.' }),
    foreignKey: Type.Object({
      id: Type.String(),
      parent: Type.String({ description: 'As `schema.Table`.' }),
      child: Type.String({ description: 'As `schema.Table`.' }),
      attrMap: Type.Record(Type.String(), Type.String()),
      aliased: Type.Boolean(),
    }),
  },
  { title: 'NeighbourEntry' },
);
export type NeighbourEntry = Static<typeof NeighbourEntry>;

export const DependencyResponse = Type.Object(
  { dependencies: Type.Union([Type.Array(DependencyEntry), Type.Array(NeighbourEntry)]) },
  {
    title: 'DependencyResponse',
    description:
      'The table itself and each descendant, in topological order; with `depth`, `direction` or `foreignKey` one entry ' +
      'for each foreign key, nearest first.',
  },
);
export type DependencyResponse = Static<typeof DependencyResponse>;

export const RestrictionQuery = Type.String({
  description:
    'Base64 (standard or URL-safe, padded or not) of a JSON array of `{"attributeName", "operation", "value"}`, all of ' +
    'which must hold. Operations: `=` `!=` `<>` `<` `<=` `>` `>=` `LIKE` `NOT LIKE` `IN` `NOT IN` `BETWEEN`; nested ' +
    '`{"or": [...]}`, `{"and": [...]}` and `{"not": {...}}` are taken as well, and `{"in": {"schema", "table", "restriction", "attrMap"}}`: ' +
    'rows that match some row of another table in all attributes they share, or in those that `attrMap` names, here and there.',
});

export const DependencyQuery = Type.Object({
  restriction: Type.Optional(RestrictionQuery),
  depth: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 16, default: 1, description: 'How many foreign keys to follow.' }),
  ),
  direction: Type.Optional(
    Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('both')], {
      default: 'down',
      description: 'To what refers to the rows (`down`), to what they refer to (`up`), or `both`.',
    }),
  ),
  foreignKey: Type.Optional(
    Type.String({ description: 'Only by this foreign key of the table, named by the `id` that `heading` gives it.' }),
  ),
});
export type DependencyQuery = Static<typeof DependencyQuery>;

const pipelines = {
  method: 'GET',
  kind: 'read',
  isProtected: true,
  tag: 'Pipelines',
  params: TableParams,
  ignoresUnknown: true,
} as const;

export const tableRoutes = [
  {
    ...pipelines,
    operationId: 'definition',
    path: '/schema/{schema}/table/{table}/definition',
    summary: 'DataJoint definition of a table',
    description: 'The text that declares the table again.',
    responses: { 200: { description: 'The definition.', mediaType: 'text/plain', schema: Type.String() } },
  },
  {
    ...pipelines,
    operationId: 'attributes',
    path: '/schema/{schema}/table/{table}/attribute',
    summary: 'Attributes of a table',
    description: 'The primary key first, each in the order of the heading.',
    responses: { 200: { description: 'The attributes.', mediaType: 'application/json', schema: AttributeResponse } },
  },
  {
    ...pipelines,
    operationId: 'dependencies',
    path: '/schema/{schema}/table/{table}/dependency',
    summary: 'What depends on a table',
    description:
      'Counts the rows of each descendant that depend on the restricted rows through the foreign keys as they are. ' +
      'Without a restriction: on the whole table. With `depth`, `direction` or `foreignKey`: the rows around them, for ' +
      'each foreign key by itself.',
    query: DependencyQuery,
    responses: { 200: { description: 'The dependencies.', mediaType: 'application/json', schema: DependencyResponse } },
  },
] as const satisfies readonly RouteContract[];
