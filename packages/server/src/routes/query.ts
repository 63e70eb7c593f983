import { Readable } from 'node:stream';
import type { ExplainResponse, QueryAttribute } from '@pharus/contract';
import type { Database, QueryExpression } from '@pharus/datajoint';
import { evaluateQuery } from '@pharus/spec-sheet';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { exportContent } from '../export/content.ts';
import { exportFormat } from '../export/format.ts';
import { inSmallHeap } from '../observe/small-heap.ts';
import type { JsonValue } from '../parse/json.ts';
import { parseQueryBody, type QueryRequest } from '../parse/query-body.ts';
import { expressionIn } from '../parse/query-tree.ts';
import { restrictionIn } from '../parse/restriction.ts';
import { contentDisposition } from '../respond/content-disposition.ts';
import { planPage, sendPage } from '../respond/page.ts';
import { written } from '../respond/table-names.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

const pageLength = 1000;

/** `POST /query`: the rows of any expression, as a page or a file, or how it would be run. */
export const queryRoutes =
  ({ authenticate, connect, signal }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.post('/query', async (request, reply) => {
      const credentials = await authenticate(request);
      const asked = parseQueryBody(request.body as JsonValue | undefined);
      const format = asked.format === undefined ? undefined : exportFormat(asked.format, undefined);
      const database = await connect(request, credentials);
      return freshlyOnChange(database, async () => {
        const expression = await expressionOf(database, asked, signal(request));
        if (asked.isExplained) return reply.send(await explained(expression, signal(request)));
        if (format !== undefined) {
          const content = await exportContent(expression, asked, format, signal(request));
          reply.type(format.contentType);
          reply.header('Content-Disposition', contentDisposition(`query.${format.extension}`));
          return reply.send(inSmallHeap(Readable.from(content, { highWaterMark: 1 })));
        }
        const page = { ...asked, limit: asked.limit ?? pageLength };
        const further = { heading: headingOf(expression) };
        const { counts, marks } = database;
        return sendPage(reply, planPage(expression, page), { counts, marks, signal: signal(request), further });
      });
    });
  };

async function expressionOf(
  database: Database,
  { query, schemas, restriction }: QueryRequest,
  signal: AbortSignal,
): Promise<QueryExpression> {
  const expression =
    'text' in query
      ? await evaluateQuery(query.text, database, { ...(schemas !== undefined && { schemas }), signal })
      : await expressionIn(database, query.tree);
  return restriction === undefined ? expression : expression.restrict(await restrictionIn(database, restriction));
}

async function explained(expression: QueryExpression, signal: AbortSignal): Promise<ExplainResponse> {
  const { text, params } = expression.toSql();
  const { steps, estimate = null } = await expression.explain({ signal });
  return {
    sql: text,
    parameters: params.map(shown),
    heading: headingOf(expression),
    rows: { estimate },
    plan: steps.map((step) => ({ ...step })),
  };
}

function shown(param: unknown): string | number | null {
  if (param === null || typeof param === 'number') return param;
  return param instanceof Uint8Array ? Buffer.from(param).toString('hex') : String(param);
}

function headingOf(expression: QueryExpression): QueryAttribute[] {
  return expression.heading.attributes.map(({ name, type, inKey, nullable, comment }) => {
    const origin = expression.originOf(name);
    return {
      name,
      type,
      primary: inKey,
      nullable,
      comment,
      ...(origin && { origin: { ...written(origin.table), attribute: origin.attribute } }),
    };
  });
}
