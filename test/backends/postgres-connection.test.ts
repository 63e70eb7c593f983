import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthenticationError,
  CancelledError,
  type Cell,
  type ConnectOptions,
  type DriverSession,
  LostConnectionError,
  QueryError,
  type ResultSet,
  TimeoutError,
} from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresDriver } from '../../packages/datajoint/src/connection/postgres-driver.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
let options: ConnectOptions;
let session: DriverSession;

const run = async (text: string): Promise<ResultSet> => await session.execute({ text, params: [] });

const cell = async (text: string): Promise<Cell | undefined> => (await run(text)).rows[0]?.[0];

async function collect(stream: AsyncIterable<readonly (readonly Cell[])[]>): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const batch of stream) rows.push(...batch);
  return rows;
}

/** Rows enough, from nothing: about as many bytes as `count` times `width`. */
const series = (count: number, width = 1) => ({
  text: `SELECT n, repeat('x', ${width}) FROM generate_series(0, ${count - 1}) AS n`,
  params: [],
});

/** Keeps a server busy for long. */
const endless = { text: 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b', params: [] };

/** Sessions that run a statement that holds the mark. */
const running = async (mark: string): Promise<number[]> => {
  const mine = "pid <> pg_backend_pid() AND state <> 'idle'";
  const rows = await server.psql(`SELECT pid FROM pg_stat_activity WHERE ${mine} AND query LIKE '%${mark}%'`);
  return rows.split('\n').filter(Boolean).map(Number);
};

async function waitFor(what: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await delay(25)) if (await what()) return true;
  return false;
}

const outcomeOf = async (promise: Promise<unknown>): Promise<unknown> => await promise.catch((reason) => reason);

const ends = async (mark: string): Promise<boolean> =>
  await waitFor(async () => (await running(mark)).length === 0, 2000);

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password } = server;
  await server.psql('CREATE DATABASE probe');
  options = { host, port, user, password, database: 'probe' };
  session = await postgresDriver.connect(options);
  await run('CREATE TABLE value (id int PRIMARY KEY, i bigint, t text)');
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

test('a session is set up alike, whatever the database says', async () => {
  await server.psql('CREATE DATABASE odd');
  for (const setting of [
    "DateStyle = 'German, DMY'",
    "IntervalStyle = 'iso_8601'",
    'extra_float_digits = -5',
    "bytea_output = 'escape'",
    'standard_conforming_strings = off',
    "TimeZone = 'Asia/Kolkata'",
  ]) {
    await server.psql(`ALTER DATABASE odd SET ${setting}`);
  }
  const own = await postgresDriver.connect({ ...options, database: 'odd', statementTimeout: 1500 });
  const { rows } = await own.execute({
    text: `SELECT '2020-02-03'::date, '1 day 02:00'::interval, pi(), '\\x00ff'::bytea, 'a\\b',
      '2020-01-01 00:00:00+00'::timestamptz, current_setting('statement_timeout'), current_setting('application_name'),
      current_setting('client_encoding'), current_database()`,
    params: [],
  });
  expect(rows).toEqual([
    [
      '2020-02-03',
      '1 day 02:00:00',
      '3.141592653589793',
      Buffer.from([0, 255]),
      'a\\b',
      '2020-01-01 05:30:00+05:30',
      '1500ms',
      'pharus',
      'UTF8',
      'odd',
    ],
  ]);
  await own.close();
});

test('the server says who it is', async () => {
  const own = await postgresDriver.connect({ ...options, database: undefined });
  const { rows } = await own.execute({
    text: "SELECT pg_backend_pid(), current_setting('server_version'), current_database()",
    params: [],
  });
  const { product, version, sessionId, isEncrypted } = own.server;
  expect([product, isEncrypted]).toEqual(['postgresql', false]);
  expect(rows).toEqual([[String(sessionId), version, 'postgres']]);
  await own.close();
  expect(own.isUsable).toBe(false);
  await expect(own.execute(endless)).rejects.toThrow(LostConnectionError);
  expect(
    await waitFor(async () => !(await server.psql('SELECT pid FROM pg_stat_activity')).includes(`${sessionId}`), 2000),
  ).toBe(true);
});

test('the environment of the process has no say', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    PGOPTIONS: '-c statement_timeout=1',
    PGPASSWORD: options.password,
    PGUSER: options.user,
    PGSSLMODE: 'require',
    PGSSLNEGOTIATION: 'direct',
    PGAPPNAME: 'other',
    PGREPLICATION: 'database',
  });
  try {
    const own = await postgresDriver.connect(options);
    const { rows } = await own.execute({
      text: "SELECT current_setting('statement_timeout'), current_setting('application_name')",
      params: [],
    });
    expect(rows).toEqual([['0', 'pharus']]);
    await own.close();
    await expect(postgresDriver.connect({ ...options, password: '' })).rejects.toThrow(AuthenticationError);
    await expect(postgresDriver.connect({ ...options, user: '' })).rejects.toThrow(AuthenticationError);
  } finally {
    process.env = before;
  }
});

test('says how many rows were changed', async () => {
  await run('DELETE FROM value');
  const inserted = await run('INSERT INTO value (id, i) SELECT n, 1 FROM generate_series(1, 5) n');
  expect(inserted).toEqual({ columns: [], rows: [], affectedRows: 5 });
  expect((await run('UPDATE value SET i = 1 WHERE id <= 2')).affectedRows).toBe(2);
  const returned = await run('DELETE FROM value WHERE id <= 2 RETURNING id, t');
  expect(returned).toEqual({
    columns: ['id', 't'],
    rows: [
      ['1', null],
      ['2', null],
    ],
    affectedRows: 2,
  });
  expect(await run('SELECT id FROM value')).toMatchObject({ rows: [['3'], ['4'], ['5']], affectedRows: 0 });
  expect(await run('')).toEqual({ columns: [], rows: [], affectedRows: 0 });
  expect(await run('SELECT')).toEqual({ columns: [], rows: [[]], affectedRows: 0 });
});

test('one statement at a time, and no second one in its text', async () => {
  const first = run('SELECT pg_sleep(0.1)');
  await expect(run('SELECT 1')).rejects.toThrow('A session runs one statement at a time');
  await first;
  await expect(run('SELECT 1; SELECT 2')).rejects.toThrow(QueryError);
  expect(await cell('SELECT 1')).toBe('1');
});

test('copying has nothing to copy, and does not hang', async () => {
  await expect(run('COPY value FROM STDIN')).rejects.toThrow(CancelledError);
  await run('COPY (SELECT 1) TO STDOUT');
  expect(await cell('SELECT 1')).toBe('1');
});

test('a table that changes between two statements', async () => {
  await run('CREATE TABLE changing AS SELECT 1 AS a');
  expect((await run('SELECT * FROM changing')).rows).toEqual([['1']]);
  await run('ALTER TABLE changing ALTER a TYPE text, ADD b int DEFAULT 2');
  expect(await run('SELECT * FROM changing')).toMatchObject({ columns: ['a', 'b'], rows: [['1', '2']] });
});

describe('streams', () => {
  test('200,000 rows arrive in bounded batches, complete', async () => {
    let count = 0;
    let largest = 0;
    let sum = 0;
    for await (const batch of session.stream(series(200_000))) {
      count += batch.length;
      largest = Math.max(largest, batch.length);
      for (const [n] of batch) sum += Number(n);
    }
    expect([count, sum]).toEqual([200_000, (200_000 * 199_999) / 2]);
    expect(largest).toBeLessThanOrEqual(500);
    expect(await cell('SELECT 1')).toBe('1');
  });

  test('a consumer that stalls holds the query up, and memory does not grow', async () => {
    const before = process.memoryUsage();
    const rows = session.stream(series(200_000, 1003))[Symbol.asyncIterator]();
    await rows.next();
    await delay(500);
    const after = process.memoryUsage();
    const growth = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(growth).toBeLessThan(30 * 1024 * 1024);
    expect(await running('1003')).toHaveLength(1);
    let count = 0;
    for (let next = await rows.next(); next.done !== true; next = await rows.next()) count += next.value.length;
    expect(count).toBeGreaterThan(199_000);
    expect(await cell('SELECT 1')).toBe('1');
  });

  test('a consumer that stalls longer than a server may be silent is no server that is', async () => {
    const own = await postgresDriver.connect({ ...options, statementTimeout: 100_000 });
    const rows = own.stream(series(100_000, 100))[Symbol.asyncIterator]();
    await rows.next();
    await delay(50);
    expect((await collect({ [Symbol.asyncIterator]: () => rows })).length).toBeGreaterThan(99_000);
    await own.close();
  });

  test('long rows make small batches', async () => {
    const sizes: number[] = [];
    for await (const batch of session.stream(series(20, 40_000))) sizes.push(batch.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20);
  });

  test('no rows, one row, a statement that has none', async () => {
    expect(await collect(session.stream(series(0)))).toEqual([]);
    expect(await collect(session.stream(series(1)))).toEqual([['0', 'x']]);
    expect(await collect(session.stream({ text: 'UPDATE value SET i = 1', params: [] }))).toEqual([]);
    expect(await cell('SELECT 1')).toBe('1');
  });

  test('errors come as what they are, and the session lives on', async () => {
    const failing = collect(session.stream({ text: 'SELECT nope FROM value', params: [] }));
    await expect(failing).rejects.toMatchObject({ name: 'UnknownAttributeError', details: { attribute: 'nope' } });
    const late = collect(session.stream({ text: 'SELECT 1 / (5000 - n) FROM generate_series(1, 9999) n', params: [] }));
    await expect(late).rejects.toThrow('divides by zero');
    expect(await cell('SELECT 1')).toBe('1');
  });

  test('leaving early ends the query on the server', async () => {
    const own = await postgresDriver.connect(options);
    for await (const _ of own.stream(series(200_000, 1001))) break;
    expect(await ends('1001')).toBe(true);
    expect(own.isUsable).toBe(false);
  });

  test('aborting ends it too, also while the consumer stalls', async () => {
    const own = await postgresDriver.connect(options);
    const controller = new AbortController();
    const rows = own.stream(series(200_000, 1002), controller)[Symbol.asyncIterator]();
    await rows.next();
    controller.abort();
    expect(await ends('1002')).toBe(true);
    await expect(rows.next()).rejects.toThrow(CancelledError);
  });

  test('a session ended by the server on the way is an error', async () => {
    const own = await postgresDriver.connect(options);
    const rows = own.stream(series(200_000, 1004))[Symbol.asyncIterator]();
    await rows.next();
    await server.psql(`SELECT pg_terminate_backend(${own.server.sessionId})`);
    await expect(collect({ [Symbol.asyncIterator]: () => rows })).rejects.toThrow(LostConnectionError);
    expect(own.isUsable).toBe(false);
  });
});

describe('stopping', () => {
  test('an abort ends the statement on the server', async () => {
    const own = await postgresDriver.connect(options);
    const controller = new AbortController();
    const counting = outcomeOf(own.execute(endless, controller));
    expect(await waitFor(async () => (await running('100000')).length === 1, 2000)).toBe(true);
    controller.abort();
    expect(await counting).toBeInstanceOf(CancelledError);
    expect(await ends('100000')).toBe(true);
    // A late cancel would hit the next statement.
    expect(own.isUsable).toBe(false);
  });

  test('an abort at any time, also while the server plans and compiles the query', async () => {
    const stopped = Array.from({ length: 20 }, async (_, index) => {
      const own = await postgresDriver.connect(options);
      await delay(200 * index);
      return await outcomeOf(own.execute(endless, { signal: AbortSignal.timeout(index * 5) }));
    });
    for (const outcome of await Promise.all(stopped)) expect(outcome).toBeInstanceOf(TimeoutError);
    expect(await ends('100000')).toBe(true);
  });

  test('a signal that ran out of time says so', async () => {
    const own = await postgresDriver.connect(options);
    await expect(own.execute(endless, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    expect(own.isUsable).toBe(true);
    await expect(own.execute(endless, { signal: AbortSignal.timeout(100) })).rejects.toThrow(TimeoutError);
  });

  test('the server stops what runs too long', async () => {
    const own = await postgresDriver.connect({ ...options, statementTimeout: 300 });
    const started = performance.now();
    await expect(own.execute(endless)).rejects.toThrow(TimeoutError);
    expect(performance.now() - started).toBeLessThan(2000);
    expect((await own.execute(series(1))).rows).toHaveLength(1);
    await own.close();
  });

  test('a session that somebody else stops', async () => {
    const own = await postgresDriver.connect(options);
    const counting = outcomeOf(own.execute(endless));
    expect(await waitFor(async () => (await running('100000')).length === 1, 2000)).toBe(true);
    await server.psql(`SELECT pg_cancel_backend(${own.server.sessionId})`);
    // Once more, should it have come in the midst of two messages.
    await delay(500);
    await server.psql(`SELECT pg_cancel_backend(${own.server.sessionId})`);
    expect(await counting).toBeInstanceOf(CancelledError);
    expect((await own.execute(series(1))).rows).toHaveLength(1);
    await own.close();
  });

  test('an idle session that the server ends is not usable, and the process lives on', async () => {
    const own = await postgresDriver.connect(options);
    await server.psql(`SELECT pg_terminate_backend(${own.server.sessionId})`);
    expect(await waitFor(async () => !own.isUsable, 2000)).toBe(true);
    await expect(own.execute(endless)).rejects.toThrow(LostConnectionError);
  });
});
