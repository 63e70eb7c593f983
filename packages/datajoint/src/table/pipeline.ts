import type { ExecuteOptions } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { type ForeignKey, isRenamed, readForeignKeys, type TableName, tableKey } from '../dependencies/foreign-key.ts';
import type { ForeignKeyRow, Privilege } from '../dialect/catalog.ts';
import type { Generation } from '../heading/attribute.ts';
import { readColumnType } from '../heading/column-type.ts';
import { classNameOf, isHiddenAttribute, isHiddenTable, masterOf, type Tier, tierOf } from '../naming.ts';

export interface PipelineTable {
  readonly name: TableName;
  /** As a client writes it, `Session.Trial`; the stored name where it has no class. */
  readonly className: string;
  /** Undefined for a name that DataJoint gives no class. */
  readonly tier: Tier | undefined;
  /** The stored name of a part's master. */
  readonly master: string | undefined;
  readonly comment: string;
  /** About how many rows it has, where the database keeps count. */
  readonly estimatedRows: number | undefined;
  readonly privileges: readonly Privilege[];
}

/** A foreign key as a line between two tables. */
export interface PipelineEdge extends ForeignKey {
  /** Whether its attributes all belong to the child's primary key. */
  readonly isPrimary: boolean;
  /** Whether several of the child's rows may refer to one row of the parent by it: it is not the whole primary key. */
  readonly isMulti: boolean;
  /** Whether some attribute has another name in the child than in the parent. */
  readonly isRenamed: boolean;
}

export interface PipelineSchema {
  readonly name: string;
  readonly generation: Generation;
  readonly tables: readonly PipelineTable[];
  /** The hidden tables in which jobs are kept: `~jobs`, `~~name`. */
  readonly jobQueues: readonly string[];
}

/** The tables a user can see, schema by schema, and the foreign keys among them. */
export interface Pipeline {
  readonly schemas: readonly PipelineSchema[];
  readonly edges: readonly PipelineEdge[];
}

/** An attribute as a search finds it. */
export interface PipelineAttribute {
  readonly table: TableName;
  readonly className: string;
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** Reads a pipeline with one statement each for tables, keys, foreign keys and privileges, however many schemas there are. */
export async function readPipeline(
  executor: Executor,
  schemas?: readonly string[],
  options?: ExecuteOptions,
): Promise<Pipeline> {
  const { catalog } = executor.dialect;
  const tables = (await executor.execute(catalog.everyTable(schemas), options)).rows;
  const keys = (await executor.execute(catalog.everyPrimaryKey(schemas), options)).rows;
  const foreignKeys = (await executor.execute(catalog.everyForeignKey(schemas), options)).rows;
  const mayOn = catalog.readPrivileges((await executor.execute(catalog.privileges(), options)).rows);

  const bySchema = new Map<string, { tables: PipelineTable[]; jobQueues: string[]; isModern: boolean }>();
  const known = new Set<string>();
  for (const [schema, table, comment, rows] of tables) {
    const name = { schema: String(schema), table: String(table) };
    const entry = bySchema.get(name.schema) ?? {
      tables: [],
      jobQueues: [],
      isModern: executor.dialect.generation === '2',
    };
    bySchema.set(name.schema, entry);
    if (isHiddenTable(name.table)) {
      if (name.table === '~jobs' || name.table.startsWith('~~')) entry.jobQueues.push(name.table);
      entry.isModern ||= name.table === '~lineage' || name.table.startsWith('~~');
      continue;
    }
    known.add(tableKey(name));
    entry.tables.push(readTable(name, String(comment ?? ''), rows, mayOn(name.schema, name.table)));
  }
  const primaryKeys = new Map<string, Set<string>>();
  for (const [schema, table, attribute] of keys) {
    const key = tableKey({ schema: String(schema), table: String(table) });
    primaryKeys.set(key, (primaryKeys.get(key) ?? new Set()).add(String(attribute)));
  }
  return {
    schemas: [...bySchema].map(([name, { tables, jobQueues, isModern }]) => ({
      name,
      generation: isModern ? '2' : 'legacy',
      tables,
      jobQueues,
    })),
    edges: readForeignKeys(foreignKeys as unknown as readonly ForeignKeyRow[])
      .filter(({ parent, child }) => known.has(tableKey(parent)) && known.has(tableKey(child)))
      .map((foreignKey) => ({ ...foreignKey, ...shape(foreignKey, primaryKeys.get(tableKey(foreignKey.child))) }))
      .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
  };
}

/** Databases keep no order of foreign keys. */
const orderOf = ({ child, constraint }: ForeignKey): string => `${child.schema}\0${child.table}\0${constraint}`;

/** What a foreign key is to the child, whose primary key is given. */
export function shape(
  foreignKey: ForeignKey,
  primaryKey: ReadonlySet<string> = new Set(),
): Pick<PipelineEdge, 'isPrimary' | 'isMulti' | 'isRenamed'> {
  const names = foreignKey.attributes.map(([child]) => child);
  const isPrimary = names.every((name) => primaryKey.has(name));
  return { isPrimary, isMulti: !isPrimary || names.length < primaryKey.size, isRenamed: isRenamed(foreignKey) };
}

function readTable(name: TableName, comment: string, rows: unknown, privileges: readonly Privilege[]): PipelineTable {
  const estimate = rows === null || Number(rows) < 0 ? undefined : Number(rows);
  return {
    name,
    className: classNameOf(name.table) ?? name.table,
    tier: tierOf(name.table),
    master: masterOf(name.table),
    comment,
    estimatedRows: estimate,
    privileges,
  };
}

/** Reads the attributes of every table with one statement, the hidden ones left out. */
export async function readAttributes(
  executor: Executor,
  schemas?: readonly string[],
  options?: ExecuteOptions,
): Promise<readonly PipelineAttribute[]> {
  const { rows } = await executor.execute(executor.dialect.catalog.everyColumn(schemas), options);
  return rows.flatMap(([schema, table, attribute, type, comment]) => {
    const name = String(attribute);
    if (isHiddenTable(String(table)) || isHiddenAttribute(name)) return [];
    const read = readColumnType(executor.dialect.types, String(type), String(comment), 'legacy');
    return [
      {
        table: { schema: String(schema), table: String(table) },
        className: classNameOf(String(table)) ?? String(table),
        name,
        type: read.type,
        comment: read.comment,
      },
    ];
  });
}
