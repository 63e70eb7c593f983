import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, openGateway, tablePath } from '../backends/gateway.ts';
import { connectBackend } from '../support/backends.ts';
import { mysqlServer } from './mysql-server.ts';
import { startServe } from './serve-process.ts';

const database = mysqlServer();
const { backend, close } = connectBackend(database);

describe('the server on the wire', () => {
  let gateway: Gateway;
  let port: number;
  const record = tablePath('nothing', 'Nothing');

  beforeAll(async () => {
    gateway = await openGateway({
      environment: { PHARUS_CORS_ORIGINS: 'https://lab.example.org' },
    });
    const address = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    port = Number(new URL(address).port);
  });
  afterAll(async () => {
    await gateway?.close();
    await close();
  });

  /** Sends bytes and answers what comes back until the server closes, or nothing more comes. */
  const raw = (bytes: string | Buffer, patience = 1500): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      const done = (): void => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(patience, done);
      socket.on('data', (data) => {
        answer += data.toString('latin1');
      });
      socket.on('error', done);
      socket.on('close', done);
    });
  const isAlive = async (): Promise<void> => {
    const start = performance.now();
    expect((await fetch(`http://127.0.0.1:${port}/version`)).status).toBe(200);
    expect(performance.now() - start).toBeLessThan(500);
  };
  const connections = async (): Promise<number> => {
    const [row] = await backend.query<{ n: string }>(
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'root' AND command <> 'Daemon'",
    );
    return Number(row?.n);
  };

  // The connections counted are those of all: another test's may come in between, but not every time.
  test('what needs no database opens none, however often it is asked', { retry: 3 }, async () => {
    const before = await connections();
    const asked = ['/version', '/livez', '/readyz', '/openapi.json', '/docs', '/nothing', '/schema'].flatMap((path) =>
      Array.from({ length: 100 }, () => gateway.ask('GET', path, { headers: { authorization: 'Bearer x.y.z' } })),
    );
    const options = Array.from({ length: 100 }, () => gateway.ask('OPTIONS', record));
    gateway.statements.length = 0;
    const statuses = new Set((await Promise.all([...asked, ...options])).map(({ status }) => status));
    for (const status of statuses) expect([200, 204, 401, 404]).toContain(status);
    expect(gateway.statements).toEqual([]);
    expect(await connections()).toBeLessThanOrEqual(before + 1);
  });

  test('what is no HTTP, or too much of it, is refused and the server lives on', async () => {
    const host = 'Host: localhost\r\n';
    const refused: readonly (readonly [string, RegExp])[] = [
      ['\u0000\u0001\u0002\r\n\r\n', /^HTTP\/1\.1 400 /],
      ['GET / HTTP/9.9\r\n\r\n', /^HTTP\/1\.1 (?:400|505) /],
      [`GET /version HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 (?:400|421) /],
      [`GET /${'x'.repeat(10_000_000)} HTTP/1.1\r\n${host}\r\n`, /^(?:HTTP\/1\.1 4(?:14|31) .*)?/],
      [`GET /version HTTP/1.1\r\n${host}X: ${'x'.repeat(200_000)}\r\n\r\n`, /^HTTP\/1\.1 500 /],
      [`GET /version HTTP/1.1\r\n${host}${'X-A: b\r\n'.repeat(10_000)}\r\n`, /^HTTP\/1\.1 (?:200|500) /],
      [
        `POST /login HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n`,
        /^HTTP\/1\.1 400 /,
      ],
      [`POST /login HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, /^HTTP\/1\.1 400 /],
      [`POST /login HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`, /^HTTP\/1\.1 400 /],
      [`TRACE /version HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, /^HTTP\/1\.1 40[0-9] /],
      [
        `GET http://evil.example.org/version HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n`,
        /^HTTP\/1\.1 (?:404|421) /,
      ],
      [`GET /version HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 421 /],
      [`GET /%zz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, /^HTTP\/1\.1 (?:400|500) /],
    ];
    for (const [bytes, expected] of refused) {
      const answer = await raw(bytes);
      expect.soft(answer.slice(0, 200), bytes.slice(0, 60)).toMatch(expected);
      expect.soft(answer).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
      await isAlive();
    }
    const both = await raw(
      `GET /version HTTP/1.1\r\n${host}\r\nGET /livez HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    );
    expect(both.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  test('ten megabytes, or a million levels, keep nobody else waiting', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pharus-large-'));
    const server = startServe({ PHARUS_PORT: '0', PHARUS_DATA_DIR: directory, PHARUS_BODY_LIMIT: '32MiB' });
    const url = await server.url;
    const send = (path: string, body: string, bearer = ''): Promise<Response> =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}` },
        body,
      });
    const { host, user: username, password } = backend;
    const login = await send(
      '/login',
      JSON.stringify({ databaseAddress: `${host}:${backend.port}`, username, password }),
    );
    const { jwt } = (await login.json()) as { jwt: string };
    const one = { id: 1, name: 'a name of some length', value: 1.25, note: 'x'.repeat(40) };
    const large = JSON.stringify({ records: Array.from({ length: 100_000 }, () => one) });
    expect(large.length).toBeGreaterThan(9_000_000);
    const deep = [1000, 1_000_000].map((levels) => `{"records":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    for (const body of [large, ...deep, `{"records":[${'{"a":'.repeat(100_000)}`]) {
      let isDone = false;
      const sent = send(record, body, jwt).finally(() => {
        isDone = true;
      });
      let longest = 0;
      while (!isDone) {
        const start = performance.now();
        expect((await fetch(`${url}/livez`)).status).toBe(200);
        longest = Math.max(longest, performance.now() - start);
      }
      const answer = await sent;
      expect([answer.status, (await answer.text()).length < 500]).toEqual([500, true]);
      // A fifth of a second where the machine does nothing else.
      expect(longest, body.slice(0, 20)).toBeLessThan(1000);
    }
    server.kill();
    expect(await server.ended).toBe(0);
    await rm(directory, { recursive: true, force: true });
  });

  test('origins that are not named get no leave to read, and every answer its security headers', async () => {
    const paths = ['/version', '/schema', '/nothing', record];
    for (const path of paths) {
      for (const origin of ['https://evil.example.org', 'null', 'https://lab.example.org.evil.org']) {
        for (const method of ['GET', 'OPTIONS'] as const) {
          const { headers } = await gateway.ask(method, path, {
            headers: { origin, 'access-control-request-method': 'POST' },
          });
          expect([undefined, 'https://lab.example.org']).toContain(headers['access-control-allow-origin']);
          expect(headers['access-control-allow-credentials']).toBeUndefined();
        }
      }
      const { headers } = await gateway.ask('GET', path, { headers: { origin: 'https://lab.example.org' } });
      expect(headers['access-control-allow-origin']).toBe('https://lab.example.org');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': expect.stringMatching(/no-store|no-cache/),
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    }
    const login = await gateway.ask('POST', '/login', { body: {} });
    expect(login.headers['cache-control']).toBe('no-store');
  });

  test('those who send slowly are dropped, and meanwhile others are served', async () => {
    const slow = Array.from({ length: 200 }, () =>
      raw('POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Slow:', 14_000),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let round = 0; round < 20; round += 1) await isAlive();
    const answers = await Promise.all(slow);
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 408 '))).toHaveLength(200);
  });
});
