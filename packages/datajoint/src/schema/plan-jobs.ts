import { Connection } from '../connection/connection.ts';
import { declare } from '../definition/declare.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import { DataJointError, UnsupportedTableType } from '../errors.ts';
import type { Heading } from '../heading/heading.ts';
import { isAutoPopulated, spokenName } from '../naming.ts';
import { lineageOf } from '../table/lineage.ts';
import type { Table } from '../table/table.ts';
import { DeclarePlan } from './declare-plan.ts';
import { missingHidden } from './declare-table.ts';
import { primaryParents } from './key-source.ts';
import { jobsDefinition } from './own-tables.ts';
import type { Schema } from './schema.ts';

/**
 * Plans the queue of jobs of an auto-populated table, as DataJoint 2 keeps one for each. Its primary key is what of the
 * table's comes from parents, without foreign keys: jobs may outlive what they are about.
 *
 * @throws UnsupportedTableType for a table that is not computed; DataJointError in the older generation, and for a table
 *   whose primary key comes from no other.
 */
export async function planJobs(schema: Schema, table: Table): Promise<DeclarePlan> {
  const { executor: connection, catalog } = schema;
  if (!(connection instanceof Connection)) {
    throw new DataJointError('Cannot declare tables inside a transaction: declare them before it begins.');
  }
  if (!isAutoPopulated(table.tier)) {
    throw new UnsupportedTableType(`Only imported and computed tables have jobs; ${table.className} is ${table.tier}.`);
  }
  if ((await schema.generation()) !== '2') {
    throw new DataJointError('The older generation of DataJoint keeps the jobs of a schema in one table of its own.');
  }
  const name = { schema: schema.name, table: `~~${table.name.table.replace(/^_+/, '')}` };
  const { dialect } = connection;
  const fullName = dialect.fullTableName(table.name.schema, table.name.table);
  const declared = declare({
    name,
    declaration: parseDefinition(jobsDefinition(fullName), '2'),
    parents: [{ name: table.name, heading: await inheritedKey(table), enums: await catalog.enums(table.name) }],
    dialect,
  });
  const origins = declared.origins.map(({ attribute }) => ({ attribute, parent: undefined }));
  return new DeclarePlan({
    name,
    generation: '2',
    table: { ...declared, origins, spec: { ...declared.spec, foreignKeys: [] } },
    hidden: await missingHidden(schema.name, '2', declared, catalog),
    lineage: await lineageOf(name, origins, catalog),
    connection,
  });
}

/** The attributes of the primary key that come from parents. */
async function inheritedKey({ name, heading, catalog }: Table): Promise<Heading> {
  const inherited = new Set(
    (await primaryParents(name, heading, catalog)).flatMap(({ attributes }) => attributes.map(([child]) => child)),
  );
  const key = heading.select(new Set(heading.primaryKey.filter((attribute) => inherited.has(attribute))));
  if (key.names.length > 0) return key;
  throw new DataJointError(`No jobs can be kept of ${spokenName(name)}: its primary key comes from no other table.`);
}
