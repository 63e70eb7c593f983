import { masterOf } from '../naming.ts';
import { type ForeignKey, type TableName, tableKey } from './foreign-key.ts';
import { type Edge, topologicalComponents, topologicalOrder } from './topological-order.ts';

/**
 * The foreign keys among tables, of any number of schemas.
 *
 * Several keys between the same two tables, keys of a table on itself and circles of keys are all kept; orders put a
 * circle's tables next to each other.
 */
export class DependencyGraph {
  readonly foreignKeys: readonly ForeignKey[];
  readonly #byChild = new Map<string, ForeignKey[]>();
  readonly #byParent = new Map<string, ForeignKey[]>();

  constructor(foreignKeys: readonly ForeignKey[]) {
    this.foreignKeys = Object.freeze([...foreignKeys]);
    for (const foreignKey of foreignKeys) {
      append(this.#byChild, tableKey(foreignKey.child), foreignKey);
      append(this.#byParent, tableKey(foreignKey.parent), foreignKey);
    }
  }

  /** The foreign keys a table holds. The same parent comes once for each key. */
  parents(table: TableName): readonly ForeignKey[] {
    return this.#byChild.get(tableKey(table)) ?? [];
  }

  /** The foreign keys that reference a table. */
  children(table: TableName): readonly ForeignKey[] {
    return this.#byParent.get(tableKey(table)) ?? [];
  }

  /** The table, then all that depend on it in topological order, parts right after their masters. */
  descendants(table: TableName): readonly TableName[] {
    return [
      table,
      ...this.#ordered(
        this.#reach(table, (key) => this.#childTables(key)),
        table,
      ),
    ];
  }

  /** The table, then all it depends on, nearest first. */
  ancestors(table: TableName): readonly TableName[] {
    const reached = this.#reach(table, (key) => this.parents(key).map(({ parent }) => parent));
    return [table, ...[...this.#ordered(reached, table)].reverse()];
  }

  /** Every table that a foreign key names, parents before children, parts right after their masters. */
  tables(): readonly TableName[] {
    const all = new Map<string, TableName>();
    for (const { child, parent } of this.foreignKeys) all.set(tableKey(parent), parent).set(tableKey(child), child);
    return this.#ordered(all);
  }

  /**
   * The table and all that depend on it, every foreign key's parent before its child, the tables of a circle together.
   * Unlike {@link descendants}, with no regard to parts: the order in which rows can be followed and deleted.
   */
  components(table: TableName): readonly (readonly TableName[])[] {
    const nodes = new Map([[tableKey(table), table], ...this.#reach(table, (key) => this.#childTables(key))]);
    return topologicalComponents([...nodes.keys()], this.#edges(nodes)).map((component) =>
      component.map((key) => nodes.get(key) as TableName),
    );
  }

  /** Whether the tables of a component refer to each other, or its only table to itself. */
  isCircle(component: readonly TableName[]): boolean {
    const [only] = component;
    if (only === undefined || component.length > 1) return component.length > 1;
    return this.parents(only).some(({ parent }) => tableKey(parent) === tableKey(only));
  }

  #childTables(table: TableName): readonly TableName[] {
    return this.children(table).map(({ child }) => child);
  }

  #edges(nodes: ReadonlyMap<string, TableName>): readonly Edge[] {
    return [...nodes].flatMap(([key, table]) =>
      this.#childTables(table).flatMap((child) =>
        nodes.has(tableKey(child)) ? [[key, tableKey(child)] as const] : [],
      ),
    );
  }

  #reach(start: TableName, next: (table: TableName) => readonly TableName[]): ReadonlyMap<string, TableName> {
    const reached = new Map<string, TableName>();
    const waiting = [start];
    for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
      for (const neighbour of next(table)) {
        if (reached.has(tableKey(neighbour))) continue;
        reached.set(tableKey(neighbour), neighbour);
        waiting.push(neighbour);
      }
    }
    return reached;
  }

  #ordered(tables: ReadonlyMap<string, TableName>, without?: TableName): readonly TableName[] {
    const nodes = new Map(tables);
    if (without !== undefined) nodes.delete(tableKey(without));
    const edges = this.#edges(nodes);
    const masters = this.#masters(nodes);
    // A part is placed with its master, so the master must come after whatever the part depends on.
    const throughParts = edges.flatMap(([parent, child]) => {
      const master = masters.get(child);
      const apart = master !== undefined && parent !== master && masters.get(parent) !== master;
      return apart ? [[parent, master] as const] : [];
    });
    const order = topologicalOrder([...nodes.keys()], [...edges, ...throughParts]);
    return partsAfterMasters(order, masters).map((key) => nodes.get(key) as TableName);
  }

  #masters(nodes: ReadonlyMap<string, TableName>): ReadonlyMap<string, string> {
    const masters = new Map<string, string>();
    for (const [key, { schema, table }] of nodes) {
      const master = masterOf(table);
      const masterKey = master === undefined ? undefined : tableKey({ schema, table: master });
      if (masterKey !== undefined && nodes.has(masterKey)) masters.set(key, masterKey);
    }
    return masters;
  }
}

function append(map: Map<string, ForeignKey[]>, key: string, value: ForeignKey): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function partsAfterMasters(order: readonly string[], masters: ReadonlyMap<string, string>): readonly string[] {
  const parts = new Map<string, string[]>();
  for (const key of order) {
    const master = masters.get(key);
    if (master !== undefined) parts.set(master, [...(parts.get(master) ?? []), key]);
  }
  return order.filter((key) => !masters.has(key)).flatMap((key) => [key, ...(parts.get(key) ?? [])]);
}
