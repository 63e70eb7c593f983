import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { SchemaNotFound, TableNotFound } from '../errors.ts';
import { classNameOf, type Tier, tableNamesOf, tierOf } from '../naming.ts';
import { didYouMean } from '../suggest.ts';
import type { Catalog } from '../table/catalog.ts';
import { Table } from '../table/table.ts';

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
   * @throws SchemaNotFound, TableNotFound with the nearest right name.
   */
  async table(className: string): Promise<Table> {
    const candidates = tableNamesOf(className);
    if (candidates.length > 0) {
      const { tables, generation } = await this.catalog.find(this.name, candidates);
      const found = candidates.flatMap((table) => tables.filter(({ name }) => name.table === table))[0];
      if (found !== undefined) {
        const heading = await this.catalog.heading(found, generation);
        return new Table({ executor: this.executor, catalog: this.catalog, name: found.name, heading });
      }
    }
    throw await this.#notFound(className);
  }

  /** How a definition writes a parent: tables of this schema as `schema.Class`, others not at all. */
  nameOf(parent: TableName): string | undefined {
    const className = parent.schema === this.name ? classNameOf(parent.table) : undefined;
    return className === undefined ? undefined : `${this.name}.${className}`;
  }

  async #notFound(className: string): Promise<TableNotFound> {
    await this.#mustExist();
    const tables = await this.tables();
    const names = tables.map((table) => table.className);
    return new TableNotFound(
      `Table does not exist: schema ${JSON.stringify(this.name)} has no table ${JSON.stringify(className.slice(0, 80))}.` +
        didYouMean(className, names),
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
