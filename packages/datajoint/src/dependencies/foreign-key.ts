import type { ForeignKeyRow } from '../dialect/catalog.ts';

/** A stored table's place. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** A foreign key: which attributes of the child name a row of the parent. */
export interface ForeignKey {
  readonly constraint: string;
  readonly child: TableName;
  readonly parent: TableName;
  /** Child attribute and parent attribute, in declared order. */
  readonly attributes: readonly (readonly [child: string, parent: string])[];
}

/** A key under which a table can be looked up; a NUL stands between the names, as no identifier holds one. */
export function tableKey({ schema, table }: TableName): string {
  return `${schema}\0${table}`;
}

/** Whether some attribute has another name in the child than in the parent. */
export function isRenamed(foreignKey: ForeignKey): boolean {
  return foreignKey.attributes.some(([child, parent]) => child !== parent);
}

/** Gathers the catalog's rows, one per pair of attributes, into foreign keys in the order they came. */
export function readForeignKeys(rows: readonly ForeignKeyRow[]): readonly ForeignKey[] {
  const found = new Map<string, ForeignKey & { attributes: (readonly [string, string])[] }>();
  for (const [constraint, childSchema, childTable, childName, parentSchema, parentTable, parentName] of rows) {
    const child = { schema: childSchema, table: childTable };
    const id = `${tableKey(child)}\0${constraint}`;
    const foreignKey = found.get(id) ?? {
      constraint,
      child,
      parent: { schema: parentSchema, table: parentTable },
      attributes: [],
    };
    foreignKey.attributes.push([childName, parentName]);
    found.set(id, foreignKey);
  }
  return [...found.values()];
}
