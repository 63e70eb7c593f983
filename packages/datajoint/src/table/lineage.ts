import type { Origin } from '../definition/declare.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Catalog } from './catalog.ts';

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

/** Statements that leave just this lineage of a table, also where another client writes the same. */
export function writeLineage(
  { schema, table }: TableName,
  lineage: ReadonlyMap<string, string>,
  { insert }: Dialect,
): readonly Sql[] {
  const place = sql.id(schema, '~lineage');
  const remove = sql`DELETE FROM ${place} WHERE table_name = ${table}`;
  if (lineage.size === 0) return [remove];
  const rows = [...lineage].map(([attribute, origin]) => sql`(${table}, ${attribute}, ${origin})`);
  const others = sql.join([...lineage.keys()].map((attribute) => sql`${attribute}`));
  const primaryKey = ['table_name', 'attribute_name'];
  const fields = [...primaryKey, 'lineage'];
  const columns = sql.join(fields.map((field) => sql.id(field)));
  const replacing = insert.onDuplicate({ table: place, primaryKey, fields }, 'replace');
  return [
    sql`${remove} AND attribute_name NOT IN (${others})`,
    sql`${insert.verb(true)} ${place} (${columns}) VALUES ${sql.join(rows)}${replacing}`,
  ];
}
