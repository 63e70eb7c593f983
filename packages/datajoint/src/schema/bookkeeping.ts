import { hostname } from 'node:os';
import type { Executor } from '../connection/executor.ts';
import { declare, type Origin } from '../definition/declare.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { tableKey } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Generation } from '../dialect/storage.ts';
import { AccessError } from '../errors.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Catalog } from '../table/catalog.ts';
import { lineageDefinition, logDefinition } from './own-tables.ts';

/** The statements that make a table DataJoint keeps for itself; it is written without markers, so that both generations read it. */
export function ownTable(name: TableName, definition: string, dialect: Dialect): readonly Sql[] {
  const declaration = parseDefinition(definition, 'legacy');
  return dialect.ddl.createTable(declare({ name, declaration, parents: [], dialect }).spec);
}

/** Makes the hidden table by which an empty schema is known to be of a generation. */
export async function signSchema(executor: Executor, schema: string, generation: Generation): Promise<void> {
  const [table, definition] = generation === '2' ? ['~lineage', lineageDefinition] : ['~log', logDefinition(schema)];
  for (const statement of ownTable({ schema, table }, definition, executor.dialect)) await executor.execute(statement);
  if (generation === 'legacy') await log(executor, schema, 'created');
}

/** Writes what happened to the tables of a schema, where there is a log; failing to do so is no failure. */
export async function log(executor: Executor, schema: string, event: string): Promise<void> {
  try {
    await executor.execute(sql`
      INSERT INTO ${sql.id(schema, '~log')} (${sql.join(['version', 'user', 'host', 'event'].map((name) => sql.id(name)))})
      VALUES (${'pharus'}, user(), ${hostname().slice(0, 255)}, ${event.slice(0, 255)})`);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
  }
}

/** Where each attribute of a table comes from: its parent's origin, or the table itself. */
export async function lineageOf(
  name: TableName,
  origins: readonly Origin[],
  catalog: Catalog,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, ReadonlyMap<string, string>>();
  const lineage = new Map<string, string>();
  for (const { attribute, parent } of origins) {
    const { schema, table, attribute: original } = parent ?? { ...name, attribute };
    if (parent !== undefined && !known.has(tableKey(parent)))
      known.set(tableKey(parent), await storedLineage(parent, catalog));
    const stored = parent === undefined ? undefined : known.get(tableKey(parent))?.get(original);
    lineage.set(attribute, stored ?? `${schema}.${table}.${original}`);
  }
  return lineage;
}

async function storedLineage({ schema, table }: TableName, catalog: Catalog): Promise<ReadonlyMap<string, string>> {
  const { tables } = await catalog.find(schema, ['~lineage']);
  if (tables.length === 0) return new Map();
  const { rows } = await catalog.executor.execute(sql`
    SELECT attribute_name, lineage FROM ${sql.id(schema, '~lineage')} WHERE table_name = ${table}`);
  return new Map(rows.map(([attribute, lineage]) => [String(attribute), String(lineage)]));
}

/** Statements that leave just this lineage of a table. */
export function writeLineage({ schema, table }: TableName, lineage: ReadonlyMap<string, string>): readonly Sql[] {
  const place = sql.id(schema, '~lineage');
  const rows = [...lineage].map(([attribute, origin]) => sql`(${table}, ${attribute}, ${origin})`);
  const remove = sql`DELETE FROM ${place} WHERE table_name = ${table}`;
  if (rows.length === 0) return [remove];
  return [remove, sql`INSERT INTO ${place} (table_name, attribute_name, lineage) VALUES ${sql.join(rows)}`];
}
