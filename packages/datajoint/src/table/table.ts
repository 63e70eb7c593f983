import { Connection } from '../connection/connection.ts';
import type { ExecuteOptions } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { Transaction } from '../connection/transaction.ts';
import { describe, type Index } from '../definition/describe.ts';
import type { DependencyGraph } from '../dependencies/dependency-graph.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { DataJointError, IntegrityError, UnsupportedTableType } from '../errors.ts';
import { allOf, always, type Condition } from '../expression/condition.ts';
import { QueryExpression, type RestrictOptions } from '../expression/query-expression.ts';
import type { Row } from '../expression/record-types.ts';
import type { Restriction } from '../expression/restriction.ts';
import { Top } from '../expression/top.ts';
import type { Heading } from '../heading/heading.ts';
import { classNameOf, isAutoPopulated, type Tier, tierOf } from '../naming.ts';
import { type CascadePlan, type CountedStep, tableRows } from './cascade-plan.ts';
import type { Catalog } from './catalog.ts';
import { type DeletePlan, type DeletePlanOptions, planDelete } from './delete-plan.ts';
import { blockedByHidden, deleteUnreferenced } from './delete-unreferenced.ts';
import { loadDownstream } from './downstream.ts';
import { type DropOptions, type DropPlan, planDrop } from './drop-plan.ts';
import { withExpectation } from './expected-value.ts';
import { type InputRow, type InsertOptions, insertRows } from './insert.ts';
import { nameParent } from './name-parent.ts';
import { nameRecord } from './name-record.ts';
import { planCascade } from './plan-cascade.ts';
import { checkDigest } from './plan-digest.ts';
import { type CascadeOptions, type DeletedRows, runCascade } from './run-cascade.ts';
import { type UpdateRow, updateRow } from './update1.ts';

export interface TableState {
  readonly executor: Executor;
  readonly catalog: Catalog;
  readonly name: TableName;
  readonly heading: Heading;
  readonly condition?: Condition;
}

/** A table of a pipeline, or its rows that meet a restriction. */
export class Table<R extends Row = Row, K extends string = string> extends QueryExpression<R, K> {
  readonly name: TableName;
  readonly catalog: Catalog;
  /** Which of its rows. */
  readonly condition: Condition;

  constructor({ executor, catalog, name, heading, condition = always }: TableState) {
    const table = { kind: 'table', name, lineages: () => catalog.lineages(name) } as const;
    super(tableRows(table, condition, executor, heading));
    this.name = name;
    this.catalog = catalog;
    this.condition = condition;
    Object.freeze(this);
  }

  /** `Session`, or `Session.Trial` for a part. */
  get className(): string {
    return classNameOf(this.name.table) ?? this.name.table;
  }

  get tier(): Tier | undefined {
    return tierOf(this.name.table);
  }

  /** The same table, used in a transaction or by another connection, which may know the catalog by itself. */
  using(executor: Executor, catalog: Catalog = this.catalog): Table<R, K> {
    return new Table({ ...this.#state, executor, catalog });
  }

  /** The rows that meet the restriction; still a table, so that they can be deleted. @throws InvalidRestriction */
  override restrict(restriction: Top): QueryExpression<R, K>;
  override restrict(restriction: Restriction, options?: RestrictOptions): Table<R, K>;
  override restrict(restriction: Restriction | Top, options?: RestrictOptions): QueryExpression<R, K> {
    if (restriction instanceof Top) return this.first(restriction);
    const condition = this.conditionOf(restriction, options);
    return condition === always ? this : new Table({ ...this.#state, condition: allOf([this.condition, condition]) });
  }

  /** The indexes beside the primary key, those that serve foreign keys too. */
  indexes(): Promise<readonly Index[]> {
    return this.catalog.indexes(this.name, this.heading.generation);
  }

  /**
   * The definition, as the Python library prints it.
   * @param nameOf how a parent is written where a class is at hand; its full name otherwise.
   */
  async describe(nameOf: (parent: TableName) => string | undefined = () => undefined): Promise<string> {
    const { dialect } = this.executor;
    const indexes = dialect.printsIndexes ? await this.indexes() : [];
    const parents = await this.catalog.foreignKeysOf(this.name);
    return describe({
      heading: this.heading,
      indexes,
      parents,
      nameOf: (parent) => nameOf(parent) ?? dialect.fullTableName(parent.schema, parent.table),
    });
  }

  /**
   * Inserts rows, all or none.
   * @throws UnsupportedTableType for tables that `populate` fills, unless `allowDirectInsert`.
   */
  async insert(
    rows: readonly InputRow[],
    options: InsertOptions & { allowDirectInsert?: boolean } = {},
  ): Promise<void> {
    if (!options.allowDirectInsert) this.checkDirectInsert();
    this.#unrestricted('Insert');
    await this.#namingParents(insertRows(this, rows, options, this.executor));
  }

  /** @throws UnsupportedTableType for a table that `populate` fills. */
  checkDirectInsert(): void {
    if (!isAutoPopulated(this.tier)) return;
    throw new UnsupportedTableType(
      'Inserts into an auto-populated table can only be done inside its make method during a populate call.',
    );
  }

  insert1(row: InputRow, options?: InsertOptions & { allowDirectInsert?: boolean }): Promise<void> {
    return this.insert([row], options);
  }

  /** Changes one existing row, named by its whole primary key. */
  async update1(row: UpdateRow): Promise<void> {
    await this.update([row]);
  }

  /** Changes existing rows, each named by its whole primary key; all or none. */
  async update(rows: readonly UpdateRow[]): Promise<void> {
    this.#unrestricted('Update');
    const key = (row: UpdateRow): string => this.heading.primaryKey.map((name) => String(row?.[name])).join('\0');
    // Always in the order of their keys, so that two requests that change the same rows do not lock each other out.
    const ordered = [...rows.entries()].sort(([, a], [, b]) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    const updateAll = async (transaction: Transaction): Promise<void> => {
      for (const [record, row] of ordered) {
        try {
          await updateRow(this, row, transaction);
        } catch (error) {
          throw nameRecord(withExpectation(error, this.heading, row), record, rows.length);
        }
      }
    };
    await this.#namingParents(this.#transact(updateAll));
  }

  /** Which rows depend on these, in all schemas: what {@link delete} would delete. */
  async cascadePlan(): Promise<CascadePlan> {
    return planCascade(this.name, this.condition, await loadDownstream(this.name, this.catalog), this.executor);
  }

  /** The tables and numbers of rows that depend on these rows, the table itself first, in DataJoint's order. */
  async dependents(options?: ExecuteOptions): Promise<readonly CountedStep[]> {
    const plan = await this.cascadePlan();
    const counted = await plan.count(this.executor, options);
    const graph = await this.catalog.downstream(this.name);
    const order = graph.descendants(this.name);
    return order.flatMap((name) => counted.filter((step) => sameName(step.name, name)));
  }

  /**
   * Deletes the rows and all rows that depend on them, in one transaction: all or none.
   * @returns how many rows of each table went, this one first.
   */
  async delete({ signal, ...options }: CascadeOptions & ExecuteOptions = {}): Promise<DeletedRows> {
    return this.#transact(await this.deletion(options), signal);
  }

  /**
   * Deletes the rows if nothing depends on them.
   * @returns how many rows went.
   * @throws IntegrityError naming a child with dependent rows.
   */
  async deleteQuick({ digest, signal }: Pick<CascadeOptions, 'digest'> & ExecuteOptions = {}): Promise<number> {
    const [deleted] = await this.#transact(await this.deletion({ digest, cascade: false }), signal);
    return deleted?.count ?? 0;
  }

  /**
   * What {@link delete} does in a transaction, or {@link deleteQuick} without `cascade`, for a transaction that does more.
   * All that has to be known of other tables is looked up before.
   */
  async deletion({
    cascade = true,
    ...options
  }: CascadeOptions & { readonly cascade?: boolean } = {}): Promise<
    (transaction: Transaction) => Promise<DeletedRows>
  > {
    const { name, condition } = this;
    const downstream = await loadDownstream(name, this.catalog);
    return async (transaction) => {
      if (!cascade) {
        const deleted = [{ name, count: await deleteUnreferenced(name, condition, downstream.graph, transaction) }];
        checkDigest(this, deleted, options.digest);
        return deleted;
      }
      const plan = await planCascade(name, condition, downstream, transaction);
      try {
        const deleted = await runCascade(plan, transaction, options);
        checkDigest(this, deleted, options.digest);
        return deleted;
      } catch (error) {
        const isSeen = error instanceof IntegrityError && isAmong(error, downstream.graph);
        throw error instanceof IntegrityError && !isSeen ? blockedByHidden(error) : error;
      }
    };
  }

  /** What {@link delete} would take, what would forbid it, and the digest to hold it to that. Nothing is changed. */
  async deletePlan(options?: DeletePlanOptions): Promise<DeletePlan> {
    return planDelete(this, options);
  }

  /**
   * Which tables {@link drop} would drop: this one and all that refer to it, in all schemas.
   * @throws DataJointError for a part, whose master has to be dropped instead.
   */
  async dropPlan(options: DropOptions = {}): Promise<DropPlan> {
    this.#unrestricted('Drop');
    return await planDrop(this.name, options, this.catalog, this.executor);
  }

  /** Drops the table and all that refer to it, with their rows. @returns what went. */
  async drop(options: DropOptions = {}): Promise<DropPlan> {
    const plan = await this.dropPlan(options);
    await plan.run();
    return plan;
  }

  #transact<T>(run: (transaction: Transaction) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.executor instanceof Transaction) return run(this.executor);
    if (this.executor instanceof Connection) return this.executor.transaction(run, { retries: 3, signal });
    throw new DataJointError('Expected a connection or a transaction to write with.');
  }

  async #namingParents(write: Promise<void>): Promise<void> {
    try {
      await write;
    } catch (error) {
      // Within a transaction, whoever began it does this at its end.
      throw this.executor instanceof Transaction ? error : await nameParent(error, this.catalog);
    }
  }

  #unrestricted(operation: string): void {
    if (this.condition !== always) throw new DataJointError(`${operation} cannot be applied to a restricted table.`);
  }

  get #state(): TableState {
    const { executor, catalog, name, heading, condition } = this;
    return { executor, catalog, name, heading, condition };
  }
}

function sameName(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.table === b.table;
}

/** Whether the foreign key that an error is about is one that the user can see. */
function isAmong({ details }: IntegrityError, { foreignKeys }: DependencyGraph): boolean {
  return foreignKeys.some(
    ({ child, constraint }) =>
      child.schema === details.childSchema && child.table === details.childTable && constraint === details.constraint,
  );
}
