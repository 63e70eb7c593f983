import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';
import { createEveryType, typedColumns } from '../support/every-type.ts';

const path = tablePath('every_type', 'Sample', 'export');
const quoted = (text: string): string => (/[",\n\r]|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describeEachBackend((backend) => {
  const columns = typedColumns(backend);
  let api: Api;
  let client: ApiClient;

  beforeAll(async () => {
    await createEveryType(backend);
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas('every_type');
  });

  test('CSV holds every type digit for digit, NULL as nothing and an empty text as two quotes', async () => {
    const { status, headers, text } = await client.get(`${path}?format=csv`);
    const lines = [
      ['key_id', ...columns.map(({ name }) => name)].join(','),
      ...[0, 1].map((row) => [row, ...columns.map(({ csv }) => quoted(csv[row] as string))].join(',')),
      `2${','.repeat(columns.length)}`,
    ];
    expect(status, text).toBe(200);
    expect(text).toBe(`${lines.join('\n')}\n`);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="every_type.Sample.csv"');
  });

  test('NDJSON holds every type, a line for each row', async () => {
    const { headers, text } = await client.get(`${path}?format=ndjson`);
    const lines = [0, 1, 2].map((row) => {
      const members = columns.map(({ name, json }) => `"${name}":${row === 2 ? 'null' : json[row]}`);
      return `{"key_id":${row},${members.join(',')}}\n`;
    });
    expect(text).toBe(lines.join(''));
    expect(headers['content-type']).toBe('application/x-ndjson');
  });

  test('attributes, restriction, order and limit are those of the record route', async () => {
    const where = encodeRestriction([{ attributeName: 'i16', operation: '!=', value: null }]);
    const chosen = `attributes=${encodeURIComponent('i16, KEY')}`;
    const rows = async (more: string): Promise<string> => (await client.get(`${path}?format=csv&${more}`)).text;
    expect(await rows(`${chosen}&restriction=${where}&order=${encodeURIComponent('KEY DESC')}`)).toBe(
      'key_id,i16\n1,32767\n0,-32768\n',
    );
    expect(await rows('attributes=key_id&limit=2')).toBe('key_id\n0\n1\n');
    expect(await rows('attributes=key_id&limit=0')).toBe('key_id\n');

    const page = await client.get(
      `${tablePath('every_type', 'Sample', 'record')}?${chosen}&restriction=${where}&order=${encodeURIComponent('KEY DESC')}`,
    );
    expect(JSON.parse(page.text)).toEqual({
      recordHeader: ['key_id', 'i16'],
      records: [
        [1, 32767],
        [0, -32768],
      ],
      totalCount: 2,
    });
  });

  test.each([
    ['text/html, application/x-ndjson;q=0.8, text/csv;q=0.5', 'application/x-ndjson'],
    ['application/vnd.apache.arrow.stream', 'application/vnd.apache.arrow.stream'],
    ['application/vnd.apache.parquet', 'application/vnd.apache.parquet'],
    ['*/*', 'text/csv; charset=utf-8; header=present'],
    ['text/csv;q=0', 'text/csv; charset=utf-8; header=present'],
  ])('Accept: %s is answered with %s', async (accept, type) => {
    const answer = await client.get(path, { accept });
    expect(answer.headers).toMatchObject({ 'content-type': type, vary: 'Accept' });
    expect((await client.get(`${path}?format=csv`, { accept })).headers['content-type']).toMatch(/^text\/csv/);
  });

  test.each([
    ['format=parket', 400, /one of csv, ndjson, arrow, parquet; got "parket". Did you mean "parquet"\?/],
    ['attributes=i17', 404, /got "i17"\. Did you mean "i16"\?/],
    ['order=i17', 404, /Did you mean "i16"\?/],
    ['limit=-1', 400, /"limit" has to be a whole number of 0 or more; got "-1"/],
    ['restriction=x', 400, /The restriction has to be/],
  ])('%s is refused before anything is sent', async (query, status, sentence) => {
    const accept = 'application/problem+json';
    const answer = await client.get(`${path}?${query}`, { accept });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).detail).toMatch(sentence);
    expect(answer.headers['content-disposition']).toBeUndefined();
    expect((await client.get(`${path}?${query}`)).status).toBe(500);
  });

  test('HEAD says what a file would be', async () => {
    const answer = await client.request({ method: 'HEAD', path: `${path}?format=parquet` });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.apache.parquet',
      'content-disposition': 'attachment; filename="every_type.Sample.parquet"',
    });
  });

  test('a table without rows is a file without rows', async () => {
    const empty = tablePath('every_type', 'Copy', 'export');
    expect((await client.get(`${empty}?attributes=key_id`)).text).toBe('key_id\n');
    expect((await client.get(`${empty}?format=ndjson`)).text).toBe('');
    for (const format of ['arrow', 'parquet']) {
      expect((await client.get(`${empty}?format=${format}`)).bytes.length).toBeGreaterThan(100);
    }
  });
});
