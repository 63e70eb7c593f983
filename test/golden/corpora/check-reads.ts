import { expect } from 'vitest';
import type { JsonValue } from '../../../packages/server/src/parse/json.ts';
import { type ApiClient, encodeRestriction, tablePath } from '../../support/api.ts';
import { quotedTable } from '../../support/backend.ts';
import type { Backend } from '../../support/backends.ts';
import { ok, type Page, pageOf, restrictionTo } from './answers.ts';
import { keyRestriction, printed } from './printed.ts';
import type { PipelineTable } from './recorded-pipeline.ts';
import type { RowGraph } from './row-graph.ts';

/** How a server tells of its columns otherwise than the one that was recorded; a definition is padded. */
const asRecorded = (text: string): string => text;
const spelled = {
  mariadb: asRecorded,
  mysql: (text: string) =>
    text
      .replaceAll('"current_timestamp()"', 'CURRENT_TIMESTAMP')
      .replaceAll(/\byear\(4\)( {3,})?/g, (_, blanks?: string) => (blanks === undefined ? 'year' : `year   ${blanks}`)),
  postgres: asRecorded,
  pglite: asRecorded,
};

type Row = JsonValue[];

interface Dependency {
  readonly schema: string;
  readonly table: string;
  readonly accessible: boolean;
  readonly count: number;
}

const print = (values: readonly JsonValue[]): string => printed([...values]);

export async function checkAttributes(client: ApiClient, table: PipelineTable, backend: Backend): Promise<void> {
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

/** Over HTTP a parent of the same schema is written `schema.Class`, as a virtual module of that name has it. */
export async function checkDefinition(
  client: ApiClient,
  table: PipelineTable,
  tables: readonly PipelineTable[],
  backend: Backend,
): Promise<void> {
  const { text } = await ok(client.get(tablePath(table.schema, table.className, 'definition')));
  const classes = new Map(
    tables
      .filter(({ schema }) => schema === table.schema)
      .map(({ schema, stored, className }) => [`${schema}.${stored}`, `${schema}.${className}`]),
  );
  const parents = /^(->.* )([`"])([^`"]+)\2\.\2([^`"]+)\2/gm;
  const expected = table.describe.replaceAll(
    parents,
    (line, before: string, _: string, schema: string, stored: string) => {
      const className = classes.get(`${schema}.${stored}`);
      return className === undefined ? line : before + className;
    },
  );
  expect(text).toBe(spelled[backend.name](expected));
}

export async function checkPages(client: ApiClient, table: PipelineTable, backend: Backend): Promise<Page> {
  const { schema, stored, className } = table;
  const path = tablePath(schema, className, 'record');
  const columns = await backend.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?
     ORDER BY ordinal_position`,
    [schema, stored],
  );
  const [row] = await backend.query<{ total: string }>(`SELECT COUNT(*) AS total FROM ${quotedTable(schema, stored)}`);
  const whole = pageOf(await ok(client.get(path)));
  expect(whole.recordHeader).toEqual(columns.map(({ name }) => name).filter((name) => !name.startsWith('_')));
  expect(whole.totalCount).toBe(Number(row?.total));
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

export async function checkKeys(
  client: ApiClient,
  table: PipelineTable,
  { records, recordHeader }: Page,
): Promise<void> {
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
  return [...Array(length).keys()].filter((index) => index < 8 || index >= length - 4);
}

export async function checkDependencies(
  client: ApiClient,
  table: PipelineTable,
  whole: Page,
  rows: RowGraph,
): Promise<void> {
  const path = tablePath(table.schema, table.className, 'dependency');
  const fullName = quotedTable(table.schema, table.stored);
  const countsOf = async (query: string): Promise<Record<string, number>> => {
    const { dependencies } = (await ok(client.get(path + query))).json() as unknown as { dependencies: Dependency[] };
    expect(dependencies.every(({ accessible }) => accessible)).toBe(true);
    expect(dependencies[0]).toMatchObject({ schema: table.schema, table: table.stored });
    expect(new Set(dependencies.map(({ schema, table: name }) => `${schema}.${name}`)).size).toBe(dependencies.length);
    return Object.fromEntries(dependencies.map((entry) => [quotedTable(entry.schema, entry.table), entry.count]));
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
