import { Readable } from 'node:stream';
import type { Table } from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { exportContent } from '../export/content.ts';
import { type ExportFormat, exportFormat } from '../export/format.ts';
import { inSmallHeap } from '../observe/small-heap.ts';
import { parseExportQuery } from '../parse/export-query.ts';
import type { Query } from '../parse/record-query.ts';
import { restrictionIn } from '../parse/restriction.ts';
import { contentDisposition } from '../respond/content-disposition.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

interface ExportRoute {
  Params: { schema: string; table: string };
  Querystring: Query;
}

/** `GET .../export`: all rows of a table, or those that meet a restriction, as a file. */
export const exportRoutes =
  ({ authenticate, connect, signal }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get<ExportRoute>('/schema/:schema/table/:table/export', async (request, reply) => {
      const credentials = await authenticate(request);
      const asked = parseExportQuery(request.query);
      const format = exportFormat(asked.format, request.headers.accept);
      const database = await connect(request, credentials);
      return freshlyOnChange(database, async () => {
        const table = await database.schema(request.params.schema).table(request.params.table);
        const rows = table.restrict(await restrictionIn(database, asked.restriction));
        // HEAD asks whether there is an answer, not for its rows.
        const limit = request.method === 'HEAD' ? 0 : asked.limit;
        const content = await exportContent(rows, { ...asked, limit }, format, signal(request));
        reply.type(format.contentType).header('Vary', 'Accept');
        reply.header('Content-Disposition', contentDisposition(fileName(table, format)));
        // Cut off where it fails on the way, so that it is never taken for whole.
        return reply.send(inSmallHeap(Readable.from(content, { highWaterMark: 1 })));
      });
    });
  };

function fileName({ name, className }: Table, { extension }: ExportFormat): string {
  return `${name.schema}.${className}.${extension}`;
}
