import type { ExecuteOptions } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { AccessError } from '../errors.ts';
import { compileCount } from '../expression/compile.ts';
import { always, type Condition } from '../expression/condition.ts';
import { Relation, type RelationState, type TableOperation } from '../expression/relation.ts';
import { Heading } from '../heading/heading.ts';
import { sql } from '../sql/sql.ts';

/** Tables whose rows are counted with one statement. */
const countedTogether = 16;

interface Circle {
  /** The same for all tables of the circle. */
  readonly id: number;
  /** Attributes that refer into the circle and may be set to NULL. */
  readonly breakable: readonly string[];
}

/** The rows of one table that go, or would go. */
export interface CascadeStep {
  readonly name: TableName;
  readonly condition: Condition;
  /**
   * Set where tables refer to each other in a circle (a table to itself, too): the conditions of such steps are lists of
   * rows, in the order in which the rows were found.
   */
  readonly circle: Circle | undefined;
}

/** A step with its number of rows; `count` is null where the user may not read it. */
export interface CountedStep {
  readonly name: TableName;
  readonly count: number | null;
  readonly isAccessible: boolean;
}

/**
 * Which rows depend on some rows of a table, through all foreign keys as they are, in all schemas.
 *
 * A value: the same plan is shown before a delete and carried out by it. Steps come parents first.
 */
export class CascadePlan {
  readonly steps: readonly CascadeStep[];

  constructor(steps: readonly CascadeStep[]) {
    this.steps = Object.freeze([...steps]);
    Object.freeze(this);
  }

  step(name: TableName): CascadeStep | undefined {
    return this.steps.find((step) => tableKey(step.name) === tableKey(name));
  }

  /** Counts each step's rows, those of several tables with one statement. */
  async count(executor: Executor, options?: ExecuteOptions): Promise<readonly CountedStep[]> {
    const counted: CountedStep[] = [];
    while (counted.length < this.steps.length) {
      const steps = this.steps.slice(counted.length, counted.length + countedTogether);
      counted.push(...(await countSteps(steps, executor, options)));
    }
    return counted;
  }
}

/** The rows of a table that meet a condition, without regard to what is in them. */
export function rowsOf(name: TableName, condition: Condition, executor: Executor): Relation {
  return new Relation(tableRows({ kind: 'table', name }, condition, executor, new Heading([])));
}

/** A table, or its rows that meet a condition. */
export function tableRows(
  table: TableOperation,
  condition: Condition,
  executor: Executor,
  heading: Heading,
): RelationState {
  const whole: RelationState = { executor, heading, operation: table };
  return condition === always
    ? whole
    : { executor, heading, operation: { kind: 'restriction', of: new Relation(whole), condition } };
}

/** Counts the rows of some steps; one by one where not all of them may be read. */
async function countSteps(
  steps: readonly CascadeStep[],
  executor: Executor,
  options?: ExecuteOptions,
): Promise<readonly CountedStep[]> {
  const counts = steps.map(
    ({ name, condition }) => sql`(${compileCount(rowsOf(name, condition, executor), executor.dialect)})`,
  );
  try {
    const { rows } = await executor.execute(sql`SELECT ${sql.join(counts)}`, options);
    return steps.map(({ name }, index) => ({ name, count: Number(rows[0]?.[index]), isAccessible: true }));
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
  }
  const counted: CountedStep[] = [];
  for (const step of steps) counted.push(await countStep(step, executor, options));
  return counted;
}

/** Counts the rows of a step; where they may not be read, says whether the table can be read at all. */
export async function countStep(
  step: Pick<CascadeStep, 'name' | 'condition'>,
  executor: Executor,
  options?: ExecuteOptions,
): Promise<CountedStep> {
  const { name, condition } = step;
  try {
    const { rows } = await executor.execute(compileCount(rowsOf(name, condition, executor), executor.dialect), options);
    return { name, count: Number(rows[0]?.[0]), isAccessible: true };
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return { name, count: null, isAccessible: await isReadable(name, executor, options) };
  }
}

/** A count may be refused because of a table on the way; whether this one can be read is a question of its own. */
async function isReadable(
  { schema, table }: TableName,
  executor: Executor,
  options?: ExecuteOptions,
): Promise<boolean> {
  try {
    await executor.execute(sql`SELECT 1 FROM ${sql.id(schema, table)} LIMIT 0`, options);
    return true;
  } catch (error) {
    if (error instanceof AccessError) return false;
    throw error;
  }
}
