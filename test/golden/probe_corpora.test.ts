import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../packages/server/src/parse/json.ts';
import { type ApiAnswer, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type CascadeCase, cascadeCases } from './corpora/cascade-cases.ts';
import { KeptCopy } from './corpora/kept-copy.ts';
import { orphanedParts } from './corpora/part-integrity.ts';
import { keyRestriction, printed } from './corpora/printed.ts';
import { dumpOf, type PipelineTable, pipelines, recordedPipeline } from './corpora/recorded-pipeline.ts';
import { RowGraph } from './corpora/row-graph.ts';

/** How a server tells of its columns otherwise than the one that was recorded; a definition is padded. */
const spelled = {
  mariadb: (text: string) => text,
  mysql: (text: string) =>
    text
      .replaceAll('"current_timestamp()"', 'CURRENT_TIMESTAMP')
      .replaceAll(/\byear\(4\)( {3,})?/g, (_, blanks?: string) => (blanks === undefined ? 'year' : `year   ${blanks}`)),
};

/** Rows that stay although they may be deleted alone: parts of other masters would go, and their masters stay. */
const refusedCascades: Readonly<Record<(typeof pipelines)[number], readonly string[]>> = {
  elements: [
    'elements_subject.Subject',
    'elements_probe.ProbeType',
    'elements_probe.ElectrodeConfig',
    'elements_scan.Channel',
    'elements_subject.Line',
    'elements_ephys.ClusterQualityLabel',
  ],
  book: [],
  churchland: [
    'churchland_common_lab.Monkey',
    'churchland_common_acquisition.Task',
    'churchland_common_lab.Rig',
    'churchland_common_acquisition.Session',
    'churchland_common_lab.User',
    'churchland_common_equipment.ElectrodeArrayModel',
  ],
  tutorials: [],
};

interface Page {
  readonly recordHeader: readonly string[];
  readonly records: readonly (readonly JsonValue[])[];
  readonly totalCount: number;
}

test('the pipelines hold 523 tables, none of them empty, none with bytes in its key', () => {
  const tables = pipelines.flatMap(recordedPipeline);
  expect(tables.length).toBe(523);
  expect(tables.filter(({ count }) => count === 0)).toEqual([]);
  const keys = tables.flatMap(({ attributes }) => attributes.filter(({ inKey }) => inKey));
  expect(keys.filter(({ type }) => /^(?:.*blob|.*binary|attach|filepath|bit)\b/.test(type))).toEqual([]);
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

    test('a row deleted with all that depends on it and inserted again leaves everything as it was', async () => {
      const names = rows.tables;
      const kept = await KeptCopy.of(backend, `kept_${pipeline}`, names);
      try {
        const { deleted, refused } = cascadeCases(tables, rows, { deleted: 15, refused: 6 });
        expect(deleted.length).toBe(15);
        const classNames = new Map(
          tables.map(({ schema, stored, className }) => [`\`${schema}\`.\`${stored}\``, `${schema}.${className}`]),
        );
        for (const cascade of deleted) await checkDelete(client, cascade, rows, kept, classNames, backend);
        for (const cascade of refused) await checkRefusal(client, cascade, kept);
        expect(refused.map(({ table: { schema, className } }) => `${schema}.${className}`)).toEqual(
          refusedCascades[pipeline],
        );
        for (const part of tables.filter(({ tier }) => tier === 'part').slice(0, 5)) await checkPart(client, part);
        expect(await kept.changed(names)).toEqual([]);
      } finally {
        await kept.drop();
      }
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
        otherwise === null ? null : spell(otherwise),
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

  // Three pages at least; the last one is not full, or empty.
  const limit = Math.max(1, Math.min(7, Math.floor(whole.totalCount / 3)), Math.floor(whole.totalCount / 4));
  const concatenated: string[] = [];
  for (let page = 1; (page - 1) * limit <= whole.totalCount; page += 1) {
    const { records, totalCount } = pageOf(await ok(client.get(`${path}?limit=${limit}&page=${page}`)));
    expect(totalCount).toBe(whole.totalCount);
    expect(records.length).toBe(Math.max(0, Math.min(limit, whole.totalCount - (page - 1) * limit)));
    concatenated.push(...records.map(print));
  }
  expect(concatenated).toEqual(whole.records.map(print));
  return whole;
}

async function checkKeys(client: ApiClient, table: PipelineTable, { records, recordHeader }: Page): Promise<void> {
  const { schema, className, primaryKey } = table;
  const places = primaryKey.map((name) => recordHeader.indexOf(name));
  const keys = records.map((record) => places.map((place) => record[place] as JsonValue));
  expect(new Set(keys.map(print)).size, 'no row comes twice').toBe(keys.length);
  for (const index of sample(records.length)) {
    const restriction = keyRestriction(primaryKey, keys[index] as JsonValue[]);
    const path = `${tablePath(schema, className, 'record')}?restriction=${encodeRestriction(restriction)}`;
    const { records: found, totalCount } = pageOf(await ok(client.get(path)));
    expect({ restriction, totalCount, found: found.map(print) }).toEqual({
      restriction,
      totalCount: 1,
      found: [print(records[index] as JsonValue[])],
    });
  }
}

/** The first and the last ones, where the odd values are. */
function sample(length: number): number[] {
  return [...Array(length).keys()].filter((index) => index < 12 || index >= length - 4);
}

async function checkDependencies(client: ApiClient, table: PipelineTable, whole: Page, rows: RowGraph): Promise<void> {
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
  const row = rows.busiestRow(fullName);
  if (row === undefined) return;
  const restriction = restrictionTo(table, whole, row);
  expect(await countsOf(`?restriction=${encodeRestriction(restriction)}`)).toEqual(
    expected(rows.dependents(fullName, [row])),
  );
}

/** Without cascade: refused with a child's name. With it: these rows go, no others, and nothing else changes. */
async function checkDelete(
  client: ApiClient,
  { table, row, going }: CascadeCase,
  rows: RowGraph,
  kept: KeptCopy,
  classNames: ReadonlyMap<string, string>,
  backend: Backend,
): Promise<void> {
  const path = await rowPath(client, table, row);
  const title = `${table.schema}.${table.className} ${row}`;
  const conflict = await client.delete(path);
  expect(conflict.status, title).toBe(409);
  const { error, childSchema, childTable } = conflict.json() as Record<string, string>;
  expect(error).toBe('IntegrityError');
  const children = [...going.keys()].map((name) => classNames.get(name));
  expect(children, title).toContain(`${childSchema}.${childTable}`);
  expect(await kept.changed([...going.keys()]), title).toEqual([]);

  const { text } = await ok(client.delete(`${path}&cascade=true`));
  expect(JSON.parse(text)).toEqual({ response: 'Delete Successful' });
  try {
    for (const [name, gone] of going) {
      const left = [...Array(rows.count(name)).keys()].filter((place) => !gone.has(place));
      expect([...(await rows.present(backend, name))], `${title}: ${name}`).toEqual(left);
    }
  } finally {
    await kept.bringBack(going.keys(), (name) => rows.primaryKey(name));
  }
  expect(await kept.changed([...going.keys()]), title).toEqual([]);
}

/** A part goes with its master only. */
async function checkPart(client: ApiClient, table: PipelineTable): Promise<void> {
  const { status, text } = await client.delete(`${await rowPath(client, table, 0)}&cascade=true`);
  expect({ status, text }).toEqual({ status: 500, text: expect.stringContaining(table.className) });
}

async function checkRefusal(client: ApiClient, { table, row, going }: CascadeCase, kept: KeptCopy): Promise<void> {
  const { status, text } = await client.delete(`${await rowPath(client, table, row)}&cascade=true`);
  const [, part] = /Attempt to delete part table (\S+) before deleting from its master (\S+) first/.exec(text) ?? [];
  expect({ status, isOrphaned: orphanedParts(going).includes(part ?? '') }, text).toEqual({
    status: 500,
    isOrphaned: true,
  });
  expect(await kept.changed([...going.keys()])).toEqual([]);
}

/** The `record` path of one row, given by its place in the order of the key. */
async function rowPath(client: ApiClient, table: PipelineTable, row: number): Promise<string> {
  const path = tablePath(table.schema, table.className, 'record');
  const whole = pageOf(await ok(client.get(path)));
  return `${path}?restriction=${encodeRestriction(restrictionTo(table, whole, row))}`;
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

const print = (values: readonly JsonValue[]): string => printed([...values]);

async function ok(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
  const settled = await answer;
  expect({ status: settled.status, ...(settled.status !== 200 && { text: settled.text }) }).toEqual({ status: 200 });
  return settled;
}

function pageOf(answer: ApiAnswer): Page {
  const { recordHeader, records, totalCount } = answer.json() as JsonObject;
  return { recordHeader, records, totalCount } as unknown as Page;
}
