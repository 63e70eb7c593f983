import { tiers } from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';

interface SchemaRoute {
  Params: { schema: string };
}

/** The lists: schemas, and the tables of a schema by tier. */
export const schemaRoutes =
  ({ authenticate, connect }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get('/schema', async (request) => {
      const database = await connect(request, await authenticate(request));
      return { schemaNames: await database.schemas() };
    });

    app.get<SchemaRoute>('/schema/:schema/table', async (request) => {
      const database = await connect(request, await authenticate(request));
      const tables = await database.schema(request.params.schema).tables();
      const tableTypes = tiers.map((tier) => {
        const names = tables.filter((table) => table.tier === tier).map(({ className }) => className);
        return [tier, names] as const;
      });
      return { tableTypes: Object.fromEntries(tableTypes) };
    });
  };
