import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiAnswer, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import type { Difference } from './differences/difference.ts';
import { differences } from './differences/differences.ts';

const schema = 'pharus_differ';
const other = 'pharus_differ_other';

describeEachBackend((backend) => {
  let api: Api;
  let client: ApiClient;
  beforeAll(async () => {
    await backend.createSchemas(schema, other);
    if (backend.family === 'postgresql') await backend.query(`CREATE TYPE ${schema}.letter AS ENUM ('b', 'a')`);
    await backend.query(`CREATE TABLE ${other}.parent (parent varchar(8) NOT NULL, PRIMARY KEY (parent))`);
    for (const [index, difference] of differences.entries()) await declare(backend, tableOf(index), difference);
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(schema, other);
  });

  const here = [...differences.entries()].filter(([, { column }]) => column[backend.family] !== undefined);
  test.each(here.map(([index, difference]) => [difference.what, index, difference] as const))(
    '%s',
    async (_, index, difference) => {
      const { name, family } = backend;
      expect(await answerTo(client, tableOf(index), difference)).toBe(
        difference.answers[name] ?? difference.answers[family],
      );
    },
  );
});

const tableOf = (index: number): string =>
  `difference_${String.fromCharCode(97 + Math.floor(index / 26))}${String.fromCharCode(97 + (index % 26))}`;

async function declare(
  backend: Backend,
  table: string,
  { column, declared, constraint, stored = [] }: Difference,
): Promise<void> {
  const type = column[backend.family];
  if (type === undefined) return;
  const marker = declared === undefined ? undefined : `':${declared.replaceAll("'", "''")}:'`;
  const comment = marker !== undefined && backend.family === 'mysql' ? ` COMMENT ${marker}` : '';
  const lines = [
    'id int NOT NULL',
    `value ${type}${comment}`,
    'PRIMARY KEY (id)',
    ...(constraint === undefined ? [] : [constraint]),
  ];
  await backend.query(`CREATE TABLE ${schema}.${table} (${lines.join(', ')})`);
  if (marker !== undefined && backend.family === 'postgresql') {
    await backend.query(`COMMENT ON COLUMN ${schema}.${table}.value IS ${marker}`);
  }
  for (const [index, value] of stored.entries()) {
    await backend.query(`INSERT INTO ${schema}.${table} (id, value) VALUES (${index + 1}, ${value})`);
  }
}

async function answerTo(client: ApiClient, table: string, { ask }: Difference): Promise<string> {
  const className = table.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
  const path = (route: Parameters<typeof tablePath>[2]): string => tablePath(schema, className, route);
  const rowsOf = ({ status, text }: ApiAnswer): string =>
    status === 200 ? (/"records":\[(.*)\],"totalCount"/s.exec(text)?.[1] ?? '') : text.trim();
  const rows = async (query = ''): Promise<string> => rowsOf(await client.get(path('record') + query));
  const query = async (text: string): Promise<string> =>
    rowsOf(await client.post('/query', { text: `${className}${text}`, schemas: [schema] }));
  const ids = (text: string): string =>
    text.startsWith('[') || text === '' ? [...text.matchAll(/\[(\d+),/g)].map(([, id]) => id).join(', ') : text;
  if ('read' in ask) return cellOf(await rows());
  if ('order' in ask) return ids(await rows('?order=value'));
  if ('restrict' in ask) {
    const [operation, value] = ask.restrict;
    const item = `[{"attributeName": "value", "operation": "${operation}", "value": ${value}}]`;
    return ids(await rows(`?restriction=${encodeRestriction(item)}`)) || 'none';
  }
  if ('where' in ask) return ids(await query(` & ${JSON.stringify(ask.where)}`)) || 'none';
  if ('proj' in ask) return cellOf(await query(`.proj(v=${JSON.stringify(ask.proj)})`));
  if ('insert' in ask) {
    const { status, text } = await client.post(path('record'), `{"records": [{"id": 9, "value": ${ask.insert}}]}`);
    return status === 200 ? cellOf(await rows('?order=id%20DESC&limit=1')) : text.trim();
  }
  if ('attribute' in ask) {
    const { attributes } = JSON.parse((await client.get(path('attribute'))).text) as {
      attributes: { secondary: unknown[][] };
    };
    const place = ['name', 'type', 'nullable', 'default', 'autoincrement'].indexOf(ask.attribute);
    return String(attributes.secondary[0]?.[place]);
  }
  const { text } = await client.get(path('definition'));
  return ask.definition.exec(text)?.[0] ?? 'none';
}

/** Of the row `[1,...]`. */
const cellOf = (row: string): string => row.replace(/^\[\d+,(.*)\]$/s, '$1');
