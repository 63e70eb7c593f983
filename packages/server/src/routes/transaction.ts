import type { PlanResponse, TransactionResponse } from '@pharus/contract';
import {
  type Database,
  type DeletedRows,
  inOperation,
  type Obstacle,
  type Operation,
  runOperations,
  tierOf,
} from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import type { Written } from '../observe/audit.ts';
import type { JsonValue } from '../parse/json.ts';
import { parsePlanBody } from '../parse/plan-body.ts';
import { restrictionIn } from '../parse/restriction.ts';
import { type ParsedOperation, parseTransactionBody } from '../parse/transaction-body.ts';
import { written } from '../respond/table-names.ts';

interface PlanRoute {
  Params: { schema: string; table: string };
}

/** Writes that belong together, and what a delete would take. */
export const transactionRoutes =
  ({ authenticate, connect, signal, wrote }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.post('/transaction', { config: { takesFiles: true } }, async (request): Promise<TransactionResponse> => {
      const credentials = await authenticate(request);
      const { operations: parsed, isDryRun } = parseTransactionBody(request.body as JsonValue | undefined);
      const database = await connect(request, credentials);
      database.catalog.invalidate();
      const operations = await Promise.all(
        parsed.map((operation, index) => inOperation(index, parsed.length, () => locate(database, operation))),
      );
      const options = { isDryRun, signal: signal(request) };
      const results = await runOperations(database.connection, operations, options);
      if (!isDryRun)
        wrote(
          request,
          results.flatMap((rows, index) => changes(parsed[index] as ParsedOperation, rows)),
        );
      return {
        results: results.map((rows, index) => ({
          rows: rows[0]?.count ?? 0,
          ...(parsed[index]?.kind === 'delete' && { deletes: deletesOf(rows.filter(isDeleted).reverse()) }),
        })),
        dryRun: isDryRun,
      };
    });

    app.post<PlanRoute>('/schema/:schema/table/:table/record/plan', async (request): Promise<PlanResponse> => {
      const credentials = await authenticate(request);
      const { restriction, cascade } = parsePlanBody(request.body as JsonValue | undefined);
      const database = await connect(request, credentials);
      database.catalog.invalidate();
      const table = await database.schema(request.params.schema).table(request.params.table);
      const rows = table.restrict(await restrictionIn(database, restriction));
      const plan = await rows.deletePlan({ cascade, signal: signal(request) });
      return {
        deletes: deletesOf(plan.deletes),
        total: plan.total,
        blocked: plan.obstacles.map(obstacleOf),
        ...(plan.partViolation !== undefined && { partIntegrity: plan.partViolation }),
        digest: plan.digest,
      };
    });
  };

/** The operation on the table it names. */
async function locate(database: Database, parsed: ParsedOperation): Promise<Operation> {
  const table = await database.schema(parsed.schema).table(parsed.table);
  if (parsed.kind !== 'delete') return { ...parsed, table };
  const { kind, restriction, options } = parsed;
  return { kind, table: table.restrict(await restrictionIn(database, restriction)), options };
}

function changes({ kind }: ParsedOperation, rows: DeletedRows): readonly Written[] {
  return rows.filter(isDeleted).map(({ name, count }) => ({ action: kind, table: name, rows: count }));
}

function isDeleted({ count }: DeletedRows[number], index: number): boolean {
  return index === 0 || count > 0;
}

function deletesOf(rows: DeletedRows): PlanResponse['deletes'] {
  return rows.map(({ name, count }) => ({ ...written(name), tier: tierOf(name.table) ?? null, count }));
}

const sentences = {
  privilege: 'You may not delete rows of it, or may not read which ones.',
  dependent: 'Its rows depend on these, and would not go with them.',
  hidden: 'A table you cannot see holds rows that depend on these.',
} as const;

function obstacleOf({ name, count, reason }: Obstacle): PlanResponse['blocked'][number] {
  return {
    ...(name !== undefined && written(name)),
    ...(count !== undefined && { count }),
    reason,
    message: sentences[reason],
  };
}
