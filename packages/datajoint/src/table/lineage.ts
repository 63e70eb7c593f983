import type { Origin } from '../definition/declare.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Catalog } from './catalog.ts';

/** Where each attribute of a table comes from: its parent's origin, or the table itself. */
export async function lineageOf(
  name: TableName,
  origins: readonly Origin[],
  catalog: Catalog,
): Promise<ReadonlyMap<string, string>> {
  const lineage = new Map<string, string>();
  for (const { attribute, parent } of origins) {
    const { schema, table, attribute: original } = parent ?? { ...name, attribute };
    const stored = parent === undefined ? undefined : (await catalog.lineages(parent))?.get(original);
    lineage.set(attribute, stored ?? `${schema}.${table}.${original}`);
  }
  return lineage;
}

/** Statements that leave just this lineage of a table, also where another client writes the same. */
export function writeLineage(
  { schema, table }: TableName,
  lineage: ReadonlyMap<string, string>,
  { onDuplicate }: Dialect,
): readonly Sql[] {
  const place = sql.id(schema, '~lineage');
  const remove = sql`DELETE FROM ${place} WHERE table_name = ${table}`;
  if (lineage.size === 0) return [remove];
  const rows = [...lineage].map(([attribute, origin]) => sql`(${table}, ${attribute}, ${origin})`);
  const others = sql.join([...lineage.keys()].map((attribute) => sql`${attribute}`));
  const primaryKey = ['table_name', 'attribute_name'];
  const given = ['lineage'];
  const columns = sql.join([...primaryKey, ...given].map((field) => sql.id(field)));
  const replacing = onDuplicate({ table: place, primaryKey, given, left: [] }, 'replace');
  return [
    sql`${remove} AND attribute_name NOT IN (${others})`,
    sql`INSERT INTO ${place} (${columns}) VALUES ${sql.join(rows)}${replacing}`,
  ];
}
