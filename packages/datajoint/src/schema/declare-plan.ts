import { inspect } from 'node:util';
import type { Connection } from '../connection/connection.ts';
import type { Executor } from '../connection/executor.ts';
import { atPlace } from '../definition/at-place.ts';
import type { DeclaredTable } from '../definition/declare.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Generation } from '../dialect/storage.ts';
import type { Sql } from '../sql/sql.ts';
import { writeLineage } from '../table/lineage.ts';
import { log } from '../table/log.ts';

export interface DeclarePlanState {
  readonly name: TableName;
  readonly generation: Generation;
  readonly table: DeclaredTable;
  /** The statements for hidden tables that have to be there before. */
  readonly hidden: readonly Sql[];
  readonly lineage: ReadonlyMap<string, string>;
  readonly connection: Connection;
}

/**
 * What declaring a table would do. A value: the same plan is printed and carried out.
 *
 * DataJoint 2 keeps the origin of each attribute in `~lineage`; it is written before the table, because origins of a
 * table that never came are in nobody's way, while a table without them would not join. The older generation logs.
 */
export class DeclarePlan {
  readonly name: TableName;
  readonly generation: Generation;
  readonly table: DeclaredTable;
  readonly lineage: ReadonlyMap<string, string>;
  readonly #hidden: readonly Sql[];
  readonly #create: readonly Sql[];
  readonly #connection: Connection;

  constructor({ name, generation, table, hidden, lineage, connection }: DeclarePlanState) {
    this.name = name;
    this.generation = generation;
    this.table = table;
    this.lineage = lineage;
    this.#connection = connection;
    this.#hidden = hidden;
    this.#create = connection.dialect.ddl.createTable(table.spec);
    Object.freeze(this);
  }

  /** Declares the table. @returns false where somebody else did so at the same time. */
  async run(): Promise<boolean> {
    const connection = this.#connection;
    try {
      if (connection.dialect.ddl.isTransactional) {
        await connection.transaction((transaction) => this.#write(transaction));
      } else await this.#write(connection);
      return true;
    } catch (error) {
      const { rows } = await connection.execute(
        connection.dialect.catalog.tablesNamed(this.name.schema, [this.name.table]),
      );
      if (rows.length === 0) throw error;
      return false;
    }
  }

  /** Writes only where the attributes come from, for a table that is there already. */
  async refreshLineage(): Promise<void> {
    if (this.generation === 'legacy') return;
    await this.#connection.transaction((transaction) => this.#writeLineage(transaction), { retries: 3 });
  }

  async #write(executor: Executor): Promise<void> {
    const { name, generation } = this;
    for (const statement of this.#hidden) await executor.execute(statement);
    if (generation === '2') await this.#writeLineage(executor);
    for (const [index, statement] of this.#create.entries()) {
      await executor.execute(statement).catch((error: unknown) => {
        throw atPlace(error, this.table, textsOf(this.#create, executor.dialect), index);
      });
    }
    if (generation === 'legacy') {
      await log(executor, name.schema, `Declared ${executor.dialect.fullTableName(name.schema, name.table)}`);
    }
  }

  async #writeLineage(executor: Executor): Promise<void> {
    for (const statement of writeLineage(this.name, this.lineage, executor.dialect)) await executor.execute(statement);
  }

  /** What defines the table and what has to be there before, in order. */
  get statements(): readonly Sql[] {
    return [...this.#hidden, ...this.#create];
  }

  /** The statements as text, one after the other. */
  toString(): string {
    return textsOf(this.statements, this.#connection.dialect)
      .map((text) => `${text};\n`)
      .join('');
  }

  [inspect.custom](): string {
    return `DeclarePlan {\n${this.toString()}}`;
  }
}

function textsOf(statements: readonly Sql[], { syntax }: Dialect): readonly string[] {
  return statements.map((statement) => statement.toStatement(syntax).text);
}
