import type { ForeignKey, TableName } from '../dependencies/foreign-key.ts';
import type { QueryExpression } from '../expression/query-expression.ts';
import type { Heading } from '../heading/heading.ts';
import type { Catalog } from '../table/catalog.ts';
import type { Table } from '../table/table.ts';
import { tableAt } from '../table/table-at.ts';

/**
 * The keys that `populate` works through by default: the join of all parents that the primary key refers to, each
 * projected to its own key, by the names it has here. Undefined where there is none, or the user does not see one.
 */
export async function keySource({ name, heading, catalog, executor }: Table): Promise<QueryExpression | undefined> {
  let source: QueryExpression | undefined;
  for (const { parent, attributes } of await primaryParents(name, heading, catalog)) {
    const { tables } = await catalog.find(parent.schema, [parent.table]);
    if (tables.length === 0) return undefined;
    const renames = Object.fromEntries(attributes.filter(([child, original]) => child !== original));
    const keys = (await tableAt(parent, catalog, executor)).proj(renames);
    source = source === undefined ? keys : source.join(keys);
  }
  return source;
}

/** The foreign keys of which all attributes are in the primary key, in the order the database lists them. */
export async function primaryParents(
  name: TableName,
  heading: Heading,
  catalog: Catalog,
): Promise<readonly ForeignKey[]> {
  const parents = await catalog.foreignKeysOf(name);
  return parents.filter(({ attributes }) => attributes.every(([child]) => heading.get(child)?.inKey === true));
}
