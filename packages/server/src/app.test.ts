import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthenticationError,
  type Connection,
  DuplicateError,
  OverloadedError,
  SchemaNotFound,
  TimeoutError,
} from '@pharus/datajoint';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';
import { families } from './routes/families.ts';
import type { RouteFamily } from './routes/route-family.ts';
import type { ConnectionSettings } from './sessions/connection-factory.ts';

const PASSWORD = 'S3cr3t-CANARY-9f1';
const PROBLEM = 'application/problem+json';

let directory: string;
let apps: FastifyInstance[] = [];
let logged = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pharus-app-'));
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  apps = [];
});
afterAll(() => rm(directory, { recursive: true }));

/** Routes that fail as they are told to, and echo what they read. */
const probes: RouteFamily =
  ({ authenticate, connect, signal }) =>
  async (app) => {
    const failures: Record<string, () => Error> = {
      schema: () => new SchemaNotFound('There is no schema x.'),
      busy: () => new OverloadedError('No room.'),
      slow: () => new TimeoutError('Too slow.'),
      twice: () => new DuplicateError('It is there.', { details: { attribute: 'id' } }),
      unknown: () => new Error('SELECT * FROM t; /etc/passwd'),
    };
    app.get<{ Params: { name: string } }>('/fail/:name', { config: { isProtected: true } }, async ({ params }) => {
      throw failures[params.name]?.() ?? new Error('?');
    });
    app.post<{ Params: { name: string } }>(
      '/fail/:name',
      { config: { kind: 'write', isProtected: true } },
      async ({ params }) => {
        throw failures[params.name]?.() ?? new Error('?');
      },
    );
    app.post('/echo', { config: { isProtected: true } }, async (request) => ({ body: String(request.body) }));
    app.delete('/echo', { config: { isProtected: true } }, async (request) => ({ body: String(request.body) }));
    app.get('/hold', { config: { isProtected: true } }, async (request) => {
      await connect(request, await authenticate(request));
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { isAborted: signal(request).aborted };
    });
  };

async function start(environment: Record<string, string> = {}) {
  const { config } = loadConfig({
    environment: { PHARUS_DATA_DIR: directory, PHARUS_LOG_LEVEL: 'trace', ...environment },
  });
  const closed: string[] = [];
  const app = await createApp({
    config,
    environment,
    createConnection: ({ user, password }: ConnectionSettings) => {
      const verify = async (): Promise<void> => {
        if (password !== PASSWORD) throw new AuthenticationError('The database refused the user name or the password.');
      };
      const close = async (): Promise<void> => void closed.push(user);
      return { verify, close } as unknown as Connection;
    },
    lookup: async () => ['10.0.0.5'],
    logDestination: {
      write(line: string) {
        logged += line;
      },
    },
    families: [probes, ...families],
  });
  apps.push(app);
  return { app, closed };
}

function login(app: FastifyInstance, body: unknown, headers: Record<string, string> = {}) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  return app.inject({
    method: 'POST',
    url: '/login',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
}

const ann = { databaseAddress: 'db:3306', username: 'ann', password: PASSWORD };

async function authorized(app: FastifyInstance): Promise<Record<string, string>> {
  const { jwt } = (await login(app, ann)).json<{ jwt: string }>();
  return { authorization: `Bearer ${jwt}` };
}

async function ask(app: FastifyInstance, request: InjectOptions) {
  const { statusCode, headers, body } = await app.inject({
    ...request,
    headers: { ...(await authorized(app)), ...request.headers },
  });
  return { status: statusCode, type: String(headers['content-type']).split(';')[0], body, headers };
}

describe('session', () => {
  test('without a token, what anybody may know', async () => {
    const { app } = await start({ PHARUS_DATABASE_HOSTS: 'db:3306,[::1],demo' });
    const answer = await app.inject('/session');
    expect(answer.json()).toEqual({
      hosts: ['db:3306', '[::1]', 'demo'],
      demo: true,
      features: expect.any(Array),
    });
    expect(answer.json<{ features: string[] }>().features).toContain('session');
  });

  test('with one, whose it is and until when', async () => {
    const { app } = await start({ PHARUS_TOKEN_LIFETIME: '1h' });
    const session = JSON.parse((await ask(app, { url: '/session' })).body) as Record<string, unknown>;
    expect(session).toMatchObject({ user: 'ann', host: 'db:3306', hosts: null });
    const left = Number(session.expires) - Date.now() / 1000;
    expect(left).toBeGreaterThan(3500);
    expect(left).toBeLessThanOrEqual(3601);
  });

  test('a token that is no good is refused', async () => {
    const { app } = await start();
    const answer = await app.inject({ url: '/session', headers: { authorization: 'Bearer a.b.c' } });
    expect(answer.statusCode).toBe(401);
  });
});

describe('login', () => {
  test('answers a token', async () => {
    const { app } = await start();
    const answer = await login(app, { ...ann, extra: 1 });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.json()).toEqual({ jwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
  });

  test.each([{}, { a: 1 }, { databaseAddress: 'db', username: 'ann' }, { __proto__: null, username: 'x' }])(
    'an object lacking keys: %j',
    async (body) => {
      const { app } = await start();
      const answer = await login(app, body);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual({ error: 'Invalid Request, check headers and/or json body' });
      expect((await login(app, body, { accept: PROBLEM })).statusCode).toBe(400);
    },
  );

  test.each([
    ['wrong password', { ...ann, password: 'guess' }, 401],
    ['null password', { ...ann, password: null }, 400],
    ['number for a password', { ...ann, password: 5 }, 400],
    ['object for a user', { ...ann, username: { password: 1 } }, 400],
    ['NUL in a user', { ...ann, username: 'a\0' }, 400],
    ['options in the address', { ...ann, databaseAddress: 'db:3306?multipleStatements=true' }, 400],
    ['an array', [1], 400],
    ['null', 'null', 400],
    ['no JSON', '{bad', 400],
    ['nothing', '', 400],
  ])('%s: 500 with a sentence, the true status on request', async (_name, body, status) => {
    const { app } = await start();
    const answer = await login(app, body);
    expect(answer.statusCode).toBe(500);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toMatch(/^[^\n]+\.$/);
    expect(answer.body).not.toContain(PASSWORD);
    const problem = await login(app, body, { accept: `text/html, ${PROBLEM};q=0.9` });
    expect(problem.statusCode).toBe(status);
    expect(problem.json()).toMatchObject({ status, detail: expect.any(String), code: expect.any(String) });
  });

  test('other content types and authorization codes are refused', async () => {
    const { app } = await start();
    expect((await login(app, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' })).statusCode).toBe(500);
    const code = await app.inject({ method: 'POST', url: '/login?code=x&database_host=db' });
    expect([code.statusCode, code.body]).toEqual([500, expect.stringContaining('not available in this release')]);
  });

  test('guessing is slowed down', async () => {
    const { app } = await start();
    const wrong = { ...ann, password: 'guess' };
    for (let count = 0; count < 10; count += 1) await login(app, wrong);
    const answer = await login(app, ann);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toContain('try again in');
    expect(answer.headers['retry-after']).toBe('6');
    expect((await login(app, ann, { accept: PROBLEM })).statusCode).toBe(429);
  });
});

describe('tokens', () => {
  test.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer abc', 'Bearer undefined', 'Bearer a b'])(
    '%j: 401',
    async (header) => {
      const { app } = await start();
      const headers = header === undefined ? {} : { authorization: header };
      for (const method of ['GET', 'POST'] as const) {
        const answer = await app.inject({ method, url: '/fail/unknown', headers });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['content-type']).toContain('text/plain');
      }
    },
  );

  test('any word may stand before it', async () => {
    const { app } = await start();
    const { authorization = '' } = await authorized(app);
    for (const word of ['Bearer', 'bearer', 'Basic', 'x']) {
      const headers = { authorization: authorization.replace('Bearer', word) };
      expect((await app.inject({ url: '/hold', headers })).statusCode).toBe(200);
    }
  });

  test('expired: 401 reading, 500 writing', async () => {
    const { app } = await start({ PHARUS_TOKEN_LIFETIME: '1s' });
    const headers = await authorized(app);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await app.inject({ url: '/fail/unknown', headers })).statusCode).toBe(401);
    expect((await app.inject({ method: 'POST', url: '/fail/unknown', headers })).statusCode).toBe(500);
    const problem = { ...headers, accept: PROBLEM };
    expect((await app.inject({ method: 'POST', url: '/fail/unknown', headers: problem })).statusCode).toBe(401);
  });

  test('are looked at before the body', async () => {
    const { app } = await start();
    const url = '/schema/a/table/B/record';
    const headers = { 'content-type': 'application/json' };
    expect((await app.inject({ method: 'POST', url, headers, payload: '{bad' })).statusCode).toBe(401);
  });
});

describe('errors', () => {
  test.each([
    ['schema', 500, 500, 404, 'SchemaNotFound: There is no schema x.'],
    ['busy', 503, 500, 503, 'OverloadedError: No room.'],
    ['slow', 504, 500, 504, 'TimeoutError: Too slow.'],
    ['twice', 500, 500, 409, 'datajoint.errors.DuplicateError: It is there.'],
  ])('%s', async (name, reading, writing, truly, text) => {
    const { app } = await start();
    const url = `/fail/${name}`;
    expect(await ask(app, { url })).toMatchObject({ status: reading, type: 'text/plain', body: text });
    expect(await ask(app, { method: 'POST', url })).toMatchObject({ status: writing, type: 'text/plain', body: text });
    const problem = await ask(app, { url, headers: { accept: PROBLEM } });
    expect(problem).toMatchObject({ status: truly, type: PROBLEM });
    expect(JSON.parse(problem.body)).toMatchObject({ status: truly, detail: text.replace(/^\S+: /, '') });
  });

  test('being busy says when to come back', async () => {
    const { app } = await start();
    expect((await ask(app, { url: '/fail/busy' })).headers['retry-after']).toMatch(/^[1-5]$/);
  });

  test('details become members of a problem', async () => {
    const { app } = await start();
    const { body } = await ask(app, { url: '/fail/twice', headers: { accept: PROBLEM } });
    expect(JSON.parse(body)).toMatchObject({ code: 'DUPLICATE', error: 'DuplicateError', attribute: 'id' });
  });

  test('what nobody foresaw is told in general words and logged', async () => {
    const { app } = await start();
    const answer = await ask(app, { url: '/fail/unknown' });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toMatch(/SELECT|passwd/);
    expect(logged).toContain('request failed unexpectedly');
  });
});

describe('addresses and methods', () => {
  test('unknown ones', async () => {
    const { app } = await start();
    expect((await app.inject({ url: '/nope' })).statusCode).toBe(404);
    expect((await app.inject({ url: '/version/' })).statusCode).toBe(404);
    const wrong = await app.inject({ method: 'PUT', url: '/schema/a/table/B/record' });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'DELETE, GET, HEAD, PATCH, POST, OPTIONS']);
    const options = await app.inject({ method: 'OPTIONS', url: '/version' });
    expect([options.statusCode, options.body, options.headers.allow]).toEqual([200, '', 'GET, HEAD, OPTIONS']);
    const head = await app.inject({ method: 'HEAD', url: '/version' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  test('long names and bad escapes', async () => {
    const { app } = await start();
    const long = `/schema/${'x'.repeat(1025)}/table`;
    expect((await ask(app, { url: long })).status).toBe(414);
    expect((await ask(app, { url: '/schema/%zz/table' })).status).toBe(500);
    expect((await ask(app, { url: '/schema/%zz/table', headers: { accept: PROBLEM } })).status).toBe(400);
    expect((await ask(app, { method: 'POST', url: `${long}/T/record` })).status).toBe(500);
  });

  test.each(['', '/api'])("the server's own address, with the prefix %j, says where to go", async (prefix) => {
    const { app } = await start({ PHARUS_PREFIX: prefix });
    for (const url of ['/', `${prefix}/`, prefix || '/?x']) {
      const { statusCode, headers, body } = await app.inject({ url });
      expect([statusCode, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
      expect(JSON.parse(body)).toMatchObject({ docs: `${prefix}/docs`, version: `${prefix}/version` });
    }
    expect((await app.inject({ url: '/', headers: { accept: PROBLEM } })).json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('everything moves under the prefix', async () => {
    const { app } = await start({ PHARUS_PREFIX: '/api' });
    expect((await app.inject({ url: '/api/version' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/version' })).statusCode).toBe(404);
    expect((await app.inject({ url: '/api/schema' })).statusCode).toBe(401);
    expect((await app.inject({ url: '/api/openapi.json' })).json()).toMatchObject({ servers: [{ url: '/api' }] });
  });

  test('only known hosts are answered for', async () => {
    const { app } = await start({ PHARUS_PUBLIC_HOSTS: 'lab.example.org' });
    const status = async (host: string) => (await app.inject({ url: '/version', headers: { host } })).statusCode;
    for (const host of ['localhost:5000', '127.0.0.1:5000', '[::1]:5000', 'LAB.example.org', 'lab.example.org:8080']) {
      expect(await status(host), host).toBe(200);
    }
    for (const host of ['evil.example', 'lab.example.org.evil.example', 'localhost.evil.example', '10.0.0.1']) {
      expect(await status(host), host).toBe(421);
    }
  });

  test('every answer carries its security headers, and nobody is let in from other origins', async () => {
    const { app } = await start();
    for (const url of ['/version', '/nope', '/schema', '/schema/%zz/table', '/docs']) {
      const { headers } = await app.inject({ url, headers: { origin: 'https://evil.example' } });
      expect(headers['x-content-type-options'], url).toBe('nosniff');
      expect(headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(headers['access-control-allow-origin'], url).toBeUndefined();
    }
  });

  test('configured origins are let in', async () => {
    const { app } = await start({ PHARUS_CORS_ORIGINS: 'https://lab.example.org' });
    const allowed = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'PATCH' };
      return (await app.inject({ method: 'OPTIONS', url: '/version', headers })).headers['access-control-allow-origin'];
    };
    expect(await allowed('https://lab.example.org')).toBe('https://lab.example.org');
    expect(await allowed('https://evil.example')).toBeUndefined();
    expect((await app.inject({ method: 'PUT', url: '/version' })).statusCode).toBe(405);
  });
});

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };

  test('a DELETE may announce JSON and send nothing', async () => {
    const { app } = await start();
    const answer = await ask(app, { method: 'DELETE', url: '/echo', headers: json });
    expect(answer).toMatchObject({ status: 200, body: '{"body":"undefined"}' });
  });

  test('numbers keep their digits', async () => {
    const { app } = await start();
    const answer = await ask(app, { method: 'POST', url: '/echo', headers: json, payload: '18446744073709551615' });
    expect(answer.body).toBe('{"body":"18446744073709551615"}');
  });

  test('too large, or of another type', async () => {
    const { app } = await start({ PHARUS_BODY_LIMIT: '1KiB' });
    const payload = `"${'x'.repeat(2000)}"`;
    expect((await ask(app, { method: 'POST', url: '/echo', headers: json, payload })).status).toBe(413);
    const text = { 'content-type': 'text/plain' };
    const typed = await ask(app, { method: 'POST', url: '/echo', headers: text, payload: 'x' });
    expect([typed.status, typed.body]).toEqual([415, expect.stringContaining('got one of type "text/plain".')]);
  });
});

describe('service', () => {
  test('health, description and page need no token', async () => {
    const { app } = await start();
    for (const url of [
      '/version',
      '/livez',
      '/readyz',
      '/openapi.json',
      '/docs',
      '/docs/start.js',
      '/docs/swagger-ui.css',
    ]) {
      expect((await app.inject({ url })).statusCode, url).toBe(200);
    }
  });

  test('connections are given back and closed', async () => {
    const { app, closed } = await start();
    expect((await ask(app, { url: '/hold' })).body).toBe('{"isAborted":false}');
    await app.close();
    expect(closed).toEqual(['ann']);
  });

  test('stopping lets running requests finish', async () => {
    const { app } = await start();
    const headers = await authorized(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const hasArrived = once(app.server, 'request');
    const running = fetch(`http://127.0.0.1:${port}/hold`, { headers });
    await hasArrived;
    await app.close();
    expect((await running).status).toBe(200);
  });

  test.each([
    ['no HTTP', 'GARBAGE\r\n\r\n', '400 Bad Request'],
    [
      'two lengths',
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad',
    ],
    [
      'a write with headers without end',
      `DELETE /schema/a/table/B/record?restriction=${'x'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      '500 Internal',
    ],
    ['headers without end', `GET /version HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(70_000)}`, '500 Internal'],
    ['a request without a host', 'GET /version HTTP/1.1\r\n\r\n', '400 Bad Request'],
  ])('%s is refused in one sentence', async (_name, text, status) => {
    const { app } = await start();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
  });
});

describe('spec sheet', () => {
  async function withSheet(text: string) {
    const path = join(directory, 'sheet.yaml');
    await writeFile(path, text);
    return (await start({ PHARUS_SPEC_PATH: path, S3_SECRET: PASSWORD })).app;
  }

  test('is answered with its secrets masked', async () => {
    const app = await withSheet('SciViz: {auth: {mode: database}, secret: $S3_SECRET}');
    expect((await app.inject({ url: '/spec' })).statusCode).toBe(401);
    expect(JSON.parse((await ask(app, { url: '/spec' })).body)).toEqual({ auth: { mode: 'database' }, secret: '***' });
  });

  test('none is 500 with a sentence', async () => {
    const { app } = await start();
    expect(await ask(app, { url: '/spec' })).toMatchObject({
      status: 500,
      body: expect.stringContaining('PHARUS_SPEC_PATH'),
    });
  });

  test('components are not served yet, and never take the place of another route', async () => {
    const app = await withSheet(`
SciViz:
  auth: {mode: database}
  pages: {p: {grids: {g: {type: fixed, components: {
    t: {type: table, route: /query1}, f: {type: form, route: /insert}, v: {type: table, route: /version}}}}}}
`);
    expect((await app.inject({ url: '/query1' })).statusCode).toBe(401);
    expect(await ask(app, { url: '/query1/uniques' })).toMatchObject({ status: 500, type: 'text/plain' });
    expect(await ask(app, { method: 'POST', url: '/insert' })).toMatchObject({ status: 500, type: 'text/plain' });
    expect((await app.inject({ url: '/insert' })).statusCode).toBe(405);
    expect((await app.inject({ url: '/version' })).json()).toHaveProperty('version');
  });

  test('loginless sheets are told so', async () => {
    const app = await withSheet('SciViz: {auth: {mode: none}}');
    for (const authorization of ['', 'Bearer undefined']) {
      const answer = await app.inject({ url: '/schema', headers: { authorization } });
      expect([answer.statusCode, answer.body]).toEqual([500, expect.stringContaining('without a login')]);
    }
  });

  test('a broken one keeps the server from starting', async () => {
    await expect(withSheet('SciViz: [1')).rejects.toThrow(/^PHARUS_SPEC_PATH: .*sheet\.yaml, line 1/);
  });
});

test('no log line holds a password or a token', () => {
  expect(logged).toContain('logged in');
  expect(logged).not.toContain(PASSWORD);
  expect(logged).not.toMatch(/eyJ[\w-]{20}/);
});
