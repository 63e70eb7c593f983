import { afterAll, beforeAll, expect, test } from 'vitest';
import { readIndexes } from '../../packages/datajoint/src/definition/read-indexes.ts';
import { type Attribute, classNameOf, Database, Table, type TableName } from '../../packages/datajoint/src/index.ts';
import { describeFamily } from '../support/backends.ts';
import { connectionTo } from '../support/connect-to-backend.ts';
import { createPipeline } from './queries/gold-pipeline.ts';
import { fullNameOf, type RecordedAttribute, type RecordedTable, recordedDefinitions } from './recorded-definitions.ts';

const file = 'describe_v2_postgres.json';
const { tables, dependencies } = recordedDefinitions(file, '2');

describeFamily('postgresql', (backend) => {
  let database: Database;
  beforeAll(async () => {
    // Under its own name: defaults spell out the types of enums with their schema.
    await createPipeline(backend, { definitions: file, prefix: 'gold2' }, 'gold2');
    database = new Database(connectionTo(backend));
  });
  afterAll(() => database.close());

  /** By its stored name: a table of jobs has no class. */
  async function load({ name: { schema, table } }: RecordedTable): Promise<Table> {
    const { catalog, connection } = database;
    const { tables: found, generation } = await catalog.find(schema, [table]);
    const [only] = found;
    if (only === undefined) throw new Error(`There is no ${schema}.${table}.`);
    const heading = await catalog.heading(only, generation);
    return new Table({ executor: connection, catalog, name: only.name, heading });
  }

  test.each(tables)('$fullName: the definition, parents by full name and by class', async (recorded) => {
    const table = await load(recorded);
    expect(await table.describe()).toBe(recorded.text);
    expect(await table.describe(({ table: name }: TableName) => classNameOf(name))).toBe(recorded.textWithClasses);
  });

  test.each(tables)('$fullName: the heading', async (recorded) => {
    const { heading } = await load(recorded);
    expect(heading.generation).toBe('2');
    expect(heading.primaryKey).toEqual(recorded.primaryKey);
    const expected = (recorded.heading as readonly RecordedAttribute[]).filter(({ is_hidden }) => !is_hidden);
    expect(heading.attributes.map(asRecorded)).toEqual(
      expected.map((attribute) => ({
        name: attribute.name,
        type: attribute.original_type ?? attribute.type,
        inKey: attribute.in_key,
        nullable: attribute.nullable,
        default: attribute.default,
        // A comment that is not there is none.
        comment: attribute.comment ?? '',
        autoincrement: attribute.autoincrement,
      })),
    );
  });

  test.each(tables)('$fullName: the indexes, of which the library sees none', async (recorded) => {
    expect(recorded.indexes).toEqual([]);
    expect(await (await load(recorded)).indexes()).toEqual(readIndexes(recorded.indexRows, '2'));
  });

  test.each(tables.filter(({ fullName }) => dependencies.has(fullName)))('$fullName: its place', async (recorded) => {
    const { parents, children, descendants } = dependencies.get(recorded.fullName) ?? {};
    const graph = await database.catalog.downstream(recorded.name);
    const own = await database.catalog.foreignKeysOf(recorded.name);
    expect(own.map(asDependency).sort()).toEqual(parents?.map(asDependency).sort());
    expect(
      graph
        .children(recorded.name)
        .map(({ child }) => fullNameOf(child))
        .sort(),
    ).toEqual([...(children ?? [])].sort());
    expect(graph.descendants(recorded.name).map(fullNameOf).sort()).toEqual([...(descendants ?? [])].sort());
  });
});

test('the recorded tables have indexes', () => {
  expect(tables.filter(({ indexRows }) => indexRows.length > 0).length).toBeGreaterThan(7);
});

function asRecorded({ name, type, inKey, nullable, default: value, comment, autoincrement }: Attribute): object {
  return { name, type, inKey, nullable, default: value, comment, autoincrement };
}

function asDependency({ parent, attributes }: { readonly parent: TableName; readonly attributes: unknown }): string {
  return `${fullNameOf(parent)} ${JSON.stringify(attributes)}`;
}
