import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../packages/server/src/parse/json.ts';
import { type ApiAnswer, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { keyRestriction, printed } from './corpora/printed.ts';
import { dumpOf, type PipelineTable, pipelines, recordedPipeline } from './corpora/recorded-pipeline.ts';
import { RowGraph } from './corpora/row-graph.ts';

/** Tables whose key holds bytes that `record` only marks, so that a printed key is no key. */
const opaqueKeys: readonly string[] = [];

/** How a server tells of its columns otherwise than the one that was recorded. */
const spelled = {
  mariadb: (text: string) => text,
  mysql: (text: string) => text,
};

interface Page {
  readonly recordHeader: readonly string[];
  readonly records: readonly (readonly JsonValue[])[];
  readonly totalCount: number;
}

test('the pipelines hold 523 tables', () => {
  const tables = pipelines.flatMap(recordedPipeline);
  expect(tables.length).toBe(523);
  expect(new Set(tables.map(({ schema, stored }) => `${schema}.${stored}`)).size).toBe(523);
});

describeEachBackend((backend) => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi();
    return () => api.close();
  });

  describe.each(pipelines)('%s', (pipeline) => {
    const tables = recordedPipeline(pipeline);
    const schemas = [...new Set(tables.map(({ schema }) => schema))];
    let client: ApiClient;
    let rows: RowGraph;
    beforeAll(async () => {
      await backend.restore(dumpOf(pipeline), { once: true });
      client = await api.login(backend);
      rows = await RowGraph.load(backend, schemas);
    });

    test('every schema is listed, and every table once in its tier', async () => {
      const { schemaNames } = (await ok(client.get('/schema'))).json() as { schemaNames: string[] };
      expect(schemaNames.filter((name) => schemas.includes(name)).sort()).toEqual([...schemas].sort());
      for (const schema of schemas) {
        const path = `/schema/${encodeURIComponent(schema)}/table`;
        const { tableTypes } = (await ok(client.get(path))).json() as { tableTypes: Record<string, string[]> };
        const listed = Object.entries(tableTypes).flatMap(([tier, names]) => names.map((name) => `${tier} ${name}`));
        const expected = tables.filter((table) => table.schema === schema);
        expect(listed.sort(), schema).toEqual(expected.map(({ tier, className }) => `${tier} ${className}`).sort());
      }
    });

    test.each(tables)('$schema $className', async (table) => {
      const T:number[]=[performance.now()];
      await checkAttributes(client, table, backend);T.push(performance.now());
      await checkDefinition(client, table, tables, backend);T.push(performance.now());
      const whole = await checkPages(client, table, backend);T.push(performance.now());
      await checkKeys(client, table, whole);T.push(performance.now());
      await checkDependencies(client, table, whole, rows);T.push(performance.now());
      console.log('PROF '+table.schema+'.'+table.className+' '+T.slice(1).map((t,i)=>Math.round(t-T[i]!)).join(' '));
    });
  });
});

async function checkAttributes(client: ApiClient, table: PipelineTable, backend: Backend): Promise<void> {
  const path = tablePath(table.schema, table.className, 'attribute');
  const { attributes } = (await ok(client.get(path))).json() as { attributes: { primary: Row[]; secondary: Row[] } };
  const spell = spelled[backend.name];
  const expected = (inKey: boolean): unknown[] =>
    table.attributes
      .filter((attribute) => attribute.inKey === inKey)
      .map(({ name, type, nullable, default: otherwise, autoincrement }) => [
        name,
        spell(type),
        nullable,
        otherwise,
        autoincrement,
      ]);
  expect(attributes).toEqual({ primary: expected(true), secondary: expected(false) });
}
type Row = JsonValue[];

/** Over HTTP a parent of the same schema is written `schema.Class`, as a virtual module of that name has it. */
async function checkDefinition(
  client: ApiClient,
  table: PipelineTable,
  tables: readonly PipelineTable[],
  backend: Backend,
): Promise<void> {
  const { text } = await ok(client.get(tablePath(table.schema, table.className, 'definition')));
  const classes = new Map(
    tables
      .filter(({ schema }) => schema === table.schema)
      .map(({ schema, stored, className }) => [`\`${schema}\`.\`${stored}\``, `${schema}.${className}`]),
  );
  const expected = table.describe.replaceAll(/^(->.* )(`[^`]+`\.`[^`]+`)/gm, (line, before: string, parent: string) =>
    classes.has(parent) ? `${before}${classes.get(parent)}` : line,
  );
  expect(text).toBe(spelled[backend.name](expected));
}

async function checkPages(client: ApiClient, table: PipelineTable, backend: Backend): Promise<Page> {
  const { schema, stored, className } = table;
  const path = tablePath(schema, className, 'record');
  const fullName = `\`${schema}\`.\`${stored}\``;
  const columns = await backend.query<{ Field: string }>(`SHOW COLUMNS FROM ${fullName}`);
  const [{ total }] = (await backend.query<{ total: number }>(`SELECT COUNT(*) AS total FROM ${fullName}`)) as [
    { total: number },
  ];
  const whole = pageOf(await ok(client.get(path)));
  expect(whole.recordHeader).toEqual(columns.map(({ Field }) => Field).filter((name) => !name.startsWith('_')));
  expect(whole.totalCount).toBe(Number(total));
  expect(whole.records.length).toBe(Math.min(1000, whole.totalCount));
  expect(whole.totalCount, 'the recorded count').toBe(table.count);

  const limit = Math.max(1, whole.totalCount > 60 ? Math.ceil(whole.totalCount / 6) : Math.min(7, Math.floor(whole.totalCount / 3)));
  const concatenated: string[] = [];
  for (let page = 1; (page - 1) * limit <= whole.totalCount; page += 1) {
    const { records, totalCount } = pageOf(await ok(client.get(`${path}?limit=${limit}&page=${page}`)));
    expect(totalCount).toBe(whole.totalCount);
    expect(records.length).toBe(Math.max(0, Math.min(limit, whole.totalCount - (page - 1) * limit)));
    concatenated.push(...records.map(printed));
  }
  expect(concatenated).toEqual(whole.records.map(printed));
  return whole;
}

async function checkKeys(client: ApiClient, table: PipelineTable, { records, recordHeader }: Page): Promise<void> {
  const { schema, className, primaryKey } = table;
  const places = primaryKey.map((name) => recordHeader.indexOf(name));
  const keys = records.map((record) => places.map((place) => record[place] as JsonValue));
  expect(new Set(keys.map((key) => JSON.stringify(key.map(printed)))).size, 'no row comes twice').toBe(keys.length);
  if (opaqueKeys.includes(`${schema}.${className}`)) return;
  for (const index of sample(records.length)) {
    const restriction = keyRestriction(primaryKey, keys[index] as JsonValue[]);
    const path = `${tablePath(schema, className, 'record')}?restriction=${encodeRestriction(restriction)}`;
    const { records: found, totalCount } = pageOf(await ok(client.get(path)));
    expect({ restriction, totalCount, found: found.map(printed) }).toEqual({
      restriction,
      totalCount: 1,
      found: [printed(records[index] as JsonValue[])],
    });
  }
}

/** The first 25 and the last 5. */
function sample(length: number): number[] {
  return [...Array(length).keys()].filter((index) => index < 25 || index >= length - 5);
}

async function checkDependencies(
  client: ApiClient,
  table: PipelineTable,
  whole: Page,
  rows: RowGraph,
): Promise<void> {
  const path = tablePath(table.schema, table.className, 'dependency');
  const fullName = `\`${table.schema}\`.\`${table.stored}\``;
  const countsOf = async (query: string): Promise<Record<string, number>> => {
    const { dependencies } = (await ok(client.get(path + query))).json() as unknown as { dependencies: Dependency[] };
    expect(dependencies.every(({ accessible }) => accessible)).toBe(true);
    expect(dependencies[0]).toMatchObject({ schema: table.schema, table: table.stored });
    expect(new Set(dependencies.map(({ schema, table: name }) => `${schema}.${name}`)).size).toBe(dependencies.length);
    return Object.fromEntries(dependencies.map((entry) => [`\`${entry.schema}\`.\`${entry.table}\``, entry.count]));
  };
  const expected = (rowSet: ReturnType<RowGraph['dependents']>): Record<string, number> =>
    Object.fromEntries([...rows.descendants(fullName)].map((name) => [name, rowSet.get(name)?.size ?? 0]));

  expect(await countsOf('')).toEqual(expected(rows.dependents(fullName)));
  if (whole.records.length === 0 || opaqueKeys.includes(`${table.schema}.${table.className}`)) return;
  const row = rows.busiestRow(fullName);
  const restriction = restrictionTo(table, whole, row);
  expect(await countsOf(`?restriction=${encodeRestriction(restriction)}`)).toEqual(
    expected(rows.dependents(fullName, [row])),
  );
}

interface Dependency {
  readonly schema: string;
  readonly table: string;
  readonly accessible: boolean;
  readonly count: number;
}

/** The restriction to a row by its place. */
function restrictionTo({ primaryKey }: PipelineTable, { records, recordHeader }: Page, row: number): string {
  return keyRestriction(
    primaryKey,
    primaryKey.map((name) => records[row]?.[recordHeader.indexOf(name)] as JsonValue),
  );
}

async function ok(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
  const settled = await answer;
  expect({ status: settled.status, ...(settled.status !== 200 && { text: settled.text }) }).toEqual({ status: 200 });
  return settled;
}

function pageOf(answer: ApiAnswer): Page {
  const { recordHeader, records, totalCount } = answer.json() as JsonObject;
  return { recordHeader, records, totalCount } as unknown as Page;
}
