import { ATTRIBUTE_HEADER, type DependencyEntry, type NeighbourEntry } from '@pharus/contract';
import {
  type Attribute,
  type CountedStep,
  type Database,
  isRenamed,
  type Neighbour,
  neighbours,
} from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { parseNeighbours } from '../parse/dependency-query.ts';
import { first, type Query } from '../parse/record-query.ts';
import { parseRestriction, restrictionIn } from '../parse/restriction.ts';
import { fullName, writtenName } from '../respond/table-names.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

interface TableRoute {
  Params: { schema: string; table: string };
  Querystring: Query;
}

/** What is known about a table: its definition, its attributes, and the rows that depend on its rows. */
export const tableRoutes =
  ({ authenticate, connect, signal }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get<TableRoute>('/schema/:schema/table/:table/definition', async (request, reply) => {
      const database = await connect(request, await authenticate(request));
      const definition = await freshlyOnChange(database, () => describe(database, request.params));
      return reply.type('text/plain; charset=utf-8').send(definition);
    });

    app.get<TableRoute>('/schema/:schema/table/:table/attribute', async (request) => {
      const database = await connect(request, await authenticate(request));
      const { schema, table } = request.params;
      const { heading } = await freshlyOnChange(database, () => database.schema(schema).table(table));
      const rows = (inKey: boolean): readonly unknown[] =>
        heading.attributes.filter((attribute) => attribute.inKey === inKey).map(attributeRow);
      return {
        attributeHeader: ATTRIBUTE_HEADER,
        attributeHeaders: ATTRIBUTE_HEADER,
        attributes: { primary: rows(true), secondary: rows(false) },
      };
    });

    app.get<TableRoute>('/schema/:schema/table/:table/dependency', async (request) => {
      const credentials = await authenticate(request);
      const text = first(request.query, 'restriction');
      const restriction = text === undefined ? undefined : parseRestriction(text);
      const around = parseNeighbours(request.query);
      const database = await connect(request, credentials);
      const { schema, table } = request.params;
      return freshlyOnChange(database, async () => {
        const found = await database.schema(schema).table(table);
        const rows = found.restrict(await restrictionIn(database, restriction));
        const options = { signal: signal(request) };
        return {
          dependencies:
            around === undefined
              ? (await rows.dependents(options)).map(dependencyEntry)
              : (await neighbours(rows, { ...around, ...options })).map(neighbourEntry),
        };
      });
    });
  };

async function describe(database: Database, params: TableRoute['Params']): Promise<string> {
  const schema = database.schema(params.schema);
  const table = await schema.table(params.table);
  return table.describe((parent) => schema.nameOf(parent));
}

function dependencyEntry({ name, count, isAccessible }: CountedStep): DependencyEntry {
  return { schema: name.schema, table: name.table, accessible: isAccessible, count };
}

function neighbourEntry(neighbour: Neighbour): NeighbourEntry {
  const { name, direction, depth, foreignKey } = neighbour;
  return {
    ...dependencyEntry(neighbour),
    name: writtenName(name.table),
    direction,
    depth,
    foreignKey: {
      id: foreignKey.constraint,
      parent: fullName(foreignKey.parent),
      child: fullName(foreignKey.child),
      attrMap: Object.fromEntries(foreignKey.attributes),
      aliased: isRenamed(foreignKey),
    },
  };
}

/** Name, type, nullable, default as DataJoint prints it, autoincrement. */
function attributeRow(attribute: Attribute): readonly unknown[] {
  return [attribute.name, attribute.type, attribute.nullable, attribute.default, attribute.autoincrement];
}
