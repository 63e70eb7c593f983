import type { DependencyGraph } from '../dependencies/dependency-graph.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { Catalog } from './catalog.ts';

/** What has to be known to follow the foreign keys from a table's rows. */
export interface Downstream {
  readonly graph: DependencyGraph;
  /** The primary keys of the tables that refer to each other in circles. */
  readonly keys: ReadonlyMap<string, readonly Attribute[]>;
}

/**
 * Loads it. Done before a transaction begins: one that holds a session and waits for a second could wait for ever.
 */
export async function loadDownstream(name: TableName, catalog: Catalog): Promise<Downstream> {
  const graph = await catalog.downstream(name);
  const keys = new Map<string, readonly Attribute[]>();
  for (const circle of graph.components(name).filter((component) => graph.isCircle(component))) {
    for (const member of circle) keys.set(tableKey(member), await primaryKey(member, catalog));
  }
  return { graph, keys };
}

async function primaryKey({ schema, table }: TableName, catalog: Catalog): Promise<readonly Attribute[]> {
  const { tables, generation } = await catalog.find(schema, [table]);
  const heading = tables[0] === undefined ? undefined : await catalog.heading(tables[0], generation);
  return heading?.attributes.filter(({ inKey }) => inKey) ?? [];
}
