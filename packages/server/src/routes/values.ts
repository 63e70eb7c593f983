import type { CountResponse } from '@pharus/contract';
import { CancelledError, cellWriter, distinctValues, type Table, TimeoutError } from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { RequestError } from '../errors/request-error.ts';
import { first, type Query, wholeNumber } from '../parse/record-query.ts';
import { parseRestriction, restrictionIn } from '../parse/restriction.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

interface ValuesRoute {
  Params: { schema: string; table: string; attribute: string };
  Querystring: Query;
}

const mostValues = 1000;
const longestCount = 60_000;
/** So many rows are counted as fast as they are guessed, and what a database expects of small tables is often far off. */
const fewRows = 10_000;
/** Milliseconds for counting the rows of each value: a filter is being typed. */
const countTime = 200;

/** What a filter wants to know of rows: how many there are, and which values an attribute has. */
export const valueRoutes =
  ({ authenticate, connect, signal }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get<ValuesRoute>('/schema/:schema/table/:table/values/:attribute', async (request, reply) => {
      const { query, params } = request;
      const credentials = await authenticate(request);
      const limit = bounded(query, 'limit', 50, mostValues);
      const rows = await restrictedBy(query);
      const database = await connect(request, credentials);
      const options = { containing: first(query, 'q') || undefined, limit, countTime, signal: signal(request) };
      const found = await freshlyOnChange(database, async () =>
        distinctValues(await rows(database, params), params.attribute, options),
      );
      const write = cellWriter(found.attribute);
      const values = found.values.map(
        ({ cell, count }) => `{"value":${write(cell)}${count === undefined ? '' : `,"count":${count}`}}`,
      );
      return reply.type('application/json').send(`{"values":[${values.join(',')}],"complete":${found.isComplete}}\n`);
    });

    app.get<ValuesRoute>('/schema/:schema/table/:table/count', async (request): Promise<CountResponse> => {
      const { query, params } = request;
      const credentials = await authenticate(request);
      const mode = first(query, 'mode') ?? 'exact';
      if (mode !== 'exact' && mode !== 'estimated') {
        throw new RequestError('INVALID_REQUEST', 'Parameter "mode" has to be exact or estimated.');
      }
      const time = bounded(query, 'timeLimit', 300, longestCount);
      const rows = await restrictedBy(query);
      const database = await connect(request, credentials);
      return freshlyOnChange(database, async () => {
        const restricted = await rows(database, params);
        const count = () => countedIn(time, restricted, signal(request));
        const counted = mode === 'exact' ? await count() : undefined;
        if (counted !== undefined) return { totalCount: counted, estimated: false };
        const estimate = await restricted.estimatedLength({ signal: signal(request) });
        const small = mode === 'estimated' && estimate !== undefined && estimate <= fewRows ? await count() : undefined;
        return { totalCount: small ?? estimate ?? null, estimated: small === undefined };
      });
    });
  };

type Found = (database: Parameters<typeof restrictionIn>[0], params: ValuesRoute['Params']) => Promise<Table>;

/** Reads the restriction before there is a database, and restricts the table by it when there is one. */
async function restrictedBy(query: Query): Promise<Found> {
  const text = first(query, 'restriction');
  const restriction = text === undefined ? undefined : parseRestriction(text);
  return async (database, { schema, table }) =>
    (await database.schema(schema).table(table)).restrict(await restrictionIn(database, restriction));
}

/** How many rows there are; undefined where there is not time enough to count them. */
async function countedIn(milliseconds: number, rows: Table, signal: AbortSignal): Promise<number | undefined> {
  const time = AbortSignal.timeout(milliseconds);
  try {
    return await rows.length({ signal: AbortSignal.any([signal, time]) });
  } catch (error) {
    const isLate = time.aborted && !signal.aborted;
    if (isLate && (error instanceof CancelledError || error instanceof TimeoutError)) return undefined;
    throw error;
  }
}

function bounded(query: Query, name: string, otherwise: number, most: number): number {
  const value = wholeNumber(query, name, otherwise, 1);
  if (value <= most) return value;
  throw new RequestError('INVALID_REQUEST', `Parameter "${name}" has to be at most ${most}; got ${value}.`);
}
