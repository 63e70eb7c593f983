import { inspect } from 'node:util';
import { Connection } from '../connection/connection.ts';
import type { ExecuteOptions } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { DataJointError } from '../errors.ts';
import { always } from '../expression/condition.ts';
import { masterOf, spokenName } from '../naming.ts';
import { CascadePlan, type CountedStep } from './cascade-plan.ts';
import type { Catalog, EnumPlace } from './catalog.ts';
import { writeLineage } from './lineage.ts';
import { log } from './log.ts';

export interface DropOptions {
  /** Whether a part may be dropped without its master; default `enforce`: it may not. */
  readonly partIntegrity?: 'enforce' | 'ignore';
}

interface DropPlanState {
  readonly tables: readonly TableName[];
  readonly queues: readonly TableName[];
  readonly connection: Connection;
  readonly catalog: Catalog;
}

/**
 * Which tables go when a table is dropped: it and all that refer to it, in all schemas.
 *
 * A value: the same plan is shown before and carried out. Tables come parents first, and go the other way round.
 */
export class DropPlan {
  readonly tables: readonly TableName[];
  /** The tables of jobs (`~~...`) that go with the tables they are about (DataJoint 2). */
  readonly queues: readonly TableName[];
  readonly #connection: Connection;
  readonly #catalog: Catalog;

  constructor({ tables, queues, connection, catalog }: DropPlanState) {
    this.tables = Object.freeze([...tables]);
    this.queues = Object.freeze([...queues]);
    this.#connection = connection;
    this.#catalog = catalog;
    Object.freeze(this);
  }

  /** How many rows there are in each table. */
  count(options?: ExecuteOptions): Promise<readonly CountedStep[]> {
    const steps = this.tables.map((name) => ({ name, condition: always, circle: undefined }));
    return new CascadePlan(steps).count(this.#connection, options);
  }

  /** Drops the tables; all or none where the database can take definitions back (PostgreSQL), else leaves first. */
  async run(): Promise<void> {
    const steps: DropStep[] = [];
    for (const name of [...this.tables, ...this.queues].reverse()) {
      const { tables } = await this.#catalog.find(name.schema, ['~lineage', '~log']);
      const enums = await this.#catalog.enums(name);
      steps.push({ name, keeps: tables.map((hidden) => hidden.name.table), enums: [...enums.values()] });
    }
    try {
      if (this.#connection.dialect.ddl.isTransactional) {
        await this.#connection.transaction((transaction) => drop(steps, transaction));
      } else await drop(steps, this.#connection);
    } finally {
      this.#catalog.invalidate();
    }
  }

  toJSON(): object {
    return { tables: this.tables, queues: this.queues };
  }

  [inspect.custom](): string {
    return `DropPlan(${this.tables.map(({ schema, table }) => `${schema}.${table}`).join(', ')})`;
  }
}

interface DropStep {
  readonly name: TableName;
  /** Which hidden tables the schema has. */
  readonly keeps: readonly string[];
  readonly enums: readonly EnumPlace[];
}

async function drop(steps: readonly DropStep[], executor: Executor): Promise<void> {
  const { dialect } = executor;
  for (const { name, keeps } of steps) {
    await executor.execute(dialect.ddl.dropTable(name.schema, name.table));
    const forget = keeps.includes('~lineage') ? writeLineage(name, new Map(), dialect) : [];
    for (const statement of forget) await executor.execute(statement);
    if (keeps.includes('~log')) {
      await log(executor, name.schema, `DROP TABLE ${dialect.fullTableName(name.schema, name.table)}`);
    }
  }
  const enums = new Map(steps.flatMap((step) => step.enums.map((place) => [JSON.stringify(place), place])));
  for (const { schema, name } of enums.values()) {
    if (name.startsWith('enum_')) await executor.execute(dialect.ddl.dropUnusedEnum(schema, name));
  }
}

/**
 * Plans the drop of a table with everything that refers to it.
 * @throws DataJointError where a part would go and its master would stay.
 */
export async function planDrop(
  name: TableName,
  { partIntegrity = 'enforce' }: DropOptions,
  catalog: Catalog,
  connection: Executor,
): Promise<DropPlan> {
  if (!(connection instanceof Connection)) {
    throw new DataJointError('Cannot drop tables inside a transaction: drop them before it begins.');
  }
  catalog.invalidate();
  const tables = (await catalog.downstream(name)).descendants(name);
  const going = new Set(tables.map(tableKey));
  for (const { schema, table } of partIntegrity === 'enforce' ? tables : []) {
    const master = masterOf(table);
    if (master === undefined || going.has(tableKey({ schema, table: master }))) continue;
    throw new DataJointError(
      `Attempt to drop part table ${spokenName({ schema, table })} before its master ${spokenName({ table: master })}. Drop the master first.`,
    );
  }
  return new DropPlan({ tables, queues: await queuesOf(tables, catalog), connection, catalog });
}

/** The tables of jobs of tables that go; one that another table has under the same name stays. */
async function queuesOf(tables: readonly TableName[], catalog: Catalog): Promise<readonly TableName[]> {
  const queues: TableName[] = [];
  for (const { schema, table } of tables) {
    const base = /^__?([a-z].*)$/.exec(table)?.[1];
    if (base === undefined || masterOf(table) !== undefined) continue;
    const others = ['_', '__'].map((prefix) => prefix + base).filter((other) => other !== table);
    const found = (await catalog.find(schema, [`~~${base}`, ...others])).tables.map(({ name }) => name);
    const queue = found.find((place) => place.table === `~~${base}`);
    if (queue !== undefined && found.length === 1) queues.push(queue);
  }
  return queues;
}
