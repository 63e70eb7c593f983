import { Connection } from '../connection/connection.ts';
import { type DeclaredTable, declare, type Parent } from '../definition/declare.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import type { Codecs } from '../definition/resolve-type.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Generation } from '../dialect/storage.ts';
import { DataJointError, DefinitionError, UnsupportedTableType } from '../errors.ts';
import { isAutoPopulated, isClassName, snakeCase, type Tier, tierOf } from '../naming.ts';
import type { Sql } from '../sql/sql.ts';
import { TrustedSql } from '../sql/trusted-sql.ts';
import type { Catalog } from '../table/catalog.ts';
import { lineageOf } from '../table/lineage.ts';
import { DeclarePlan } from './declare-plan.ts';
import { externalDefinition, lineageDefinition, logDefinition, ownTable } from './own-tables.ts';
import { type Context, resolveReference } from './resolve-reference.ts';
import type { Schema } from './schema.ts';

export interface DeclareOptions {
  /** `part` by a name with a dot, else `manual`. */
  readonly tier?: Tier;
  /** What the names of parents stand for that are no tables of the schema. */
  readonly context?: Context;
  readonly codecs?: Codecs;
  /** Keeps hidden columns for when, how long and with which code a row was computed (DataJoint 2). */
  readonly jobMetadata?: boolean;
  /** Lets an imported or computed table have primary attributes of its own (DataJoint 2). */
  readonly allowNewKeyAttributes?: boolean;
}

/** Reads a definition, finds the tables it refers to and plans what has to be written. */
export async function planDeclaration(
  schema: Schema,
  className: string,
  definition: string | TrustedSql,
  { tier, context = {}, codecs, jobMetadata, allowNewKeyAttributes }: DeclareOptions,
): Promise<DeclarePlan> {
  const { executor: connection, catalog } = schema;
  if (!(connection instanceof Connection)) {
    throw new DataJointError('Cannot declare tables inside a transaction: declare them before it begins.');
  }
  const generation = (await schema.generation()) ?? '2';
  const name = { schema: schema.name, table: await newName(schema, className, tier) };
  const isTrusted = definition instanceof TrustedSql;
  const declaration = parseDefinition(isTrusted ? definition.text : definition, generation);
  const parents: Parent[] = [];
  for (const item of declaration.items) {
    if (item.kind === 'foreignKey') parents.push(await resolveReference(item, { schema, name, context, catalog }));
  }
  const { dialect } = connection;
  const table = declare({ name, declaration, parents, dialect, codecs, jobMetadata, isTrusted });
  if (generation === '2' && !allowNewKeyAttributes) checkComputedKey(name, table);
  return new DeclarePlan({
    name,
    generation,
    table,
    hidden: await missingHidden(schema.name, generation, table, catalog),
    lineage: generation === '2' ? await lineageOf(name, table.origins, catalog) : new Map(),
    connection,
  });
}

const prefixes: Readonly<Record<Exclude<Tier, 'part'>, string>> = {
  manual: '',
  lookup: '#',
  imported: '_',
  computed: '__',
};

/** The stored name that a class of a tier gets. */
async function newName(schema: Schema, className: string, tier: Tier | undefined): Promise<string> {
  const [first = '', part, ...more] = className.split('.');
  if (!isClassName(first) || (part !== undefined && !isClassName(part)) || more.length > 0) {
    throw new DataJointError(
      `Expected a class name in CamelCase, Session or Session.Trial; got ${JSON.stringify(className.slice(0, 80))}.`,
    );
  }
  if (tier !== undefined && (tier === 'part') !== (part !== undefined)) {
    throw new UnsupportedTableType(
      `A part, and nothing else, is named with its master, as in Session.Trial; got ${className} as ${tier}.`,
    );
  }
  if (part !== undefined) return `${(await schema.table(first)).name.table}__${snakeCase(part)}`;
  const table = prefixes[tier === undefined || tier === 'part' ? 'manual' : tier] + snakeCase(first);
  const other = await schema.find(first);
  if (other === undefined || other.table === table) return table;
  throw new DataJointError(
    `Schema ${schema.name} has a table ${first} already, which is ${tierOf(other.table)}. Declare it as that, or choose another name.`,
  );
}

/** What is computed is computed for what there is: its primary key comes from its parents. */
function checkComputedKey({ table }: TableName, { spec, origins }: DeclaredTable): void {
  const tier = tierOf(table);
  if (!isAutoPopulated(tier)) return;
  const own = origins.filter(({ attribute, parent }) => parent === undefined && attribute !== '_singleton');
  const first = own.find(({ attribute }) => spec.primaryKey.includes(attribute));
  if (first === undefined) return;
  throw new DefinitionError(
    `The primary key of a table that is ${tier} comes from its parents: move ${first.attribute} below "---" or into a part, or declare the table with allowNewKeyAttributes.`,
  );
}

/** The statements for the hidden tables that a table needs and that are not there. */
export async function missingHidden(
  schema: string,
  generation: Generation,
  { externalStores }: DeclaredTable,
  catalog: Catalog,
): Promise<readonly Sql[]> {
  const stores = externalStores.map((store) => [`~external_${store}`, externalDefinition] as const);
  const needed =
    generation === '2'
      ? ([['~lineage', lineageDefinition]] as const)
      : ([['~log', logDefinition(schema)], ...stores] as const);
  const { tables } = await catalog.find(
    schema,
    needed.map(([table]) => table),
  );
  return needed
    .filter(([table]) => !tables.some(({ name }) => name.table === table))
    .flatMap(([table, definition]) => ownTable({ schema, table }, definition, catalog.executor.dialect));
}
