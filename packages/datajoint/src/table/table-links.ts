import type { Index } from '../definition/describe.ts';
import { type ForeignKey, type TableName, tableKey } from '../dependencies/foreign-key.ts';
import type { Privilege } from '../dialect/catalog.ts';
import { masterOf } from '../naming.ts';
import { shape } from './pipeline.ts';
import type { Table } from './table.ts';

/** A foreign key a table holds. */
export interface LinkedForeignKey extends ForeignKey {
  readonly isPrimary: boolean;
  readonly isMulti: boolean;
  readonly isRenamed: boolean;
  /** Whether a row may refer to nothing by it. */
  readonly isNullable: boolean;
  /** Whether no two rows refer to the same row of the parent by it. */
  readonly isUnique: boolean;
  /** Whether the user sees the parent at all. */
  readonly isParentVisible: boolean;
}

/** What surrounds a table. */
export interface TableLinks {
  readonly privileges: readonly Privilege[];
  readonly foreignKeys: readonly LinkedForeignKey[];
  /** The foreign keys that refer to it, those the user can see. */
  readonly children: readonly ForeignKey[];
  readonly parts: readonly TableName[];
  /** Beside the primary key; those that serve foreign keys too. */
  readonly indexes: readonly Index[];
}

/** Looks up what surrounds a table: by names alone, at a cost that does not grow with the pipeline. */
export async function tableLinks({ name, heading, catalog }: Table): Promise<TableLinks> {
  const held = await catalog.foreignKeysOf(name);
  const uniqueKeys = held.length === 0 ? [] : await catalog.uniqueKeys(name);
  const seen = new Map<string, boolean>();
  for (const { parent } of held) {
    if (seen.has(tableKey(parent))) continue;
    const { tables } = await catalog.find(parent.schema, [parent.table]);
    seen.set(tableKey(parent), tables.length > 0);
  }
  const foreignKeys = held.map((foreignKey) => {
    const names = foreignKey.attributes.map(([child]) => child);
    return {
      ...foreignKey,
      ...shape(foreignKey, new Set(heading.primaryKey)),
      isNullable: names.some((attribute) => heading.get(attribute)?.nullable === true),
      isUnique: uniqueKeys.some((key) => [...key].every((attribute) => names.includes(attribute))),
      isParentVisible: seen.get(tableKey(foreignKey.parent)) === true,
    };
  });
  const tables = await catalog.tables(name.schema);
  return {
    privileges: await catalog.privileges(name),
    foreignKeys,
    children: await catalog.foreignKeysInto(name),
    parts: tables.filter((table) => masterOf(table) === name.table).map((table) => ({ schema: name.schema, table })),
    indexes: await catalog.indexes(name, heading.generation),
  };
}
