import type { IncomingHttpHeaders } from 'node:http';
import {
  classNameOf,
  type Database,
  IntegrityError,
  InvalidRestriction,
  type Table,
  UnsupportedTableType,
} from '@pharus/datajoint';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { wantsProblem } from '../errors/error-handler.ts';
import { parseDeleteQuery } from '../parse/delete-query.ts';
import type { JsonValue } from '../parse/json.ts';
import { parseRecordQuery, type Query } from '../parse/record-query.ts';
import { parseRecordsBody } from '../parse/records-body.ts';
import { looksInto, restrictionIn } from '../parse/restriction.ts';
import { type PagePlan, planPage, sendPage } from '../respond/page.ts';
import { warn } from '../respond/warn.ts';
import { freshlyOnChange } from './freshly-on-change.ts';
import { PagePlans } from './page-plans.ts';

interface RecordRoute {
  Params: { schema: string; table: string };
  Querystring: Query;
}

const path = '/schema/:schema/table/:table/record';
const withFiles = { config: { takesFiles: true } };

/** A table's records: a page of them, inserted, updated, deleted. */
export const recordRoutes =
  ({ authenticate, connect, signal, wrote, attributeFirst }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    const plans = new PagePlans();
    app.get<RecordRoute>(path, async (request, reply) => {
      const credentials = await authenticate(request);
      const asked = parseRecordQuery(request.query);
      await attributeFirst.turn(request);
      const database = await connect(request, credentials);
      return freshlyOnChange(database, async () => {
        const table = await database.schema(request.params.schema).table(request.params.table);
        const make = async (): Promise<PagePlan> =>
          planPage(table.restrict(await restrictionIn(database, asked.restriction)), asked);
        // What a restriction looks into may have changed since.
        const plan = looksInto(asked.restriction) > 0 ? await make() : await plans.of(table, request, make);
        // HEAD asks whether there is an answer, not for its rows.
        if (request.method === 'HEAD') return reply.type('application/json').send();
        return sendPage(reply, plan, {
          counts: database.counts,
          marks: database.marks,
          signal: signal(request),
        });
      });
    });

    app.post<RecordRoute>(path, withFiles, async (request, reply) => {
      const credentials = await authenticate(request);
      const rows = parseRecordsBody(request.body as JsonValue | undefined);
      const table = await freshTable(await connect(request, credentials), request.params);
      await table.insert(rows);
      wrote(request, [{ action: 'insert', table: table.name, rows: rows.length }]);
      if (rows.length === 0) warn(reply, '"records" is empty: nothing was inserted.');
      return { response: 'Insert Successful' };
    });

    app.patch<RecordRoute>(path, withFiles, async (request, reply) => {
      const credentials = await authenticate(request);
      const rows = parseRecordsBody(request.body as JsonValue | undefined);
      const table = await freshTable(await connect(request, credentials), request.params);
      await table.update(rows as Parameters<Table['update']>[0]);
      wrote(request, [{ action: 'update', table: table.name, rows: rows.length }]);
      if (rows.length === 0) warn(reply, '"records" is empty: nothing was updated.');
      return { response: 'Update Successful' };
    });

    app.delete<RecordRoute>(path, async (request, reply) => {
      const credentials = await authenticate(request);
      const { restriction, cascade, warning } = parseDeleteQuery(request.query, request.body);
      if (warning !== undefined) warn(reply, warning);
      const database = await connect(request, credentials);
      // What depends on the table is asked anew as well.
      database.catalog.invalidate();
      const table = await freshTable(database, request.params);
      if (cascade && table.tier === 'part') {
        throw new UnsupportedTableType(
          `Cannot delete from the part table ${table.className} with cascade; delete from its master instead.`,
        );
      }
      const rows = table.restrict(await restrictionIn(database, restriction));
      try {
        const options = { digest: planOf(request.headers), signal: signal(request) };
        const deleted = cascade
          ? await rows.delete(options)
          : [{ name: table.name, count: await rows.deleteQuick(options) }];
        if (deleted[0]?.count === 0) throw new InvalidRestriction('Nothing to delete');
        wrote(
          request,
          deleted.map(({ name, count }) => ({ action: 'delete', table: name, rows: count })),
        );
        return { response: 'Delete Successful' };
      } catch (error) {
        const isDocumented = error instanceof IntegrityError && !wantsProblem(request.headers.accept);
        if (isDocumented) return sendConflict(reply, error);
        throw error;
      }
    });
  };

/** The table with its attributes as they are now: a write does not trust what was known a moment ago. */
function freshTable(database: Database, { schema, table }: RecordRoute['Params']): Promise<Table> {
  return freshlyOnChange(database, () => database.schema(schema).table(table, { fresh: true }));
}

/** The digest of the plan that a delete is held to; undefined where none is named. */
function planOf(headers: IncomingHttpHeaders): string | undefined {
  const digest = headers['pharus-plan'];
  return typeof digest === 'object' ? digest.join() : digest;
}

/** The documented conflict, in both spellings; names are null where the user does not see the child. */
function sendConflict(reply: FastifyReply, error: IntegrityError): FastifyReply {
  const { childSchema, childTable, documented } = error.details;
  const message = typeof documented === 'string' ? documented : error.message;
  const schema = typeof childSchema === 'string' ? childSchema : null;
  const table = typeof childTable === 'string' ? (classNameOf(childTable) ?? childTable) : null;
  return reply.code(409).send({
    error: 'IntegrityError',
    errorMessage: message,
    error_msg: message,
    childSchema: schema,
    child_schema: schema,
    childTable: table,
    child_table: table,
  });
}
