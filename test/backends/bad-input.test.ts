import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type Answer, type Asked, type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';

const schema = 'pharus_bad_input';
const user = 'pharus_bad_input';
const record = tablePath(schema, 'Session');
const problem = { accept: 'application/problem+json' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Texts that say one thing, in one sentence or two, and nothing of what is behind them. */
const clear = (text: string): void => {
  expect(text.length, text).toBeLessThan(500);
  expect(text).toMatch(/^[^\n]+\S$/);
  expect(text).not.toMatch(
    /\bat \S+:\d+|node_modules|\/packages\/|\.ts\b|select |information_schema|errno|mysql2|ER_[A-Z]/i,
  );
};

describeEachBackend((backend: Backend) => {
  let gateway: Gateway;
  let token: string;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.session (session_id int NOT NULL, session_date date NOT NULL, note varchar(20) DEFAULT NULL,
        PRIMARY KEY (session_id));
      CREATE TABLE ${schema}."#equipment" (name varchar(8) NOT NULL, PRIMARY KEY (name));
      INSERT INTO ${schema}.session VALUES (1, '2024-01-01', 'a'), (2, '2024-01-02', NULL)`);
    await backend.createUser(user, { all: [schema] });
    gateway = await openGateway({ environment: { PHARUS_BODY_LIMIT: '16KiB' } });
    token = await gateway.login({ ...backend, user, password: 'secret' });
  });
  afterAll(() => gateway?.close());

  /** Asks twice, plainly and for problems, and holds that nothing reached the database. */
  const refusedUnasked = async (
    method: Parameters<Gateway['ask']>[0],
    path: string,
    asked: Asked,
    status: number,
    trueStatus: number,
  ): Promise<Answer> => {
    gateway.statements.length = 0;
    const plain = await gateway.ask(method, path, { token, ...asked });
    const exact = await gateway.ask(method, path, { token, ...asked, headers: { ...asked.headers, ...problem } });
    const what = `${method} ${path} ${JSON.stringify(asked).slice(0, 200)}: ${plain.text}`;
    expect([plain.status, exact.status], what).toEqual([status, trueStatus]);
    expect(String(plain.headers['content-type'])).toMatch(/^text\/plain/);
    clear(plain.text);
    expect(exact.json).toMatchObject({ status: trueStatus, detail: expect.any(String), code: expect.any(String) });
    expect(gateway.statements, what).toEqual([]);
    return plain;
  };

  test('a malformed restriction is refused before the database is touched', async () => {
    const texts = [
      '',
      '=',
      '%%%',
      'a',
      '[{"attributeName":"session_id"}]',
      base64(''),
      base64('not json'),
      base64('[{"attributeName":"session_id","operation":"=","value":1}'),
      base64('{}'),
      base64('null'),
      base64('1'),
      base64('"x"'),
      base64('[1]'),
      base64('[null]'),
      base64('[[]]'),
      base64('[{}]'),
      base64('[{"attributeName":"session_id"}]'),
      base64('[{"attributeName":"session_id","operation":"="}]'),
      base64('[{"attributeName":1,"operation":"=","value":1}]'),
      base64('[{"operation":"=","value":1}]'),
      base64('[{"attributeName":"session_id","operation":7,"value":1}]'),
      base64('[{"attributeName":"session_id","operation":null,"value":1}]'),
      base64('[{"attributeName":"session_id","operation":"","value":1}]'),
      base64('[{"attributeName":"session_id","operation":"== 1 OR 1","value":1}]'),
      base64('[{"attributeName":"session_id","operation":"IS","value":null}]'),
      base64('[{"attributeName":"session_id","operation":"=","value":1,"value":2}]'),
      base64('[{"and":{}}]'),
      base64('[{"not":[]}]'),
      base64('[{"or":[1]}]'),
      base64('[{"xor":[]}]'),
      base64(`${'['.repeat(1000)}${']'.repeat(1000)}`),
      base64('[01]'),
      base64(`[{"attributeName":"session_id","operation":"=","value":${'9'.repeat(500)}}]`),
    ];
    for (const restriction of texts) {
      await refusedUnasked('GET', record, { query: { restriction } }, 500, 400);
      await refusedUnasked('DELETE', record, { query: { restriction } }, 500, 400);
      await refusedUnasked('GET', tablePath(schema, 'Session', 'dependency'), { query: { restriction } }, 500, 400);
    }
  });

  test('a limit or page that is none is refused before the database is touched', async () => {
    const texts = [
      '-1',
      '1e99',
      'abc',
      '1.5',
      '',
      ' ',
      '1e3',
      '0x10',
      '9007199254740993',
      '1000000000000000000000',
      '1,2',
      '٣',
    ];
    for (const text of texts) {
      const { text: limit } = await refusedUnasked('GET', record, { query: { limit: text } }, 500, 400);
      expect(limit).toContain('limit');
      const { text: page } = await refusedUnasked('GET', record, { query: { page: text } }, 500, 400);
      expect(page).toContain('page');
    }
    await refusedUnasked('GET', record, { query: { page: '0' } }, 500, 400);
    await refusedUnasked('GET', record, { query: { limit: '999999999999999', page: '999999999999999' } }, 500, 400);
  });

  test('limit 0 answers the count alone, and the first of a repeated parameter counts', async () => {
    const none = await gateway.ask('GET', record, { token, query: { limit: '0' } });
    expect(none.json).toMatchObject({ records: [], totalCount: 2 });
    const first = await gateway.ask('GET', `${record}?limit=1&limit=abc&page=2&page=-1&nonsense=1`, { token });
    expect(first.json).toMatchObject({ records: [[2, 1704153600, null]], totalCount: 2 });
  });

  test('a body that is none, or of another type or size, is refused before the database is touched', async () => {
    const json = { 'content-type': 'application/json' };
    const bodies = [
      '',
      'x',
      '{',
      'null',
      '[]',
      '"x"',
      '1',
      '{}',
      '{"records":{}}',
      '{"records":null}',
      '{"records":[1]}',
    ];
    bodies.push(
      '{"records":[null]}',
      '{"records":["x"]}',
      '{"records":[{"a":1,"a":2}]}',
      '{"records":[{}]} x',
      '\u0000',
    );
    bodies.push(`{"records":[{"note":${'['.repeat(100)}${']'.repeat(100)}}]}`, '{"records":[{"note":"\\ud83"}]}');
    for (const method of ['POST', 'PATCH'] as const) {
      for (const body of bodies) await refusedUnasked(method, record, { body, headers: json }, 500, 400);
      const large = JSON.stringify({ records: [{ note: 'x'.repeat(20_000) }] });
      await refusedUnasked(method, record, { body: large, headers: json }, 500, 413);
      const form = { 'content-type': 'multipart/form-data; boundary=x' };
      await refusedUnasked(method, record, { body: '{"records":[]}', headers: form }, 500, 400);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
        const headers = { 'content-type': type };
        await refusedUnasked(method, record, { body: '{"records":[]}', headers }, 500, 415);
      }
    }
  });

  test('a delete takes nothing it does not know, nothing twice and nothing empty', async () => {
    const restriction = restrict(is('session_id', 1));
    for (const query of [
      { restrictions: restriction },
      { Restriction: restriction },
      { restriction: [restriction, restriction] },
      { restriction, cascade: '' },
      { restriction, cascade: ['true', 'false'] },
      { restriction, limit: '1' },
    ]) {
      const { text } = await refusedUnasked('DELETE', record, { query }, 500, 400);
      expect(text).toContain('Nothing was deleted');
    }
  });

  test('a restriction in the body of a delete, where other routes take it, is not taken for none', async () => {
    for (const body of [{ restriction: [is('session_id', 1)] }, { restriction: [] }, {}, [], 'null']) {
      const { text } = await refusedUnasked('DELETE', record, { body }, 500, 400);
      expect(text).toContain('got a body. Nothing was deleted');
    }
    // Of whatever type: this is what curl calls a body that is none of JSON.
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { text } = await refusedUnasked('DELETE', record, { body: 'restriction=x', headers }, 500, 400);
    expect(text).toContain('got a body. Nothing was deleted');
  });

  test('a token that is missing or none is refused before the database is touched', async () => {
    gateway.statements.length = 0;
    const [head, payload, signature] = token.split('.');
    const tokens = [
      undefined,
      '',
      'x',
      'a.b.c',
      `${head}.${payload}.`,
      `${head}.${payload}`,
      `${head}.${payload}.${signature}x`,
    ];
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    tokens.push(`${unsigned}.${payload}.`, `${unsigned}.${payload}.${signature}`);
    for (const path of ['/schema', `/schema/${schema}/table`, record, tablePath(schema, 'Session', 'definition')]) {
      for (const wrong of tokens) {
        const headers = wrong === undefined ? {} : { authorization: `Bearer ${wrong}` };
        const { status, text } = await gateway.ask('GET', path, { headers });
        expect([status, text]).toEqual([401, expect.stringMatching(/^Expected /)]);
        clear(text);
      }
    }
    expect(gateway.statements).toEqual([]);
    for (const scheme of ['Bearer', 'bearer', 'Basic', 'anything']) {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await gateway.ask('GET', '/schema', { headers })).status).toBe(200);
    }
  });

  test('a value of another kind is refused before a row is read, and never stands for more than itself', async () => {
    const touchesRows = (text: string): boolean => text.includes('`session`') && !text.startsWith('SHOW ');
    const values = [
      '{"session_id":1}',
      '[1]',
      '{"a":[{}]}',
      '"1 OR 1=1"',
      '""',
      '"0x01"',
      '"NaN"',
      'NaN',
      '1e309',
      '-Infinity',
      '{}',
      '[]',
    ];
    for (const value of values) {
      const restriction = base64(`[{"attributeName":"session_id","operation":"=","value":${value}}]`);
      gateway.statements.length = 0;
      const { status, text } = await gateway.ask('GET', record, { token, query: { restriction }, headers: problem });
      expect([status, text], value).toEqual([400, expect.stringContaining('session_id')]);
      expect(gateway.statements.filter((statement) => touchesRows(statement.text))).toEqual([]);
    }
    for (const [value, count] of [
      ['true', 1],
      ['false', 0],
      ['9223372036854775808', 0],
      ['1.0', 1],
      ['"1"', 1],
      ['1e0', 1],
    ]) {
      const restriction = base64(`[{"attributeName":"session_id","operation":"=","value":${value}}]`);
      const { json } = await gateway.ask('GET', record, { token, query: { restriction } });
      expect(json.totalCount, String(value)).toBe(count);
    }
  });

  test('an unknown schema, table or attribute is named, with the nearest right one', async () => {
    const nearest: readonly (readonly [string, Asked, RegExp])[] = [
      [tablePath('pharus_bad_imput', 'Session'), {}, /"pharus_bad_imput".*"pharus_bad_input"\?/],
      ['/schema/pharus_bad_inputs/table', {}, /"pharus_bad_inputs".*"pharus_bad_input"\?/],
      [tablePath(schema, 'Sesion'), {}, /"Sesion".*"Session"\?/],
      [tablePath(schema, 'session'), {}, /"session".*"Session"\?/],
      [tablePath(schema, 'Equipmemt', 'definition'), {}, /"Equipmemt".*"Equipment"\?/],
      [tablePath(schema, 'Sesion', 'attribute'), {}, /"Session"\?/],
      [tablePath(schema, 'Sesion', 'dependency'), {}, /"Session"\?/],
      [record, { query: { restriction: restrict(is('sesion_id', 1)) } }, /sesion_id.*"session_id"\?/],
      [record, { query: { order: 'sesion_id DESC' } }, /sesion_id.*"session_id"\?/],
    ];
    for (const [path, asked, message] of nearest) {
      const { status, text } = await gateway.ask('GET', path, { token, ...asked });
      expect([status, text]).toEqual([500, expect.stringMatching(message)]);
      clear(text);
    }
    for (const method of ['POST', 'PATCH'] as const) {
      const body = { records: [{ session_id: 1, sesion_date: '2024-01-01' }] };
      const { status, text } = await gateway.ask(method, record, { token, body });
      expect([status, text]).toEqual([500, expect.stringMatching(/sesion_date.*"session_date"\?/)]);
    }
  });

  test('names far from any other, hidden tables and unknown routes are refused in a sentence', async () => {
    for (const table of [
      'Nothing',
      '~log',
      '#equipment',
      'A.B.C',
      'Session.',
      '.',
      '..',
      '%',
      'x'.repeat(100),
      'x'.repeat(1025),
    ]) {
      const { status, text } = await gateway.ask('GET', tablePath(schema, table), { token });
      expect(status, text).toBeGreaterThanOrEqual(400);
      clear(text);
    }
    expect((await gateway.ask('GET', '/schema', { token })).json).toEqual({ schemaNames: [schema] });
    expect((await gateway.ask('GET', '/nothing', { token })).status).toBe(404);
    expect((await gateway.ask('PUT', record, { token })).status).toBe(405);
    for (const path of ['/version', '/schema', `/schema/${schema}/table`, record]) {
      expect((await gateway.ask('HEAD', path, { token })).status, path).toBe(200);
    }
  });
});
