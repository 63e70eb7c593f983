import type { DependencyGraph } from '../dependencies/dependency-graph.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { Heading } from '../heading/heading.ts';
import type { Catalog } from './catalog.ts';

/** What has to be known to follow the foreign keys from a table's rows. */
export interface Downstream {
  readonly graph: DependencyGraph;
  /** The headings of the tables that refer to each other in circles. */
  readonly headings: ReadonlyMap<string, Heading>;
}

/**
 * Loads it. Done before a transaction begins: one that holds a session and waits for a second could wait for ever.
 */
export async function loadDownstream(name: TableName, catalog: Catalog): Promise<Downstream> {
  const graph = await catalog.downstream(name);
  const headings = new Map<string, Heading>();
  for (const circle of graph.components(name).filter((component) => graph.isCircle(component))) {
    for (const member of circle) headings.set(tableKey(member), await headingOf(member, catalog));
  }
  return { graph, headings };
}

async function headingOf({ schema, table }: TableName, catalog: Catalog): Promise<Heading> {
  const { tables, generation } = await catalog.find(schema, [table]);
  return tables[0] === undefined ? new Heading([]) : catalog.heading(tables[0], generation);
}
