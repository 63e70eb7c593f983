import { catalogTypes, type ExecuteOptions } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import type { Asking } from '../connection/shared-answer.ts';
import type { Index } from '../definition/describe.ts';
import { readIndexes } from '../definition/read-indexes.ts';
import { DependencyGraph } from '../dependencies/dependency-graph.ts';
import { type ForeignKey, readForeignKeys, type TableName, tableKey } from '../dependencies/foreign-key.ts';
import type { ForeignKeyRow, IndexRow, Privilege } from '../dialect/catalog.ts';
import type { Lineages } from '../expression/relation.ts';
import type { Attribute, Generation } from '../heading/attribute.ts';
import type { Heading } from '../heading/heading.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { CatalogMemory } from './catalog-memory.ts';
import { type Pipeline, type PipelineAttribute, readAttributes, readPipeline } from './pipeline.ts';
import { readTable, type TableReading } from './table-reading.ts';

/** Where an enum is that is a type of its own. */
export interface EnumPlace {
  readonly schema: string;
  readonly name: string;
}

/** A table as the catalog lists it. */
export interface FoundTable {
  readonly name: TableName;
  readonly comment: string;
  readonly isView: boolean;
}

export interface CatalogOptions {
  /** Milliseconds that what is known may be old. */
  readonly maxAge?: number | undefined;
  /** What opens the values that are kept in stores, and puts them there. */
  readonly objects?: Attribute['objects'] | undefined;
  /** What is known already. */
  readonly memory?: CatalogMemory | undefined;
}

/**
 * What one user's connection knows of the database, at most `maxAge` milliseconds old.
 *
 * Everything is loaded by name and when asked for, so that the cost of a request does not grow with the pipeline
 * around its table. Requests that ask for the same at the same time share one statement.
 */
export class Catalog {
  readonly executor: Executor;
  readonly #maxAge: number;
  readonly #objects: Attribute['objects'];
  readonly #memory: CatalogMemory;

  constructor(executor: Executor, { maxAge = 1000, objects, memory = new CatalogMemory() }: CatalogOptions = {}) {
    this.#objects = objects;
    this.executor = executor;
    this.#maxAge = maxAge;
    this.#memory = memory;
  }

  /** The catalog as a transaction asks for it, which knows what others like it have been told, however long ago. */
  within(transaction: Executor, memory: CatalogMemory): Catalog {
    return new Catalog(transaction, { maxAge: Number.POSITIVE_INFINITY, objects: this.#objects, memory });
  }

  /** Forgets everything: after a change of ours, before a write, and when an error smells of a change. */
  invalidate(): void {
    this.#memory.forget();
  }

  /** Names of all schemas the user can see, the server's own left out; sorted. */
  schemas(options?: ExecuteOptions): Promise<readonly string[]> {
    const ask = async ({ signal }: Asking): Promise<readonly string[]> => {
      const rows = await this.#rows(this.executor.dialect.catalog.schemas(), { signal });
      return rows.map(([name]) => String(name)).sort();
    };
    return this.#remember('schemas', ask, options?.signal);
  }

  async hasSchema(schema: string): Promise<boolean> {
    if (!this.executor.dialect.canName(schema)) return false;
    return this.#remember(`schema\0${schema}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.schemaNamed(schema));
      return rows.some(([name]) => name === schema);
    });
  }

  /** Stored names of all tables and views of a schema, hidden ones too. */
  async tables(schema: string): Promise<readonly string[]> {
    if (!this.executor.dialect.canName(schema)) return [];
    return this.#remember(`tables\0${schema}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.tables(schema));
      return rows.map(([name]) => String(name));
    });
  }

  /** Those of the stored names that exist, and which generation of DataJoint made the schema. */
  async find(
    schema: string,
    names: readonly string[],
  ): Promise<{ readonly tables: readonly FoundTable[]; readonly generation: Generation }> {
    const { dialect } = this.executor;
    if (!dialect.canName(schema)) return { tables: [], generation: dialect.generation };
    return this.#remember(`find\0${schema}\0${names.join('\0')}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.tablesNamed(schema, [...names, '~lineage']));
      const tables = rows.map(([table, comment, isView]) => ({
        name: { schema, table: String(table) },
        comment: String(comment ?? ''),
        isView: Number(isView) === 1,
      }));
      return {
        tables: tables.filter(({ name }) => names.includes(name.table)),
        generation: tables.some(({ name }) => name.table === '~lineage') ? '2' : dialect.generation,
      };
    });
  }

  /** @param options.fresh asks the database now, whatever is known. */
  async heading(table: FoundTable, generation: Generation, { fresh = false } = {}): Promise<Heading> {
    const { name, comment } = table;
    const question = `heading\0${tableKey(name)}`;
    const { heading } = await this.#memory.recall<TableReading>(question, fresh ? 0 : this.#maxAge, (_asking, before) =>
      readTable({ name, comment, generation, objects: this.#objects }, this.executor, before, this.#maxAge),
    );
    return heading;
  }

  indexes({ schema, table }: TableName, generation: Generation): Promise<readonly Index[]> {
    return this.#remember(`indexes\0${tableKey({ schema, table })}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.indexes(schema, table));
      return readIndexes(rows as unknown as readonly IndexRow[], generation);
    });
  }

  /** The attributes whose enums are types of their own, with the places of those. */
  enums({ schema, table }: TableName): Promise<ReadonlyMap<string, EnumPlace>> {
    return this.#remember(`enums\0${tableKey({ schema, table })}`, async () => {
      const statement = this.executor.dialect.catalog.enums(schema, table);
      const rows = statement === undefined ? [] : await this.#rows(statement);
      return new Map(rows.map(([name, place, type]) => [String(name), { schema: String(place), name: String(type) }]));
    });
  }

  /** The foreign keys a table holds, in the order the database lists them. */
  foreignKeysOf({ schema, table }: TableName): Promise<readonly ForeignKey[]> {
    return this.#remember(`parents\0${tableKey({ schema, table })}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.foreignKeysOf(schema, table));
      return readForeignKeys(rows as unknown as readonly ForeignKeyRow[]);
    });
  }

  /** By attribute, where the values of a table's keys first came from; undefined where the schema keeps no lineages. */
  async lineages({ schema, table }: TableName): Promise<Lineages | undefined> {
    return await this.#remember(`lineages\0${tableKey({ schema, table })}`, async () => {
      const { tables } = await this.find(schema, ['~lineage']);
      if (tables.length === 0) return undefined;
      const rows = await this.#rows(sql`
        SELECT attribute_name, lineage FROM ${sql.id(schema, '~lineage')} WHERE table_name = ${table}`);
      return new Map(rows.map(([attribute, lineage]) => [String(attribute), String(lineage)]));
    });
  }

  /** All foreign keys by which rows anywhere can depend on rows of a table, as far as the user may see. */
  async downstream(table: TableName): Promise<DependencyGraph> {
    const known = new Map([[table.schema, await this.foreignKeysIntoSchema(table.schema)]]);
    for (;;) {
      const graph = graphOf([...known.values()]);
      const schemas = new Set(graph.descendants(table).map(({ schema }) => schema));
      const missing = [...schemas].filter((schema) => !known.has(schema));
      if (missing.length === 0) return graph;
      for (const schema of missing) known.set(schema, await this.foreignKeysIntoSchema(schema));
    }
  }

  /** The names of all columns, those that DataJoint hides too. */
  columnNames({ schema, table }: TableName): Promise<readonly string[]> {
    return this.#remember(`columns\0${tableKey({ schema, table })}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.columns(schema, table));
      return rows.map(([name]) => String(name));
    });
  }

  /** The foreign keys that reference a table, as far as the user may see. */
  async foreignKeysInto(table: TableName): Promise<readonly ForeignKey[]> {
    const all = await this.foreignKeysIntoSchema(table.schema);
    return all.filter(({ parent }) => tableKey(parent) === tableKey(table));
  }

  /** The sets of attributes by which a row of a table can be told from all others, the primary key among them. */
  uniqueKeys({ schema, table }: TableName): Promise<readonly ReadonlySet<string>[]> {
    return this.#remember(`unique\0${tableKey({ schema, table })}`, async () => {
      const keys = new Map<unknown, Set<string>>();
      for (const [index, attribute] of await this.#rows(this.executor.dialect.catalog.uniqueKeys(schema, table))) {
        keys.set(index, (keys.get(index) ?? new Set()).add(String(attribute)));
      }
      return [...keys.values()];
    });
  }

  /** What the user may do with the rows of a table. */
  async privileges({ schema, table }: TableName): Promise<readonly Privilege[]> {
    const { catalog } = this.executor.dialect;
    const rows = await this.#rows(catalog.privileges(schema, table));
    return catalog.readPrivileges(rows)(schema, table);
  }

  /** Every table of these schemas, or of all the user can see, and the foreign keys among them. */
  pipeline(schemas?: readonly string[], options?: ExecuteOptions): Promise<Pipeline> {
    const ask = ({ signal }: Asking): Promise<Pipeline> => readPipeline(this.executor, schemas, { signal });
    return this.#remember(`pipeline\0${schemas?.join('\0') ?? '*'}`, ask, options?.signal);
  }

  /** Every attribute of these schemas, or of all the user can see. */
  attributes(schemas?: readonly string[], options?: ExecuteOptions): Promise<readonly PipelineAttribute[]> {
    const ask = ({ signal }: Asking): Promise<readonly PipelineAttribute[]> =>
      readAttributes(this.executor, schemas, { signal });
    return this.#remember(`attributes\0${schemas?.join('\0') ?? '*'}`, ask, options?.signal);
  }

  /** The foreign keys that reference any table of a schema, as far as the user may see. */
  foreignKeysIntoSchema(schema: string): Promise<readonly ForeignKey[]> {
    return this.#remember(`children\0${schema}`, async () => {
      const rows = await this.#rows(this.executor.dialect.catalog.foreignKeysInto([schema]));
      // Servers sort names by collations of their own; this is MariaDB's.
      return [...readForeignKeys(rows as unknown as readonly ForeignKeyRow[])].sort(byChild);
    });
  }

  async #rows(statement: Sql, options?: ExecuteOptions): Promise<readonly (readonly unknown[])[]> {
    return (await this.executor.execute(statement, { ...options, typedBy: catalogTypes })).rows;
  }

  #remember<T>(question: string, ask: (asking: Asking) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#memory.recall(question, this.#maxAge, ask, signal);
  }
}

/** By the first of the lists they are made of; the lists are the same as long as they are known. */
const graphs = new WeakMap<
  readonly ForeignKey[],
  { readonly of: readonly unknown[]; readonly graph: DependencyGraph }
>();

function graphOf(lists: readonly (readonly ForeignKey[])[]): DependencyGraph {
  const [first = []] = lists;
  const made = graphs.get(first);
  if (made?.of.length === lists.length && made.of.every((list, index) => list === lists[index])) return made.graph;
  const graph = new DependencyGraph(lists.flat());
  graphs.set(first, { of: lists, graph });
  return graph;
}

function byChild({ child: a }: ForeignKey, { child: b }: ForeignKey): number {
  const [first, second] = [tableKey(a).toUpperCase(), tableKey(b).toUpperCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}
