import { inspect } from 'node:util';
import { Connection } from '../connection/connection.ts';
import type { Executor } from '../connection/executor.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { DataJointError, IntegrityError } from '../errors.ts';
import { isHiddenTable, spokenName } from '../naming.ts';
import type { Catalog } from '../table/catalog.ts';

/**
 * What dropping a schema would take along. A value: the same plan is shown before and carried out.
 *
 * MySQL refuses where tables of other schemas refer to these; PostgreSQL would silently take their foreign keys away,
 * so that it is refused here.
 */
export class SchemaDropPlan {
  readonly schema: string;
  /** Its tables but for those that DataJoint keeps for itself. */
  readonly tables: readonly TableName[];
  /** Tables of other schemas that refer to its tables; those the user cannot see are not among them. */
  readonly blockedBy: readonly TableName[];
  readonly #connection: Connection;
  readonly #catalog: Catalog;

  constructor(
    schema: string,
    tables: readonly TableName[],
    blockedBy: readonly TableName[],
    connection: Connection,
    catalog: Catalog,
  ) {
    this.schema = schema;
    this.tables = Object.freeze([...tables]);
    this.blockedBy = Object.freeze([...blockedBy]);
    this.#connection = connection;
    this.#catalog = catalog;
    Object.freeze(this);
  }

  /** @throws IntegrityError where {@link blockedBy} names tables. */
  async run(): Promise<void> {
    if (this.blockedBy.length > 0) {
      const names = this.blockedBy.slice(0, 5).map((name) => spokenName(name));
      throw new IntegrityError(
        `Tables of other schemas refer to those of ${this.schema}: ${names.join(', ')}. Drop them first.`,
      );
    }
    try {
      await this.#connection.execute(this.#connection.dialect.ddl.dropSchema(this.schema));
    } finally {
      this.#catalog.invalidate();
    }
  }

  toJSON(): object {
    return { schema: this.schema, tables: this.tables, blockedBy: this.blockedBy };
  }

  [inspect.custom](): string {
    return `SchemaDropPlan(${this.schema}: ${this.tables.map(({ table }) => table).join(', ')})`;
  }
}

export async function planSchemaDrop(schema: string, catalog: Catalog, connection: Executor): Promise<SchemaDropPlan> {
  if (!(connection instanceof Connection)) {
    throw new DataJointError('Cannot drop a schema inside a transaction: drop it before it begins.');
  }
  const stored = (await catalog.tables(schema)).filter((table) => !isHiddenTable(table));
  const tables = stored.map((table) => ({ schema, table }));
  const outside = new Map<string, TableName>();
  for (const { child } of await catalog.foreignKeysIntoSchema(schema)) {
    if (child.schema !== schema) outside.set(tableKey(child), child);
  }
  return new SchemaDropPlan(schema, tables, [...outside.values()], connection, catalog);
}
