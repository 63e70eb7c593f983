import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/test-server.ts';
import { mysqlServer } from './mysql-server.ts';
import { type ServeProcess, startServe } from './serve-process.ts';

const database = mysqlServer();

let directory: string;
const running: ServeProcess[] = [];

const start = (environment: Record<string, string> = {}, flags: readonly string[] = []): ServeProcess => {
  const server = startServe({ PHARUS_PORT: '0', PHARUS_DATA_DIR: directory, ...environment }, flags);
  running.push(server);
  return server;
};
const login = async (url: string): Promise<string> => {
  const { host, port, user, password } = database;
  const body = JSON.stringify({ databaseAddress: `${host}:${port}`, username: user, password });
  const answer = await fetch(`${url}/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  const { jwt } = (await answer.json()) as { jwt: string };
  return jwt;
};
const get = (url: string, token: string, signal: AbortSignal | null = null): Promise<Response> =>
  fetch(url, { headers: { Authorization: `Bearer ${token}` }, signal });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pharus-serve-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.kill('SIGKILL');
    await server.ended;
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('listens on the loopback interface, on the port it was given, and says how to use it', async () => {
  const port = await freePort();
  const server = start({ PHARUS_PORT: String(port) });
  expect(await server.url).toBe(`http://127.0.0.1:${port}`);
  expect(server.stdout()).toContain(`curl -s http://127.0.0.1:${port}/login`);
  expect(server.stdout()).toContain('/docs');
  const version = (await (await fetch(`http://127.0.0.1:${port}/version`)).json()) as { version: string };
  expect(server.stdout()).toContain(`Pharus ${version.version} is ready`);
  expect((await get(`http://127.0.0.1:${port}/schema`, await login(`http://127.0.0.1:${port}`))).status).toBe(200);
});

test('takes flags, which win over the environment', async () => {
  const server = start({ PHARUS_PREFIX: '/wrong' }, ['--prefix', '/api', '--port', '0']);
  const url = await server.url;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);
  expect((await fetch(`${url}/version`)).status).toBe(200);
  expect((await fetch(url.replace('/api', '/version'))).status).toBe(404);
  expect((await get(`${url}/schema`, await login(url))).status).toBe(200);
});

test('refuses to be reached from elsewhere without a list of databases, and prints the line to add', async () => {
  for (const listen of ['0.0.0.0', '192.0.2.1']) {
    const server = start({ PHARUS_LISTEN: listen, PHARUS_DATABASE_HOSTS: '' });
    expect(await server.ended).toBe(1);
    expect(server.stderr()).toContain(`PHARUS_LISTEN is "${listen}"`);
    expect(server.stderr()).toMatch(/^ {4}PHARUS_DATABASE_HOSTS=\S+$/m);
    expect(server.stdout()).toBe('');
  }
  const [, line = ''] = /^ {4}(PHARUS_DATABASE_HOSTS)=/m.exec(running[0]?.stderr() ?? '') ?? [];
  const allowed = start({ PHARUS_LISTEN: '0.0.0.0', [line]: 'db.example.org:3306' });
  const url = await allowed.url;
  const { host, port, user, password } = database;
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/problem+json' },
    body: JSON.stringify({ databaseAddress: `${host}:${port}`, username: user, password }),
  });
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('HOST_NOT_ALLOWED')]);
});

test('names what is wrong with its settings, all at once, and ends', async () => {
  const server = start({
    PHARUS_PORT: '70000',
    PHARUS_DATABASE_TLS: 'maybe',
    PHARUS_TOKEN_LIFETIME: 'long',
    PHARUS_PREFIX: 'a b',
  });
  expect(await server.ended).toBe(1);
  for (const name of ['PHARUS_PORT', 'PHARUS_DATABASE_TLS', 'PHARUS_TOKEN_LIFETIME', 'PHARUS_PREFIX']) {
    expect(server.stderr()).toMatch(new RegExp(`^${name}: expected .*, got `, 'm'));
  }
  expect(server.stderr()).not.toMatch(/\bat .*:\d+:\d+/);
  // Text that would be code or an option somewhere is only text.
  for (const value of ["'+process.exit(7)+'", '__proto__']) {
    const odd = start({ PHARUS_PORT: value, PHARUS_POOL_MAX: value, PHARUS_DATABASE_HOSTS: value });
    expect(await odd.ended).toBe(1);
    expect(odd.stderr()).toContain('PHARUS_PORT: expected');
  }
});

test('names variables it does not know, with the nearest one it does', async () => {
  const server = start({ PHARUS_PROT: '1', PHARUS_DATABASE_HOST: 'x', DJ_SOMETHING: 'x' });
  await server.url;
  await expect
    .poll(server.stderr)
    .toMatch(/PHARUS_DATABASE_HOST is not a setting.*did you mean PHARUS_DATABASE_HOSTS\?/);
  expect(server.stderr()).toMatch(/PHARUS_PROT is not a setting.*did you mean PHARUS_PORT\?/);
  expect(server.stderr()).not.toContain('DJ_SOMETHING');
});

test('says so where its port is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const server = start({ PHARUS_PORT: String(port) });
  expect(await server.ended).toBe(1);
  expect(server.stderr()).toMatch(new RegExp(`port ${port}: another program listens there already; .*PHARUS_PORT`));
  expect(server.stderr()).not.toMatch(/\bat .*:\d+:\d+|EADDRINUSE/);
  await new Promise((resolve) => other.close(resolve));
});

test('keeps its key for its user alone, and its tokens through a restart', async () => {
  const data = join(directory, 'keys');
  const first = start({ PHARUS_DATA_DIR: data });
  const token = await login(await first.url);
  const files = await readdir(data);
  expect(files).toHaveLength(1);
  for (const file of files) {
    expect((await stat(join(data, file))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(data, file), 'utf8')).toContain('PRIVATE KEY');
  }
  first.kill();
  expect(await first.ended).toBe(0);

  const second = start({ PHARUS_DATA_DIR: data });
  const url = await second.url;
  expect((await get(`${url}/schema`, token)).status).toBe(200);
  // Another server of the same key reads them, one with another key does not.
  const pem = await readFile(join(data, files[0] ?? ''), 'utf8');
  const replica = start({
    PHARUS_PRIVATE_KEY: pem.replaceAll('\n', '\\n'),
    PHARUS_DATA_DIR: join(directory, 'unused'),
  });
  expect((await get(`${await replica.url}/schema`, token)).status).toBe(200);
  const stranger = start({ PHARUS_DATA_DIR: join(directory, 'stranger') });
  expect((await get(`${await stranger.url}/schema`, token)).status).toBe(401);
  expect(await readdir(directory)).not.toContain('unused');
});

test('ends in good order when told to: what runs finishes, nothing new is taken', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const server = start();
    const url = await server.url;
    const token = await login(url);
    const schema = 'pharus_serve_slow';
    const { createConnection } = await import('mysql2/promise');
    const { host, port, user, password } = database;
    const admin = await createConnection({ host, port, user, password, multipleStatements: true });
    await admin.query(`DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema};
      CREATE VIEW ${schema}.slow AS SELECT SLEEP(1.5) AS id`);
    const slow = get(`${url}/schema/${schema}/table/Slow/record`, token);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const told = performance.now();
    server.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(fetch(`${url}/version`)).rejects.toThrow();
    const answer = await slow;
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"totalCount":1')]);
    expect(await server.ended).toBe(0);
    expect(performance.now() - told).toBeLessThan(8000);
    await admin.query(`DROP DATABASE ${schema}`);
    await admin.end();
  }
});

test('a second signal ends it at once', async () => {
  const server = start();
  const url = await server.url;
  const hanging = fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: new ReadableStream(),
    duplex: 'half',
  } as RequestInit).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.kill();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const told = performance.now();
  server.kill();
  expect(await server.ended).not.toBeNull();
  expect(performance.now() - told).toBeLessThan(2000);
  await hanging;
});
