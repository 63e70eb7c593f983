import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { TableNotFound } from '../errors.ts';
import type { Catalog } from './catalog.ts';
import { Table } from './table.ts';

/** A table by its place. @throws TableNotFound */
export async function tableAt(name: TableName, catalog: Catalog, executor: Executor): Promise<Table> {
  const { tables, generation } = await catalog.find(name.schema, [name.table]);
  const [found] = tables;
  if (found === undefined) throw new TableNotFound(`There is no table ${name.schema}.${name.table}.`);
  return new Table({ executor, catalog, name: found.name, heading: await catalog.heading(found, generation) });
}
