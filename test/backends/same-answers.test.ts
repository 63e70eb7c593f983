import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';
import { productNames, products } from '../support/products.ts';
import { requests } from './same/requests.ts';
import type { SameRequest } from './same/same-request.ts';
import { createSameSchema, other, rowCount, rowNumbers, sampleIn, schema, typeTables } from './same/same-schema.ts';

/** What each backend answered, by the kind of request, a line for each. */
const answers = new Map<string, Record<string, readonly string[]>>();

describeEachBackend((backend) => {
  let api: Api;
  let client: ApiClient;
  beforeAll(async () => {
    await createSameSchema(backend);
    api = await startApi();
    client = await api.login(backend);
    answers.set(backend.name, {});
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(other, schema);
  });

  test.each([
    ['Types', typeTables.types],
    ['NativeTypes', typeTables.native_types],
  ] as const)('%s: records print every value of every type as they should', async (table, types) => {
    const { text } = await client.get(tablePath(schema, table, 'record'));
    const records = rowNumbers.map((row) => `[${[row, ...types.map((type) => sampleIn(row, type)[1])].join(',')}]`);
    const header = JSON.stringify(['id', ...types.map(({ name }) => name)]);
    expect(text.trimEnd()).toBe(`{"recordHeader":${header},"records":[${records.join(',')}],"totalCount":${rowCount}}`);
  });

  test.each(Object.entries(requests))('%s', { timeout: 300_000 }, async (kind, list) => {
    const lines: string[] = [];
    for (const request of list) {
      const { status, text } = await client.request(request);
      lines.push(`${inWords(request)}\n${status} ${comparable(request, text)}`);
    }
    (answers.get(backend.name) as Record<string, readonly string[]>)[kind] = lines;
    const succeeded = lines.filter((line) => line.includes('\n200 ')).length;
    // Neither all of them, nor none.
    expect(succeeded).toBeGreaterThan(list.length / 4);
  });
});

/** The request in a line, its restriction readable. */
function inWords({ method, path, body = '' }: SameRequest): string {
  const readable = path.replace(/restriction=([^&]+)/, (_, text: string) =>
    Buffer.from(decodeURIComponent(text), 'base64').toString(),
  );
  return `${method} ${readable} ${body}`;
}

/** The answer but for what every database says for itself, and the number that each request has. */
function comparable({ without = [] }: SameRequest, text: string): string {
  const body = text.replace(/,"requestId":"[^"]*"/, '');
  if (without.length === 0 || !/^[{[]/.test(body)) return body;
  return JSON.stringify(JSON.parse(body, (key, value) => (without.includes(key) ? undefined : (value as unknown))));
}

const [first, ...others] = productNames.filter((name) => inject('servers')[name].server !== undefined);

describe.each(others)('%s answers as the others do', (name) => {
  test.each(Object.keys(requests))(`${products[name].title}: %s`, (kind) => {
    expect(answers.get(name)?.[kind]).toEqual(answers.get(first ?? name)?.[kind]);
  });
});
