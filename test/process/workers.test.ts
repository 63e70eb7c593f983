import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/test-server.ts';
import { mysqlServer } from './mysql-server.ts';
import { type ServeProcess, startServe } from './serve-process.ts';

const schema = 'pharus_workers';
const database = mysqlServer();
const { host, port, user, password } = database;

let directory: string;
let server: ServeProcess | undefined;

const start = (environment: Record<string, string> = {}): ServeProcess => {
  server = startServe({ PHARUS_PORT: '0', PHARUS_DATA_DIR: directory, PHARUS_WORKERS: '2', ...environment });
  return server;
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Each over a connection of its own, so that they go to the workers in turn. */
function ask(url: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: new Agent({ keepAlive: false }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const login = (url: string, credentials: Record<string, string> = {}): Promise<Answer> =>
  ask(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/problem+json' },
    body: JSON.stringify({ databaseAddress: `${host}:${port}`, username: user, password, ...credentials }),
  });

const tokenOf = ({ text }: Answer): string => (JSON.parse(text) as { jwt: string }).jwt;
const get = (url: string, token: string): Promise<Answer> =>
  ask(url, { headers: { Authorization: `Bearer ${token}` } });
const times = <T>(count: number, run: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, run));

/** The processes that a process has started. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
}

/** Processor time of a process, in seconds; the clock of `/proc` ticks a hundred times in one. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number) as [number, number];
  return (user + system) / 100;
}

async function workersOf({ pid }: ServeProcess, count: number): Promise<readonly number[]> {
  await expect.poll(() => childrenOf(pid).length, { timeout: 20_000 }).toBe(count);
  return childrenOf(pid);
}

/** Once all workers answer: the metrics of all are there only then. */
async function whenAllServe(url: string): Promise<void> {
  const workers = async (): Promise<number> => {
    const { text } = await ask(`${url}/metrics`);
    return Number(/^pharus_database_sessions_max (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  await expect.poll(workers, { timeout: 20_000 }).toBe(100);
}

const slowRecord = (url: string): string => `${url}/schema/${schema}/table/Slow/record`;

async function admin(sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection({ host, port, user, password, multipleStatements: true });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pharus-workers-'));
  await admin(`DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema};
    CREATE VIEW ${schema}.slow AS SELECT SLEEP(1.5) AS id`);
});
afterEach(async () => {
  server?.kill('SIGKILL');
  await server?.ended;
  server = undefined;
});
afterAll(async () => {
  await admin(`DROP DATABASE ${schema}`);
  await rm(directory, { recursive: true, force: true });
});

test('several processes answer at one port, with one key, one count of failed logins and one sheet of metrics', async () => {
  const running = start();
  const url = await running.url;
  expect(running.stdout().match(/is ready at/g)).toHaveLength(1);
  await workersOf(running, 2);
  await whenAllServe(url);

  const token = tokenOf(await login(url));
  expect((await times(12, () => get(`${url}/schema`, token))).map(({ status }) => status)).toEqual(Array(12).fill(200));

  const count = async (): Promise<number> => {
    const { text } = await ask(`${url}/metrics`);
    const pattern =
      /^pharus_http_request_duration_seconds_count\{method="GET",route="\/version",status="200"\} (\d+)$/m;
    return Number(pattern.exec(text)?.[1] ?? 0);
  };
  await times(20, () => ask(`${url}/version`));
  expect(await count()).toBe(20);
  const { text } = await ask(`${url}/metrics`);
  expect(text).not.toMatch(/ NaN$/m);
  const processor = Number(/^process_cpu_seconds_total (.*)$/m.exec(text)?.[1]);
  const used = (await workersOf(running, 2)).map(processorSeconds).reduce((sum, seconds) => sum + seconds);
  expect(processor / used).toBeGreaterThan(0.8);
  expect(processor / used).toBeLessThan(1.2);

  const wrong = { username: 'nobody', password: 'wrong' };
  for (let attempt = 0; attempt < 10; attempt += 1) expect((await login(url, wrong)).status).not.toBe(429);
  expect((await times(8, () => login(url, wrong))).map(({ status }) => status)).toEqual(Array(8).fill(429));
});

test('together they hold no more database sessions than one would', async () => {
  const running = start({ PHARUS_POOL_MAX: '4', PHARUS_POOL_SLOW: '4', PHARUS_POOL_WAIT: '20s' });
  const url = await running.url;
  await whenAllServe(url);
  const token = tokenOf(await login(url));
  const answers = times(16, () => get(slowRecord(url), token));
  let most = 0;
  const watch = setInterval(() => {
    void admin(`SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%${schema}%.%slow%'
      AND id <> CONNECTION_ID()`).then(([row]) => {
      most = Math.max(most, Number(row?.n));
    });
  }, 100);
  expect((await answers).map(({ status }) => status)).toEqual(Array(16).fill(200));
  clearInterval(watch);
  expect(most).toBeGreaterThan(2);
  expect(most).toBeLessThanOrEqual(4);
});

test('one that is killed is replaced, ever later where it happens again, and the others go on', async () => {
  const running = start();
  const url = await running.url;
  const token = tokenOf(await login(url));
  for (const wait of [100, 200]) {
    await whenAllServe(url);
    const [victim] = await workersOf(running, 2);
    process.kill(victim as number, 'SIGKILL');
    await expect.poll(running.stderr).toContain(`"wait":${wait},`);
    expect((await times(6, () => get(`${url}/schema`, token))).map(({ status }) => status)).toEqual(Array(6).fill(200));
  }
  await whenAllServe(url);
  await workersOf(running, 2);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s to all of them ends all in good order', async (signal) => {
  const running = start();
  const url = await running.url;
  await whenAllServe(url);
  const token = tokenOf(await login(url));
  const workers = await workersOf(running, 2);
  const slow = times(2, () => get(slowRecord(url), token));
  await new Promise((resolve) => setTimeout(resolve, 600));
  // As a terminal and a unit of systemd do.
  for (const pid of [running.pid, ...workers]) process.kill(pid, signal);
  for (const { status, text } of await slow) expect([status, text]).toEqual([200, expect.stringContaining('records')]);
  expect(await running.ended).toBe(0);
  expect(workers.filter((pid) => childrenOf(pid).length > 0)).toEqual([]);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a signal while they start ends them, too', async () => {
  for (const patience of [300, 1000, 2000]) {
    const running = start();
    await new Promise((resolve) => setTimeout(resolve, patience));
    const workers = childrenOf(running.pid);
    running.kill();
    await running.ended;
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }
});

test('what keeps them from serving is said once', async () => {
  const demo = start({ PHARUS_DATABASE_HOSTS: 'demo' });
  expect(await demo.ended).toBe(1);
  expect(demo.stderr()).toMatch(/^PHARUS_WORKERS: expected 1 beside the demo.*PHARUS_DATABASE_HOSTS/);
  const few = start({ PHARUS_POOL_MAX: '1' });
  expect(await few.ended).toBe(1);
  expect(few.stderr()).toMatch(
    /^PHARUS_WORKERS: expected at most 1, the database sessions of PHARUS_POOL_MAX.*got 2\./,
  );

  const taken = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(taken, '127.0.0.1', resolve));
  const blocked = start({ PHARUS_PORT: String(taken) });
  expect(await blocked.ended).toBe(1);
  expect(blocked.stderr().match(/another program listens there already/g)).toHaveLength(1);
  expect(blocked.stdout()).toBe('');
  await new Promise((resolve) => other.close(resolve));
});
