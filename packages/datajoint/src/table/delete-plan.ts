import { Connection } from '../connection/connection.ts';
import type { ExecuteOptions } from '../connection/driver.ts';
import type { Transaction } from '../connection/transaction.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { AccessError, DataJointError, IntegrityError } from '../errors.ts';
import type { CountedStep } from './cascade-plan.ts';
import { countStep } from './cascade-plan.ts';
import { dependents } from './dependents.ts';
import { planDigest } from './plan-digest.ts';
import { type DeletedRows, partViolation } from './run-cascade.ts';
import type { Table } from './table.ts';

export interface DeletePlanOptions extends ExecuteOptions {
  /** Whether all that depends on the rows goes with them; default true. */
  readonly cascade?: boolean;
}

/** Why rows stand in the way of a delete. */
export interface Obstacle {
  /** Undefined where the user may not know of the table. */
  readonly name: TableName | undefined;
  /** How many rows; undefined where they may not be counted. */
  readonly count: number | undefined;
  /**
   * `privilege`: the user may not delete them. `dependent`: they depend on the rows, and would not go with them.
   * `hidden`: they are in a table the user does not see.
   */
  readonly reason: 'privilege' | 'dependent' | 'hidden';
}

/** What a delete would do. */
export interface DeletePlan {
  /** Rows per table in the order in which they would go: leaves first, the table itself last, none without rows but that. */
  readonly deletes: DeletedRows;
  readonly total: number;
  readonly obstacles: readonly Obstacle[];
  /** Why the delete is refused for taking rows of a part and none of its master. */
  readonly partViolation: string | undefined;
  /** To be given to the delete, which then takes just these numbers of rows or none. */
  readonly digest: string;
}

/** Up to so many rows a delete is tried and undone, to learn of obstacles that the user cannot see. */
const mostTried = 10_000;

/** Plans a delete: counts what would go and looks for what would forbid it. Nothing is changed. */
export async function planDelete(
  table: Table,
  { cascade = true, signal }: DeletePlanOptions = {},
): Promise<DeletePlan> {
  const steps = cascade
    ? await (await table.cascadePlan()).count(table.executor, { signal })
    : [await countStep(table, table.executor, { signal })];
  const obstacles = [...(await unprivileged(steps, table)), ...(cascade ? [] : await dependentRows(table, { signal }))];
  const counted = steps.map(({ name, count }) => ({ name, count: count ?? 0 }));
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const violation = cascade ? partViolation(counted) : undefined;
  if (obstacles.length === 0 && violation === undefined && total > 0 && total <= mostTried) {
    obstacles.push(...(await tried(table, { cascade, signal })));
  }
  return {
    deletes: counted.filter(({ count }, index) => index === 0 || count > 0).reverse(),
    total,
    obstacles,
    partViolation: violation,
    digest: planDigest(table, counted),
  };
}

async function unprivileged(steps: readonly CountedStep[], { catalog }: Table): Promise<readonly Obstacle[]> {
  const obstacles: Obstacle[] = [];
  for (const [index, { name, count }] of steps.entries()) {
    if (count === 0 && index > 0) continue;
    const mayDelete = count !== null && (await catalog.privileges(name)).includes('delete');
    if (!mayDelete) obstacles.push({ name, count: count ?? undefined, reason: 'privilege' });
  }
  return obstacles;
}

async function dependentRows(table: Table, options: ExecuteOptions): Promise<readonly Obstacle[]> {
  const obstacles: Obstacle[] = [];
  for (const foreignKey of await table.catalog.foreignKeysInto(table.name)) {
    const condition = dependents(foreignKey, table.condition, table.executor);
    const { count } = await countStep({ name: foreignKey.child, condition }, table.executor, options);
    if (count !== null && count > 0) obstacles.push({ name: foreignKey.child, count, reason: 'dependent' });
  }
  return obstacles;
}

const undo = new DataJointError('It was only tried.');

/** Does it and takes it back. What the plan does not know stands in the way then, without a name. */
async function tried(
  table: Table,
  { cascade, signal }: { readonly cascade: boolean; readonly signal: AbortSignal | undefined },
): Promise<readonly Obstacle[]> {
  if (!(table.executor instanceof Connection)) return [];
  const run = await table.deletion({ cascade });
  try {
    await table.executor.transaction(
      async (transaction: Transaction) => {
        await run(transaction);
        throw undo;
      },
      { signal, retries: 3 },
    );
  } catch (error) {
    if (error === undo) return [];
    // Of the tables the user sees, those they may not delete from have no such rows.
    const isHidden =
      error instanceof AccessError || (error instanceof IntegrityError && error.details.childTable === null);
    if (isHidden) return [{ name: undefined, count: undefined, reason: 'hidden' }];
    throw error;
  }
  return [];
}
