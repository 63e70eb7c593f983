import type { Executor } from '../connection/executor.ts';
import { declare } from '../definition/declare.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Generation } from '../dialect/storage.ts';
import { DataJointError, SchemaNotFound, TableNotFound } from '../errors.ts';
import type { QueryExpression } from '../expression/query-expression.ts';
import type { Row } from '../expression/record-types.ts';
import type { Heading } from '../heading/heading.ts';
import {
  classNameOf,
  isHiddenAttribute,
  isHiddenTable,
  spokenName,
  type Tier,
  tableNamesOf,
  tierOf,
} from '../naming.ts';
import type { TrustedSql } from '../sql/trusted-sql.ts';
import { didYouMean } from '../suggest.ts';
import type { Catalog, FoundTable } from '../table/catalog.ts';
import { Table } from '../table/table.ts';
import { AutoPopulated } from './auto-populated.ts';
import type { DeclarePlan } from './declare-plan.ts';
import { type DeclareOptions, planDeclaration } from './declare-table.ts';
import type { Make } from './make.ts';
import { planJobs } from './plan-jobs.ts';
import { planSchemaDrop, type SchemaDropPlan } from './schema-drop-plan.ts';
import type { ComputedCode, TableCode } from './table-code.ts';

const tables = new WeakMap<Heading, Table>();

/** A table with a tier, as a listing names it. */
export interface ListedTable {
  readonly name: TableName;
  readonly className: string;
  readonly tier: Tier;
}

/** A schema whose tables are looked up in the database, as Python's virtual modules are. */
export class Schema {
  readonly executor: Executor;
  readonly catalog: Catalog;
  readonly name: string;

  constructor(executor: Executor, catalog: Catalog, name: string) {
    this.executor = executor;
    this.catalog = catalog;
    this.name = name;
  }

  /**
   * The tables that have a tier, by class name.
   * @throws SchemaNotFound
   */
  async tables(): Promise<readonly ListedTable[]> {
    const stored = await this.catalog.tables(this.name);
    if (stored.length === 0) await this.#mustExist();
    const listed = stored.flatMap((table) => {
      const className = classNameOf(table);
      const tier = tierOf(table);
      if (className === undefined || tier === undefined) return [];
      return [{ name: { schema: this.name, table }, className, tier }];
    });
    return listed.sort((a, b) => (a.className < b.className ? -1 : a.className > b.className ? 1 : 0));
  }

  /**
   * A table by its class name, `Session` or `Session.Trial`. Loads that table's heading and nothing else.
   * Its record may be declared: `schema.table<{ subject: number; day: string }, 'subject'>('Session')`.
   *
   * @param options.fresh reads its attributes now, for a write, which must not go by how they were a moment ago.
   * @throws SchemaNotFound, TableNotFound with the nearest right name.
   */
  async table<R extends Row = Row, K extends string = string>(
    className: string,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Table<R, K>> {
    const candidates = tableNamesOf(className);
    if (candidates.length > 0) {
      const { tables, generation } = await this.catalog.find(this.name, candidates);
      const found = firstOf(candidates, tables);
      if (found !== undefined) {
        const heading = await this.catalog.heading(found, generation, options);
        // Of a table that has gone since it was found, PostgreSQL says that it has no columns.
        const hasGone = options.fresh === true && heading.attributes.length === 0;
        if (!hasGone) return this.#tableOf(found.name, heading) as Table<R, K>;
      }
    }
    throw await this.#notFound(className);
  }

  /** The stored name of a class, or undefined where there is no such table. */
  async find(className: string): Promise<TableName | undefined> {
    const candidates = tableNamesOf(className);
    if (candidates.length === 0) return undefined;
    const { tables } = await this.catalog.find(this.name, candidates);
    return firstOf(candidates, tables)?.name;
  }

  /** Another schema of the same database. */
  sibling(name: string): Schema {
    return new Schema(this.executor, this.catalog, name);
  }

  /**
   * Which generation of DataJoint the schema's tables are of, from what is stored; undefined for an empty schema.
   * A table without signs of either is legacy, where the database can hold that.
   */
  async generation(): Promise<Generation | undefined> {
    const tables = await this.catalog.tables(this.name);
    if (tables.some((table) => table === '~lineage' || table.startsWith('~~'))) return '2';
    if (tables.some((table) => table.startsWith('~'))) return 'legacy';
    for (const table of tables.slice(0, 100)) {
      const { tables: found, generation } = await this.catalog.find(this.name, [table]);
      if (found[0] === undefined) continue;
      if ((await this.catalog.heading(found[0], generation)).generation === '2') return '2';
    }
    return tables.length === 0 ? undefined : this.executor.dialect.generation;
  }

  /**
   * Declares a table from its definition, in the generation of the schema's other tables (DataJoint 2 in an empty one).
   * A table that is there already is left as it is. Its record may be declared with it, as for {@link table}.
   *
   * @param className `Session`, or `Session.Trial` for a part.
   * @param definition DataJoint's notation; as `trusted(text)` where its indexes hold expressions.
   * @throws DefinitionError naming line and column; SchemaNotFound; DataJointError in a transaction, and for a table
   *   that is there with other attributes.
   */
  async declare<R extends Row = Row, K extends string = string>(
    className: string,
    definition: string | TrustedSql,
    options: DeclareOptions = {},
  ): Promise<Table<R, K>> {
    this.catalog.invalidate();
    const plan = await this.planDeclaration(className, definition, options);
    const isThere = (await this.#has(plan.name.table)) || !(await plan.run());
    if (isThere) await plan.refreshLineage();
    this.catalog.invalidate();
    const table = await this.table<R, K>(className);
    if (isThere) checkSame(table, plan);
    return table;
  }

  /**
   * Declares a table that is written as code, and its parts; a lookup table gets the rows of its contents that it lacks.
   * @returns the table; of one that is populated, what populates it.
   * @throws as {@link declare} does.
   */
  activate(code: ComputedCode, options?: Pick<DeclareOptions, 'context' | 'codecs'>): Promise<AutoPopulated>;
  activate<R extends Row, K extends string>(
    code: TableCode<R, K>,
    options?: Pick<DeclareOptions, 'context' | 'codecs'>,
  ): Promise<Table<R, K>>;
  async activate(
    code: TableCode | ComputedCode,
    options: Pick<DeclareOptions, 'context' | 'codecs'> = {},
  ): Promise<Table | AutoPopulated> {
    const { className, tier, definition, parts, contents } = code;
    const isComputed = 'make' in code;
    const jobMetadata = isComputed && code.jobMetadata;
    const table = await this.declare(className, definition, { ...options, tier, jobMetadata });
    for (const [part, text] of Object.entries(parts)) await this.declare(`${className}.${part}`, text, options);
    if (contents.length > 0) await table.insert(contents, { skipDuplicates: true });
    return isComputed ? await this.autoPopulated(className, code.make, code.keySource) : table;
  }

  /** What {@link declare} would do, to be printed. */
  async planDeclaration(
    className: string,
    definition: string | TrustedSql,
    options: DeclareOptions = {},
  ): Promise<DeclarePlan> {
    await this.#mustExist();
    return await planDeclaration(this, className, definition, options);
  }

  /**
   * An imported or computed table with what computes its rows; declared here or in Python.
   * @param make computes the rows of a key, as a whole or in parts.
   * @param keySource the keys to compute, where they are not the join of the parents in the primary key.
   * @throws TableNotFound, UnsupportedTableType
   */
  async autoPopulated<Fetched, Computed>(
    className: string,
    make: Make<Fetched, Computed>,
    keySource?: QueryExpression,
  ): Promise<AutoPopulated> {
    const find = (name: string, schema: string, executor: Executor, catalog: Catalog): Promise<Table> =>
      new Schema(executor, catalog, schema).table(name);
    const queue = (): Promise<Table> => this.jobs(className);
    return new AutoPopulated({ table: await this.table(className), make: make as Make, keySource, queue, find });
  }

  /**
   * What {@link drop} would drop: the schema with all its tables. `blockedBy` names the tables of other schemas that
   * refer to them.
   */
  async dropPlan(): Promise<SchemaDropPlan> {
    this.catalog.invalidate();
    await this.#mustExist();
    return await planSchemaDrop(this.name, this.catalog, this.executor);
  }

  /**
   * Drops the schema with all its tables and rows. @returns what went.
   * @throws IntegrityError naming tables of other schemas that refer to its tables.
   */
  async drop(): Promise<SchemaDropPlan> {
    const plan = await this.dropPlan();
    await plan.run();
    return plan;
  }

  /**
   * The queue of jobs of an imported or computed table (DataJoint 2), declared where it is missing: what is to be
   * computed, what is being computed and what failed, by the table's primary key.
   * @throws UnsupportedTableType for other tables; DataJointError in the older generation.
   */
  async jobs(className: string): Promise<Table> {
    const plan = await planJobs(this, await this.table(className));
    let found = await this.catalog.find(this.name, [plan.name.table]);
    if (found.tables.length === 0) {
      await plan.run();
      this.catalog.invalidate();
      found = await this.catalog.find(this.name, [plan.name.table]);
    }
    const [stored] = found.tables;
    if (stored === undefined) throw new TableNotFound(`The jobs of ${className} were removed by somebody.`);
    const heading = await this.catalog.heading(stored, found.generation);
    return new Table({ executor: this.executor, catalog: this.catalog, name: plan.name, heading });
  }

  /** How a definition writes a parent: tables of this schema as `schema.Class`, others not at all. */
  nameOf(parent: TableName): string | undefined {
    const className = parent.schema === this.name ? classNameOf(parent.table) : undefined;
    return className === undefined ? undefined : `${this.name}.${className}`;
  }

  /** The same table for as long as its heading is known, with what has been found out about it. */
  #tableOf(name: TableName, heading: Heading): Table {
    const known = tables.get(heading);
    if (known?.executor === this.executor && known.catalog === this.catalog) return known;
    const table = new Table({ executor: this.executor, catalog: this.catalog, name, heading });
    tables.set(heading, table);
    return table;
  }

  async #has(table: string): Promise<boolean> {
    return (await this.catalog.find(this.name, [table])).tables.length > 0;
  }

  async #notFound(className: string): Promise<TableNotFound> {
    await this.#mustExist();
    const tables = await this.tables();
    const names = tables.map((table) => table.className);
    // The database may hold tables that are nobody's in DataJoint.
    const isStored = (await this.catalog.tables(this.name)).includes(className) && tierOf(className) === undefined;
    const why = ' The database has one of this name, to which DataJoint gives no class: it reads lower_case names.';
    return new TableNotFound(
      `Table does not exist: schema ${JSON.stringify(this.name)} has no table ${JSON.stringify(className.slice(0, 80))}.` +
        (isStored && !isHiddenTable(className) ? why : didYouMean(className, names)),
    );
  }

  async #mustExist(): Promise<void> {
    if (await this.catalog.hasSchema(this.name)) return;
    const names = await this.catalog.schemas();
    throw new SchemaNotFound(
      `Schema does not exist: there is no schema ${JSON.stringify(this.name.slice(0, 80))} that you have access to.` +
        didYouMean(this.name, names),
    );
  }
}

/** A table that is there already must be the one that was meant. */
function checkSame({ heading, name }: Pick<Table, 'heading' | 'name'>, { table: { spec } }: DeclarePlan): void {
  const visible = spec.columns.filter((column) => !isHiddenAttribute(column.name));
  const declared = visible.map((column) => column.name).join(', ');
  const key = spec.primaryKey.filter((attribute) => !isHiddenAttribute(attribute)).join(', ');
  if (heading.names.join(', ') === declared && heading.primaryKey.join(', ') === key) return;
  throw new DataJointError(
    `Table ${spokenName(name)} exists with other attributes. It has (${heading.names.join(', ')}), the definition (${declared}).`,
  );
}

/** The table of the first of the names that is there. */
function firstOf(candidates: readonly string[], tables: readonly FoundTable[]): FoundTable | undefined {
  for (const candidate of candidates) {
    const found = tables.find(({ name }) => name.table === candidate);
    if (found !== undefined) return found;
  }
  return undefined;
}
