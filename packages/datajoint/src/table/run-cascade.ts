import { attempt } from '../connection/attempt.ts';
import type { Transaction } from '../connection/transaction.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { AccessError, DataJointError, IntegrityError } from '../errors.ts';
import { compileWhere } from '../expression/compile.ts';
import type { Condition } from '../expression/condition.ts';
import { masterOf, quote } from '../naming.ts';
import { sql } from '../sql/sql.ts';
import type { CascadePlan, CascadeStep } from './cascade-plan.ts';

export interface CascadeOptions {
  /** `enforce` (default) refuses to delete rows of a part while none of its master go. */
  readonly partIntegrity?: 'enforce' | 'ignore';
  /** The digest of the plan that was agreed to: if others would go now, or it was made for others, none do. */
  readonly digest?: string | undefined;
}

/** Rows deleted, per table; parents first. */
export type DeletedRows = readonly { readonly name: TableName; readonly count: number }[];

/**
 * Carries a plan out, leaves first. The caller rolls the transaction back on any error.
 * @throws DataJointError where a part would lose rows and its master would not, IntegrityError where a table that the
 *   user does not see stands in the way.
 */
export async function runCascade(
  plan: CascadePlan,
  transaction: Transaction,
  { partIntegrity = 'enforce' }: CascadeOptions = {},
): Promise<DeletedRows> {
  const counts = new Map<string, number>();
  let denied: AccessError | undefined;
  for (const group of groupsOf(plan).reverse()) {
    try {
      const deleted = await attempt(transaction, () => deleteGroup(group, transaction));
      for (const [index, count] of deleted.entries()) counts.set(tableKey((group[index] as CascadeStep).name), count);
    } catch (error) {
      // A table one may not delete from is in the way only if it has rows that depend on the others: the keys tell.
      if (error instanceof AccessError && !group.includes(plan.steps[0] as CascadeStep)) denied = error;
      else throw error instanceof IntegrityError && denied !== undefined ? denied : error;
    }
  }
  const deleted = plan.steps.map(({ name }) => ({ name, count: counts.get(tableKey(name)) ?? 0 }));
  const violation = partIntegrity === 'enforce' ? partViolation(deleted) : undefined;
  if (violation !== undefined) throw new DataJointError(violation);
  return deleted;
}

/** Steps one by one, those of a circle together. */
function groupsOf(plan: CascadePlan): (readonly CascadeStep[])[] {
  const groups: CascadeStep[][] = [];
  for (const step of plan.steps) {
    const last = groups.at(-1);
    if (step.circle !== undefined && last?.[0]?.circle?.id === step.circle.id) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

async function deleteGroup(group: readonly CascadeStep[], transaction: Transaction): Promise<readonly number[]> {
  const [step] = group;
  if (step === undefined) return [];
  return step.circle === undefined ? [await deleteStep(step, transaction)] : deleteCircle(group, transaction);
}

async function deleteStep({ name, condition }: CascadeStep, transaction: Transaction): Promise<number> {
  if (condition.kind === 'constant' && !condition.value) return 0;
  return deleteRows(name, condition, transaction);
}

/** Deletes the rows of a table that meet a condition. */
export async function deleteRows(name: TableName, condition: Condition, transaction: Transaction): Promise<number> {
  const where = compileWhere(condition, transaction.dialect);
  const { affectedRows } = await transaction.execute(sql`DELETE FROM ${sql.id(name.schema, name.table)}${where}`);
  return affectedRows;
}

/**
 * Deletes rows that refer to each other, one by one, last found first: a row goes once nothing refers to it any more.
 * Round after round, until all are gone. When none can go, references between those left are set to NULL, once.
 */
async function deleteCircle(group: readonly CascadeStep[], transaction: Transaction): Promise<readonly number[]> {
  const counts = group.map(() => 0);
  let left = group
    .flatMap(({ name, condition }, table) => rowsIn(condition).map((row) => ({ name, row, table })))
    .reverse();
  for (let isBroken = false; left.length > 0; ) {
    const blocked: typeof left = [];
    let obstacle: IntegrityError | undefined;
    for (const entry of left) {
      try {
        counts[entry.table] =
          (counts[entry.table] ?? 0) +
          (await attempt(transaction, () => deleteRows(entry.name, entry.row, transaction)));
      } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        obstacle = error;
        blocked.push(entry);
      }
    }
    if (blocked.length === left.length && obstacle !== undefined) {
      if (isBroken) throw obstacle;
      isBroken = true;
      for (const { name, row, table } of blocked) await breakCircle(name, row, group[table], transaction);
    }
    left = blocked;
  }
  return counts;
}

async function breakCircle(
  { schema, table }: TableName,
  row: Condition,
  step: CascadeStep | undefined,
  transaction: Transaction,
): Promise<void> {
  const nulls = (step?.circle?.breakable ?? []).map((name) => sql`${sql.id(name)} = NULL`);
  if (nulls.length === 0) return;
  const where = compileWhere(row, transaction.dialect);
  await transaction.execute(sql`UPDATE ${sql.id(schema, table)} SET ${sql.join(nulls)}${where}`);
}

function rowsIn(condition: Condition): readonly Condition[] {
  if (condition.kind === 'constant') return [];
  return condition.kind === 'or' ? condition.terms : [condition];
}

/** What is wrong with deleting these: rows of a part would go while none of its master do. Undefined where nothing is. */
export function partViolation(deleted: DeletedRows): string | undefined {
  const counts = new Map(deleted.map(({ name, count }) => [tableKey(name), count]));
  for (const { name, count } of deleted) {
    const master = masterOf(name.table);
    if (master === undefined || count === 0 || (counts.get(tableKey({ ...name, table: master })) ?? 0) > 0) continue;
    return (
      `Attempt to delete part table ${quote(name.schema)}.${quote(name.table)} before deleting from its master ` +
      `${quote(name.schema)}.${quote(master)} first.`
    );
  }
  return undefined;
}
