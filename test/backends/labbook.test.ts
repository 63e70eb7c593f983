import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hasUsers } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';
import { slowView } from './slow-view.ts';

const schema = 'pharus_labbook';
const user = 'pharus_labbook';
const problem = { accept: 'application/problem+json' };
const record = tablePath(schema, 'Mouse');

interface Told {
  readonly status: number;
  readonly text: string;
}

/** What the client shows: a write failed when the status is 500, a delete also when it is 409; all else is success. */
const isTakenForSuccess = (method: string, { status }: Told): boolean =>
  status !== 500 && !(method === 'DELETE' && status === 409);

describeEachBackend((backend: Backend) => {
  let gateway: Gateway;
  let address: string;
  let token: string;

  /** As the client sends it: over HTTP, with `Content-Type: application/json` on everything, body or none. */
  const send = async (
    method: string,
    path: string,
    {
      body,
      bearer = token,
      headers = {},
      base = address,
    }: { body?: string; bearer?: string; headers?: object; base?: string } = {},
  ): Promise<Told> => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}`, ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const writes = (id: number): readonly (readonly [string, string, string | undefined])[] => [
    ['POST', record, JSON.stringify({ records: [{ mouse_id: id, name: 'x' }] })],
    ['PATCH', record, JSON.stringify({ records: [{ mouse_id: 1, name: 'y' }] })],
    ['DELETE', `${record}?restriction=${encodeURIComponent(restrict(is('mouse_id', 2)))}`, undefined],
  ];
  const stored = (): Promise<unknown[]> => backend.query(`SELECT mouse_id, name FROM ${schema}.mouse ORDER BY 1`);
  const untouched = [
    { mouse_id: 1, name: 'one' },
    { mouse_id: 2, name: 'two' },
  ];
  /** All writes fail, the client sees that they do, and a client that asks is told the true status. */
  const failing = async (
    trueStatus: readonly number[],
    options: { bearer?: string; base?: string },
    expected: RegExp,
  ): Promise<void> => {
    for (const [method, path, body] of writes(100)) {
      const asked = { ...options, ...(body !== undefined && { body }) };
      const told = await send(method, path, asked);
      expect.soft([method, told.status, told.text]).toEqual([method, 500, expect.stringMatching(expected)]);
      expect(isTakenForSuccess(method, told)).toBe(false);
      const exact = await send(method, path, { ...asked, headers: problem });
      expect.soft(trueStatus, exact.text).toContain(exact.status);
    }
  };
  const listen = async (from: Gateway): Promise<string> => from.app.listen({ host: '127.0.0.1', port: 0 });

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.mouse (mouse_id int NOT NULL, name varchar(20) NOT NULL, born date DEFAULT NULL, PRIMARY KEY (mouse_id));
      CREATE TABLE ${schema}.session (session int NOT NULL, mouse_id int NOT NULL, PRIMARY KEY (session),
        FOREIGN KEY (mouse_id) REFERENCES ${schema}.mouse (mouse_id))`);
    await backend.createUser(user, { all: [schema] });
    await backend.createUser(`${user}_r`, { read: [schema] });
    gateway = await openGateway({ environment: { PHARUS_BODY_LIMIT: '4KiB' } });
    address = await listen(gateway);
    token = await gateway.login({ ...backend, user, password: 'secret' });
  });
  beforeEach(() =>
    backend.query(`DELETE FROM ${schema}.session; DELETE FROM ${schema}.mouse;
      INSERT INTO ${schema}.mouse (mouse_id, name) VALUES (1, 'one'), (2, 'two')`),
  );
  afterAll(() => gateway?.close());

  test('its own requests work: JSON as the type of what has no body, numbers as text', async () => {
    for (const path of ['/schema', `/schema/${schema}/table`, tablePath(schema, 'Mouse', 'attribute'), record]) {
      expect((await send('GET', path)).status, path).toBe(200);
    }
    const page = await send(
      'GET',
      `${record}?limit=25&page=1&restriction=${encodeURIComponent(restrict(is('mouse_id', '1')))}`,
    );
    expect(JSON.parse(page.text)).toMatchObject({ records: [[1, 'one', null]], totalCount: 1 });
    for (const [method, path, body] of writes(3)) {
      const told = await send(method, path, body === undefined ? {} : { body });
      expect([told.status, told.text]).toEqual([200, expect.stringContaining('Successful')]);
    }
    expect(await stored()).toEqual([
      { mouse_id: 1, name: 'y' },
      { mouse_id: 3, name: 'x' },
    ]);
    const latin = btoa('[{"attributeName":"name","operation":"=","value":"M\u00fcller"}]');
    expect((await send('GET', `${record}?restriction=${encodeURIComponent(latin)}`)).status).toBe(200);
  });

  test('the records of a table never arrive before its attributes, asked for first', async () => {
    const order: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      const ask = async (path: string, name: string): Promise<void> => {
        await (await gateway.app.inject({ url: path, headers: { authorization: `Bearer ${token}` } })).body;
        order.push(name);
      };
      await Promise.all([ask(tablePath(schema, 'Mouse', 'attribute'), 'attribute'), ask(record, 'record')]);
    }
    expect(order).toEqual(Array.from({ length: 30 }, () => ['attribute', 'record']).flat());
  });

  test('a text that holds NaN or Infinity survives what the client does to it', async () => {
    await backend.query(`UPDATE ${schema}.mouse SET name = 'NaN -Infinity "x' WHERE mouse_id = 1`);
    const { text } = await send('GET', record);
    const rewritten = text.replace(/(NaN|-?Infinity)/g, '"***$1***"');
    expect(JSON.parse(rewritten)).toMatchObject({
      records: [
        [1, 'NaN -Infinity "x', null],
        [2, 'two', null],
      ],
    });
  });

  test('an expired token', async () => {
    const short = await openGateway({ environment: { PHARUS_TOKEN_LIFETIME: '1s' } });
    const base = await listen(short);
    const bearer = await short.login({ ...backend, user, password: 'secret' });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await failing([401], { bearer, base }, /expired.*log in/);
    expect((await send('GET', record, { bearer, base })).status).toBe(401);
    // That of another server, too; a word that is no token is 401, as documented.
    await failing([401], { bearer }, /did not/);
    await short.close();
    expect(await stored()).toEqual(untouched);
  });

  test('a body too large, or that is no JSON, or of another type', async () => {
    const large = JSON.stringify({ records: [{ mouse_id: 100, name: 'x'.repeat(5000) }] });
    for (const method of ['POST', 'PATCH']) {
      const bodies: readonly (readonly [string, object, number])[] = [
        [large, {}, 413],
        ['{"records":[', {}, 400],
        ['{"records":[{"mouse_id":100,"name":"x"}]}', { 'Content-Type': 'text/plain' }, 415],
        ['', {}, 400],
      ];
      for (const [body, headers, status] of bodies) {
        expect(isTakenForSuccess(method, await send(method, record, { body, headers }))).toBe(false);
        expect((await send(method, record, { body, headers: { ...headers, ...problem } })).status).toBe(status);
      }
    }
    expect(await stored()).toEqual(untouched);
  });

  test('a value of the wrong type, an unknown name, a duplicate, a missing parent', async () => {
    const wrong: readonly (readonly [string, string, object, number])[] = [
      ['POST', record, { mouse_id: 'x', name: 'x' }, 422],
      ['POST', record, { mouse_id: 100, name: 'x', born: 'never' }, 422],
      ['POST', record, { mouse_id: 100, nam: 'x' }, 404],
      ['POST', record, { mouse_id: 100 }, 422],
      ['POST', record, { mouse_id: 1, name: 'x' }, 409],
      ['POST', tablePath(schema, 'Session'), { session: 1, mouse_id: 99 }, 409],
      ['POST', tablePath(schema, 'Nothing'), { a: 1 }, 404],
      ['POST', tablePath('pharus_nothing', 'Mouse'), { a: 1 }, 404],
      ['PATCH', record, { mouse_id: 1, name: 'x'.repeat(21) }, 422],
      ['PATCH', record, { mouse_id: 1, name: ['x'] }, 422],
    ];
    for (const [method, path, values, status] of wrong) {
      const body = JSON.stringify({ records: [values] });
      const told = await send(method, path, { body });
      expect([told.status, told.text.length > 20]).toEqual([500, true]);
      expect.soft((await send(method, path, { body, headers: problem })).status, told.text).toBe(status);
    }
    await backend.query(`INSERT INTO ${schema}.session VALUES (1, 1)`);
    const blocked = await send('DELETE', `${record}?restriction=${encodeURIComponent(restrict(is('mouse_id', '1')))}`);
    expect([blocked.status, isTakenForSuccess('DELETE', blocked)]).toEqual([409, false]);
    expect(await stored()).toEqual(untouched);
  });

  test('a missing grant', async () => {
    const bearer = await gateway.login({ ...backend, user: `${user}_r`, password: 'secret' });
    if (hasUsers(backend)) {
      await failing([403], { bearer }, /AccessError: .*privilege/);
      expect(await stored()).toEqual(untouched);
    } else {
      for (const [method, path, body] of writes(100)) {
        expect((await send(method, path, { bearer, ...(body !== undefined && { body }) })).status).toBe(200);
      }
    }
  });

  test('a full pool', async () => {
    const small = await openGateway({
      environment: { PHARUS_POOL_MAX: '1', PHARUS_POOL_TOTAL: '1', PHARUS_POOL_WAIT: '200ms' },
    });
    const base = await listen(small);
    const bearer = await small.login({ ...backend, user, password: 'secret' });
    await backend.query(slowView(backend, `${schema}.slow`, 8));
    const abort = new AbortController();
    const slow = fetch(`${base}${tablePath(schema, 'Slow')}`, {
      headers: { Authorization: `Bearer ${bearer}` },
      signal: abort.signal,
    }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await failing([503], { bearer, base }, /OverloadedError: /);
    const read = await fetch(`${base}/schema`, { headers: { Authorization: `Bearer ${bearer}` } });
    expect([read.status, Number(read.headers.get('retry-after')) > 0]).toEqual([503, true]);
    abort.abort();
    await slow;
    expect(await stored()).toEqual(untouched);
    await small.close();
  });

  test('a stopped database', async () => {
    const own: OwnServer | undefined = await startOwnServer(backend.name);
    if (own === undefined) return;
    await own.backend.createSchemas(schema);
    await own.backend.query(`CREATE TABLE ${schema}.mouse (mouse_id int PRIMARY KEY, name varchar(20))`);
    const bearer = await gateway.login(own.backend);
    expect((await send('GET', record, { bearer })).status).toBe(200);
    await own.stop();
    await failing([503], { bearer }, /(?:LostConnection|Unreachable)Error: /);
    expect((await send('GET', record, { bearer })).status).toBe(500);
  });
});
