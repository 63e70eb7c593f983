import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type ApiAnswer, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';
import { createEveryType } from '../support/every-type.ts';

const types = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

describeEachBackend((backend) => {
  let api: Api;
  let client: ApiClient;

  const export_ = async (table: string, format: 'csv' | 'ndjson'): Promise<string> =>
    (await client.get(`${tablePath('every_type', table, 'export')}?format=${format}`)).text;
  const import_ = (
    body: string,
    query = '',
    headers: Record<string, string> = {},
    table = 'Copy',
  ): Promise<ApiAnswer> =>
    client.request({
      method: 'POST',
      path: `${tablePath('every_type', table, 'import')}?${query}`,
      headers: { 'content-type': 'text/csv', ...headers },
      body,
    });
  const lines = (answer: ApiAnswer): Record<string, unknown>[] =>
    answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const keys = async (table = 'copy'): Promise<unknown[]> =>
    (await backend.query<{ key_id: number }>(`SELECT key_id FROM every_type.${table} ORDER BY key_id`)).map(
      (row) => row.key_id,
    );

  beforeAll(async () => {
    await createEveryType(backend);
    api = await startApi();
    client = await api.login(backend);
  });
  beforeEach(() => backend.deleteRows('every_type.copy'));
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas('every_type');
  });

  test.each(['csv', 'ndjson'] as const)('what was exported as %s comes back the same, every type', async (format) => {
    const exported = await export_('Sample', format);
    const answer = await import_(exported, '', { 'content-type': types[format] });
    expect(answer.status, answer.text).toBe(200);
    expect(lines(answer)).toEqual([{ rows: 3, inserted: 3, existing: 0, wrong: 0, complete: true, dryRun: false }]);
    expect(await export_('Copy', 'csv')).toBe(await export_('Sample', 'csv'));
    expect(await backend.query('SELECT * FROM every_type.copy ORDER BY key_id')).toEqual(
      await backend.query('SELECT * FROM every_type.sample ORDER BY key_id'),
    );
  });

  test('a dry run names every wrong row by number and attribute, and stores nothing', async () => {
    await backend.query('INSERT INTO every_type.copy (key_id) VALUES (1)');
    const file = 'key_id,i16,day\n1,1,\n2,x,2026-01-31\n3,70000,\n4,1,2026-13-01\n5,1\n6,1,2026-01-31\n';
    const answer = await import_(file, 'dryRun=true');
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/);
    expect(
      lines(answer)
        .slice(0, -1)
        .map(({ row, code }) => [row, code].join(' ')),
    ).toEqual(['1 DUPLICATE', '2 INVALID_VALUE', '3 INVALID_VALUE', '4 INVALID_VALUE', '5 INVALID_RECORD']);
    expect(lines(answer)[1]).toMatchObject({
      pointer: '/i16',
      detail: expect.stringMatching(/expects a number; got "x"/),
    });
    expect(lines(answer).at(-1)).toEqual({ rows: 6, inserted: 1, existing: 1, wrong: 5, complete: true, dryRun: true });
    expect(await keys()).toEqual([1]);
  });

  test('one wrong row keeps all others out; a program is told all of them', async () => {
    const file = 'key_id,i16\n1,1\n2,x\n3,y\n';
    const text = await import_(file);
    expect([text.status, text.text]).toEqual([
      500,
      expect.stringMatching(/^Row 2: .*`i16`.*Another row is wrong, too\. Nothing was imported\.$/s),
    ]);
    const problem = await import_(file, '', { accept: 'application/problem+json' });
    expect(problem.status).toBe(422);
    expect(JSON.parse(problem.text)).toMatchObject({
      code: 'INVALID_IMPORT',
      errors: [
        { row: 2, pointer: '/i16', code: 'INVALID_VALUE' },
        { row: 3, pointer: '/i16', code: 'INVALID_VALUE' },
      ],
    });
    expect(await keys()).toEqual([]);
  });

  test('existing keys are refused, skipped or replaced', async () => {
    await backend.query('INSERT INTO every_type.copy (key_id, i16) VALUES (1, 10), (2, 20)');
    const file = 'key_id,i16\n2,22\n3,33\n';
    const values = async (): Promise<unknown> =>
      backend.query('SELECT key_id, i16 FROM every_type.copy ORDER BY key_id');
    expect((await import_(file)).text).toMatch(/^Row 1: /);
    expect(lines(await import_(file, 'existing=skip'))[0]).toMatchObject({ rows: 2, inserted: 1, existing: 1 });
    expect(await values()).toEqual([
      { key_id: 1, i16: 10 },
      { key_id: 2, i16: 20 },
      { key_id: 3, i16: 33 },
    ]);
    expect(lines(await import_(file, 'existing=replace'))[0]).toMatchObject({ rows: 2, inserted: 0, existing: 2 });
    expect(await values()).toEqual([
      { key_id: 1, i16: 10 },
      { key_id: 2, i16: 22 },
      { key_id: 3, i16: 33 },
    ]);
  });

  test('many rows go in together, and wrong ones among them are found', async () => {
    const rows = Array.from({ length: 1203 }, (_, index) => `${index},${index === 700 || index === 1201 ? 'x' : 1}`);
    const answer = await import_(`key_id,i16\n${rows.join('\n')}`, 'dryRun=true');
    expect(lines(answer)).toMatchObject([{ row: 701 }, { row: 1202 }, { rows: 1203, inserted: 1201, wrong: 2 }]);
    const right = rows.map((row) => row.replace('x', '2'));
    expect(
      lines(await import_(`i16,key_id\n${right.map((row) => row.split(',').reverse().join(',')).join('\n')}`))[0],
    ).toMatchObject({
      rows: 1203,
      inserted: 1203,
    });
    expect((await keys()).length).toBe(1203);
  });

  test('a table that is populated takes no import, which is said before anything of the file', async () => {
    await backend.query('CREATE TABLE every_type.__mean (key_id int NOT NULL, PRIMARY KEY (key_id))');
    const three = await import_('key_id,i16\n1,x\n2,x\n3,x\n');
    expect(three.text).toContain(' 2 other rows are wrong, too. Nothing');
    for (const query of ['', 'dryRun=true']) {
      const { status, text } = await import_('nothing,of,it\n1,2,3\n', query, {}, 'Mean');
      expect([status, text]).toEqual([500, expect.stringMatching(/auto-populated table/)]);
    }
  });

  test('an import ends after a hundred wrong rows', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `${index},x`);
    const answer = await import_(`key_id,i16\n${rows.join('\n')}`, 'dryRun=true');
    expect(lines(answer).length).toBe(101);
    expect(lines(answer).at(-1)).toMatchObject({ rows: 500, wrong: 100, complete: false });
  });

  test.each([
    ['an unknown attribute', 'key_id,i17\n1,1\n', '', /`i17` is not in the table heading\. Did you mean "i16"\?/],
    ['an attribute named twice', 'key_id,i16,i16\n1,1,1\n', '', /names the attribute `i16` twice/],
    ['an open quote', 'key_id,words\n1,"x\n', '', /after row 0: a quote that does not end/],
    ['nothing', '', '', /got an empty file|Expected/],
    ['a misspelt parameter', 'key_id\n1\n', 'dryrun=true', /got an unknown parameter "dryrun".*Nothing was imported/],
    [
      'an unknown treatment',
      'key_id\n1\n',
      'existing=merge',
      /"existing" has to be one of error, skip, replace, and is "merge"/,
    ],
    ['a line that is no JSON', '{"key_id":1}\n{', 'format=ndjson', /^InvalidImport|Row 2: Expected a JSON object/],
    ['an attribute the table lacks', '{"key_id":1,"i17":1}', 'format=ndjson', /Row 1: .*`i17`.*Did you mean "i16"/],
  ])('%s is refused with a sentence', async (_, body, query, sentence) => {
    const answer = await import_(body, query);
    expect(answer.status).toBe(500);
    expect(answer.text).toMatch(sentence);
    expect(await keys()).toEqual([]);
  });

  test('a body of another type needs its format named', async () => {
    const answer = await import_('key_id\n1\n', '', {
      'content-type': 'text/plain',
      accept: 'application/problem+json',
    });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect((await import_('key_id\n1\n', 'format=csv', { 'content-type': 'text/plain' })).status).toBe(200);
  });
});
