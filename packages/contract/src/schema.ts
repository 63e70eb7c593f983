import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';

export const SchemaListResponse = Type.Object(
  { schemaNames: Type.Array(Type.String(), { description: "Sorted; without the database server's own." }) },
  { title: 'SchemaListResponse' },
);
export type SchemaListResponse = Static<typeof SchemaListResponse>;

const names = (description: string) => Type.Array(Type.String(), { description });

export const TableListResponse = Type.Object(
  {
    tableTypes: Type.Object({
      manual: names('Tables filled by hand.'),
      lookup: names('Tables with contents of their own.'),
      computed: names('Tables computed from others.'),
      imported: names('Tables imported from outside.'),
      part: names('Part tables, as `Master.Part`.'),
    }),
  },
  { title: 'TableListResponse', description: 'Table names in CamelCase, by tier.' },
);
export type TableListResponse = Static<typeof TableListResponse>;

export const SchemaParams = Type.Object({ schema: Type.String({ description: 'Name of the schema.' }) });
export type SchemaParams = Static<typeof SchemaParams>;

export const TableParams = Type.Object({
  schema: Type.String({ description: 'Name of the schema.' }),
  table: Type.String({ description: 'Name of the table in CamelCase; a part table as `Master.Part`.' }),
});
export type TableParams = Static<typeof TableParams>;

const pipelines = { method: 'GET', kind: 'read', isProtected: true, tag: 'Pipelines', ignoresUnknown: true } as const;

export const schemaRoutes = [
  {
    ...pipelines,
    operationId: 'listSchemas',
    path: '/schema',
    summary: 'Schemas the user can see',
    description: "Without the database server's own schemas.",
    responses: { 200: { description: 'Their names.', mediaType: 'application/json', schema: SchemaListResponse } },
  },
  {
    ...pipelines,
    operationId: 'listTables',
    path: '/schema/{schema}/table',
    summary: 'Tables of a schema by tier',
    description: 'A schema that does not exist is an error; it is not created.',
    params: SchemaParams,
    responses: { 200: { description: 'Their names.', mediaType: 'application/json', schema: TableListResponse } },
  },
] as const satisfies readonly RouteContract[];
