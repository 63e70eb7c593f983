import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CancelledError,
  type Cell,
  Connection,
  Database,
  DataJointError,
  type Dialect,
  type DriverSession,
  DuplicateError,
  InvalidValueError,
  LostConnectionError,
  mysqlDialect,
  OverloadedError,
  type PgliteDriver,
  pgliteDriver,
  postgresDialect,
  QueryError,
  type ResultSet,
  sql,
  UnreachableError,
} from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../support/shared.ts';

/** Enough of a dialect for statements that are written out. */
const dialect: Dialect = {
  ...mysqlDialect,
  syntax: postgresDialect.syntax,
  startTransaction: 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ',
};

/** What the embedded database does not look at. */
const nobody = { host: 'demo', port: 0, user: 'demo', password: 'demo' };

type Value = string | number | bigint | Uint8Array | null;

async function collect(stream: AsyncIterable<readonly (readonly Cell[])[]>): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const batch of stream) rows.push(...batch);
  return rows;
}

const series = (count: number, width = 1) => ({
  text: `SELECT n, repeat('x', ${width}) FROM generate_series(0, ${count - 1}) AS n ORDER BY n`,
  params: [],
});

describe('in memory', () => {
  let driver: PgliteDriver;
  let session: DriverSession;
  let connection: Connection;
  const connectTo = (pool = {}): Connection => new Connection({ ...nobody, dialect, driver, pool });
  const run = async (text: string, params: readonly Value[] = []): Promise<ResultSet> =>
    await session.execute({ text, params });
  const cell = async (text: string, params: readonly Value[] = []): Promise<Cell | undefined> =>
    (await run(text, params)).rows[0]?.[0];
  const table = sql.id('value');
  const openCursors = async (): Promise<Cell | undefined> =>
    await cell("SELECT count(*) FROM pg_cursors WHERE name LIKE 'pharus%'");

  beforeAll(async () => {
    driver = pgliteDriver({ turnTimeout: 1500 });
    session = await driver.connect(nobody);
    connection = connectTo();
    await run(`CREATE TABLE value (id int PRIMARY KEY, i bigint, n numeric, f real, r double precision, t text, b bytea,
      flag boolean, jb jsonb, day date, moment timestamp, u uuid, a int[])`);
  });
  afterAll(async () => {
    await connection?.close();
    await driver?.close();
  });

  const roundTrip = async (column: string, value: Value): Promise<Cell | undefined> => {
    const change = `ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`;
    await run(`INSERT INTO value (id, ${column}) VALUES (1, $1) ${change}`, [value]);
    return await cell(`SELECT ${column} FROM value WHERE id = 1`);
  };

  test.each([
    ['i', 9223372036854775807n, '9223372036854775807'],
    ['n', '12345678901234567890.01234567890', '12345678901234567890.01234567890'],
    ['f', 0.1, '0.1'],
    ['r', 5e-324, '5e-324'],
    ['r', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['flag', 'true', 't'],
    ['jb', '{"b":1.10,"a":[]}', '{"a": [], "b": 1.10}'],
    ['day', '0044-03-15 BC', '0044-03-15 BC'],
    ['moment', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
    ['u', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['a', '{1,NULL,3}', '{1,NULL,3}'],
    ['i', null, null],
    ['t', '\ufeff😀 \\ \' " $1 \u0001\u001a\n\r\t ', '\ufeff😀 \\ \' " $1 \u0001\u001a\n\r\t '],
    ['t', '', ''],
  ] as const)('of %s: %s', async (column, value, expected) => {
    expect(await roundTrip(column, value)).toBe(expected);
  });

  test('bytes come back exact', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (const value of [bytes, new Uint8Array(bytes.buffer, 16, 16), new Uint8Array(0)]) {
      expect(Uint8Array.from((await roundTrip('b', value)) as Uint8Array)).toEqual(Uint8Array.from(value));
    }
    const large = Buffer.alloc(10 * 1024 * 1024, 'abc');
    expect(large.equals((await roundTrip('b', large)) as Uint8Array)).toBe(true);
  });

  test('what cannot be sent is refused before, what is wrong by the database', async () => {
    await expect(run('SELECT $1', ['a\0b'])).rejects.toThrow(InvalidValueError);
    await expect(run('SELECT $1::int', ['x'])).rejects.toThrow(InvalidValueError);
    await expect(run('SELECT 1; SELECT 2')).rejects.toThrow(QueryError);
    await expect(run('SELECT nope FROM value')).rejects.toMatchObject({ details: { attribute: 'nope' } });
    expect(await cell('SELECT 1')).toBe('1');
  });

  test('says who it is, and how many rows were changed', async () => {
    expect(session.server).toMatchObject({ product: 'postgresql', isEncrypted: false });
    expect(session.server.version).toBe(await cell('SHOW server_version'));
    await run('DELETE FROM value');
    expect(await run('INSERT INTO value (id) SELECT * FROM generate_series(1, 5)')).toEqual({
      columns: [],
      rows: [],
      affectedRows: 5,
    });
    const returned = await run('DELETE FROM value WHERE id <= 2 RETURNING id, t');
    expect(returned).toEqual({
      columns: ['id', 't'],
      rows: [
        ['1', null],
        ['2', null],
      ],
      affectedRows: 2,
    });
  });

  test('streams arrive in bounded batches, complete', async () => {
    let count = 0;
    let largest = 0;
    for await (const batch of session.stream(series(20_000))) {
      count += batch.length;
      largest = Math.max(largest, batch.length);
    }
    expect(count).toBe(20_000);
    expect(largest).toBeLessThanOrEqual(500);
    const sizes: number[] = [];
    for await (const batch of session.stream(series(100, 40_000))) sizes.push(batch.length);
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(2);
    expect(await collect(session.stream(series(0)))).toEqual([]);
    expect(await collect(session.stream({ text: 'SELECT $1::int + 1', params: [1n] }))).toEqual([['2']]);
    expect(await collect(session.stream({ text: 'SHOW server_encoding', params: [] }))).toEqual([['UTF8']]);
    await delay(20);
    expect(await openCursors()).toBe('0');
  });

  test('streams that fail, are left or aborted leave nothing behind', async () => {
    await expect(collect(session.stream({ text: 'SELECT nope', params: [] }))).rejects.toThrow(QueryError);
    for await (const _ of session.stream(series(1000))) break;
    const controller = new AbortController();
    const rows = session.stream(series(1000), controller)[Symbol.asyncIterator]();
    await rows.next();
    controller.abort();
    await expect(rows.next()).rejects.toThrow(CancelledError);
    const other = await driver.connect(nobody);
    const others = other.stream(series(1000))[Symbol.asyncIterator]();
    await others.next();
    other.destroy();
    await expect(others.next()).rejects.toThrow(LostConnectionError);
    await delay(20);
    expect(await openCursors()).toBe('0');
    expect(session.isUsable).toBe(true);
  });

  test('a consumer that stalls stalls nobody else', async () => {
    const rows = connection.stream(sql`SELECT * FROM generate_series(1, 5000)`)[Symbol.asyncIterator]();
    await rows.next();
    await connection.execute(sql`DELETE FROM ${table}`);
    await connection.execute(sql`INSERT INTO ${table} (id) VALUES (1)`);
    expect((await collect({ [Symbol.asyncIterator]: () => rows })).length).toBeGreaterThan(4900);
  });

  test('transactions are all or nothing, and nobody sees into them', async () => {
    await connection.execute(sql`DELETE FROM ${table}`);
    const failing = connection.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (1), (2)`);
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (2)`);
    });
    await expect(failing).rejects.toThrow(DuplicateError);
    expect((await connection.execute(sql`SELECT id FROM ${table}`)).rows).toEqual([]);
    let counting: Promise<ResultSet> | undefined;
    await connection.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (1)`);
      counting = session.execute({ text: 'SELECT count(*) FROM value', params: [] });
      await delay(20);
      expect(await collect(transaction.stream(sql`SELECT id FROM ${table}`))).toEqual([['1']]);
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (2)`);
    });
    expect((await counting)?.rows).toEqual([['2']]);
    const passing = connection.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (3)`);
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (3)`).catch(() => undefined);
    });
    await expect(passing).rejects.toThrow('The transaction was undone');
  });

  test('a transaction that waits for what waits for it is ended, with a clear sentence', async () => {
    const started = performance.now();
    const waiting = connection.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (90)`);
      await connection.execute(sql`SELECT 1`);
    });
    await expect(waiting).rejects.toThrow(OverloadedError);
    await expect(waiting).rejects.toThrow('does one thing at a time');
    expect(performance.now() - started).toBeLessThan(3000);
    expect((await connection.execute(sql`SELECT id FROM ${table} WHERE id = 90`)).rows).toEqual([]);
  });

  test('who gives up waiting leaves the queue', async () => {
    await connection.transaction(async (transaction) => {
      await transaction.execute(sql`SELECT 1`);
      const signal = AbortSignal.timeout(20);
      await expect(session.execute({ text: 'SELECT 1', params: [] }, { signal })).rejects.toThrow(DataJointError);
    });
    expect(await cell('SELECT 1')).toBe('1');
  });

  test('a session that is dropped in a transaction undoes it and lets the others', async () => {
    const other = await driver.connect(nobody);
    await other.execute({ text: 'BEGIN', params: [] });
    await other.execute({ text: 'INSERT INTO value (id) VALUES (80)', params: [] });
    const waiting = cell('SELECT count(*) FROM value WHERE id = 80');
    other.destroy();
    expect(await waiting).toBe('0');
    await expect(other.execute({ text: 'SELECT 1', params: [] })).rejects.toThrow(LostConnectionError);
  });

  test('a hundred at once, reads, writes, transactions and streams, all right', async () => {
    const own = connectTo({ max: 50 });
    await own.execute(sql`DELETE FROM ${table}`);
    await own.execute(sql`INSERT INTO ${table} (id, i) VALUES (0, 0)`);
    const one = async (index: number): Promise<void> => {
      if (index % 4 === 0) {
        await own.transaction(async (transaction) => {
          const { rows } = await transaction.execute(sql`SELECT i FROM ${table} WHERE id = 0`);
          await delay(1);
          await transaction.execute(sql`UPDATE ${table} SET i = ${BigInt(String(rows[0]?.[0])) + 1n} WHERE id = 0`);
        });
      } else if (index % 4 === 1) {
        await own.execute(sql`INSERT INTO ${table} (id) VALUES (${BigInt(index)})`);
      } else if (index % 4 === 2) {
        expect(await collect(own.stream(sql`SELECT * FROM generate_series(1, 100)`))).toHaveLength(100);
      } else {
        expect((await own.execute(sql`SELECT ${BigInt(index)}::int`)).rows).toEqual([[String(index)]]);
      }
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => one(index)));
    const { rows } = await own.execute(sql`SELECT max(i), count(*) FROM ${table}`);
    expect(rows).toEqual([['25', '26']]);
    await own.close();
  });
});

test('a fault of the database itself is told, and nothing hangs', async () => {
  const driver = pgliteDriver();
  const session = await driver.connect(nobody);
  const run = async (text: string): Promise<ResultSet> => await session.execute({ text, params: [] });
  await run('CREATE TABLE t (a int)');
  await expect(run('COPY t FROM STDIN')).rejects.toThrow(QueryError);
  await run('CREATE FUNCTION endless(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN endless($1 + 1); END $$');
  await expect(run('SELECT endless(1)')).rejects.toThrow(LostConnectionError);
  expect(session.isUsable).toBe(false);
  await expect(driver.connect(nobody)).rejects.toThrow('The embedded database failed');
  await driver.close();
});

describe('in a directory', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'pharus-pglite-')), 'data');
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(join(directory, '..'), { recursive: true, force: true });
  });

  /** Runs a body in another process, with a session of the directory; answers once it prints. */
  const elsewhere = async (
    body: string,
    { prepare = 'undefined' } = {},
  ): Promise<{ readonly child: ChildProcess; readonly said: string }> => {
    const module = join(repositoryRoot, 'packages/datajoint/dist/connection/pglite-driver.js');
    const script = `
      import { pgliteDriver } from ${JSON.stringify(module)};
      const driver = pgliteDriver({ dataDir: ${JSON.stringify(directory)}, prepare: ${prepare} });
      try {
        const session = await driver.connect({});
        const run = (text) => session.execute({ text, params: [] });
        ${body}
      } catch (error) {
        console.log(error.name + ': ' + error.message);
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const said = await new Promise<string>((resolve) => {
      child.stdout.setEncoding('utf8').once('data', resolve);
      child.once('exit', () => resolve(''));
    });
    return { child, said };
  };
  const stay = "console.log('ready'); setInterval(() => undefined, 1000);";
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  };

  test('is made, used by one process at a time, and survives kill -9 of it', async () => {
    const first = await elsewhere(`await run('CREATE TABLE t (a int)'); await run('INSERT INTO t VALUES (1)');
      await run('BEGIN'); await run('INSERT INTO t VALUES (2)'); ${stay}`);
    expect(first.said.trim()).toBe('ready');

    const own = pgliteDriver({ dataDir: directory });
    const connecting = own.connect(nobody);
    await expect(connecting).rejects.toThrow(UnreachableError);
    await expect(connecting).rejects.toThrow(`Another process (${first.child.pid}) uses this data directory already`);

    await kill(first.child);
    expect(existsSync(join(directory, 'lock'))).toBe(true);
    const session = await own.connect(nobody);
    expect((await session.execute({ text: 'SELECT a FROM t', params: [] })).rows).toEqual([['1']]);

    const second = await elsewhere(stay);
    expect(second.said.trim()).toBe(
      `UnreachableError: Another process (${process.pid}) uses this data directory already, and the embedded database takes one at a time. Stop it, or choose another directory.`,
    );
    const here = pgliteDriver({ dataDir: directory });
    await expect(here.connect(nobody)).rejects.toThrow('This process uses this data directory already');

    await session.execute({ text: 'INSERT INTO t VALUES (3)', params: [] });
    await own.close();
    expect(session.isUsable).toBe(false);
    expect(existsSync(join(directory, 'lock'))).toBe(false);
    await expect(own.connect(nobody)).rejects.toThrow(LostConnectionError);

    const again = await here.connect(nobody);
    expect((await again.execute({ text: 'SELECT a FROM t ORDER BY a', params: [] })).rows).toEqual([['1'], ['3']]);
    await here.close();
  });

  test('is made anew where it was killed while it was made', async () => {
    directory = join(directory, '..', 'other');
    const first = await elsewhere(stay, {
      prepare: `async (driver) => {
        const session = await driver.connect({});
        await session.execute({ text: 'CREATE TABLE half (a int)', params: [] });
        console.log('half made');
        await new Promise(() => undefined);
      }`,
    });
    expect(first.said.trim()).toBe('half made');
    await kill(first.child);
    await rm(join(directory, 'database.new', 'global'), { recursive: true });
    const driver = pgliteDriver({
      dataDir: directory,
      prepare: async (own) => {
        const session = await own.connect(nobody);
        await session.execute({ text: 'CREATE TABLE whole (a int)', params: [] });
      },
    });
    const session = await driver.connect(nobody);
    const tables = { text: "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", params: [] };
    expect((await session.execute(tables)).rows).toEqual([['whole']]);
    await driver.close();
  });

  test('that cannot be made is told, and is made when it can', async () => {
    directory = join(directory, '..', 'third');
    const failing = pgliteDriver({ dataDir: directory, prepare: () => Promise.reject(new Error('no laboratory')) });
    await expect(failing.connect(nobody)).rejects.toThrow('no laboratory');
    await failing.close();
    const driver = pgliteDriver({ dataDir: directory });
    const session = await driver.connect(nobody);
    expect((await session.execute({ text: 'SELECT 1', params: [] })).rows).toEqual([['1']]);
    await driver.close();
  });
});

test('a role declares, fills, changes and drops a pipeline', async () => {
  const driver = pgliteDriver({ role: 'demo' });
  const database = new Database(new Connection({ ...nobody, dialect: postgresDialect, driver }));
  const lab = await database.createSchema('lab');
  const kinds = "kind : enum('it''s; a', 'b')";
  const subject = await lab.declare('Subject', `subject : int16\n---\n${kinds}\n`);
  await lab.declare('Scan', `-> Subject\n---\n${kinds}\nimage : <blob>\n`, { tier: 'computed' });
  await subject.insert([
    { subject: 1, kind: "it's; a" },
    { subject: 2, kind: 'b' },
  ]);
  const scan = await lab.table('Scan');
  await scan.insert([{ subject: 2, kind: 'b', image: [1, 2] }], { allowDirectInsert: true });
  await (await lab.jobs('Scan')).insert([{ subject: 1, status: 'error', priority: 5 }]);
  await subject.update1({ subject: 1, kind: 'b' });
  const [whole] = await subject.restrict({ subject: 2 }).delete();
  expect(whole?.count).toBe(1);
  expect(await scan.length()).toBe(0);
  await scan.drop();
  await lab.drop();
  expect(await database.schemas()).toEqual([]);
  await database.close();
  await driver.close();
});

test('a role makes schemas, and gets nowhere else', async () => {
  const driver = pgliteDriver({ role: 'Demo "1"' });
  const session = await driver.connect(nobody);
  const run = async (text: string): Promise<ResultSet> => await session.execute({ text, params: [] });
  expect((await run('SELECT session_user, current_user')).rows).toEqual([['Demo "1"', 'Demo "1"']]);
  await run('CREATE SCHEMA lab');
  await run("CREATE TYPE lab.sex AS ENUM ('F', 'M')");
  await run('CREATE TABLE lab.subject (id int PRIMARY KEY, sex lab.sex)');
  const enumType =
    "DO 'BEGIN CREATE TYPE lab.kind AS ENUM (''a'', ''it''''s; x''); EXCEPTION WHEN duplicate_object THEN NULL; END'";
  await run(enumType);
  await run(enumType);
  await run("COMMENT ON TABLE lab.subject IS 'animals'");
  await run("INSERT INTO lab.subject VALUES (1, 'F')");
  await run('ALTER TABLE lab.subject ADD COLUMN born date');
  const refused = [
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    'SELECT * FROM pg_authid',
    "SELECT set_config('session_authorization', 'postgres', false)",
    "WITH a AS (SELECT set_config('session_authorization', 'postgres', false)) SELECT * FROM a",
    "UPDATE pg_settings SET setting = 'postgres' WHERE name = 'session_authorization'",
    'SET SESSION AUTHORIZATION postgres',
    '/* ours */ SET SESSION AUTHORIZATION postgres',
    'RESET SESSION AUTHORIZATION',
    'SET ROLE postgres',
    'DISCARD ALL',
    'DO $$ BEGIN SET SESSION AUTHORIZATION postgres; END $$',
    "DO 'BEGIN CREATE TYPE lab.a AS ENUM (); SET SESSION AUTHORIZATION postgres; EXCEPTION WHEN others THEN NULL; END'",
    "DO 'BEGIN CREATE TYPE lab.a AS ENUM (''x''); EXCEPTION WHEN others THEN RESET ALL; END'",
    "DO 'BEGIN DROP TYPE lab.a; RESET ALL; EXCEPTION WHEN others THEN NULL; END'",
    "CREATE OR REPLACE FUNCTION lab.out() RETURNS void LANGUAGE plpgsql AS 'BEGIN RESET ALL; END'",
    "CREATE FUNCTION lab.out() RETURNS void LANGUAGE sql AS 'SET SESSION AUTHORIZATION postgres'",
    'CREATE FUNCTION lab.out() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RESET ALL; END $$',
    "CREATE FUNCTION lab.out() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
    'CREATE PROCEDURE lab.out() BEGIN ATOMIC SELECT 1; END',
    "COPY lab.subject TO PROGRAM 'id'",
    "COPY lab.subject TO '/tmp/subject'",
    "COPY lab.subject FROM '/etc/passwd'",
    "ALTER SYSTEM SET archive_command = 'id'",
    'ALTER ROLE "Demo ""1""" SUPERUSER',
    'GRANT postgres TO "Demo ""1"""',
    'CREATE TABLE public.t (a int)',
    "SELECT lo_import('/etc/passwd')",
  ];
  for (const text of refused) await expect(run(text), text).rejects.toThrow(QueryError);
  expect((await run('SELECT session_user, current_user')).rows).toEqual([['Demo "1"', 'Demo "1"']]);
  expect((await run('SELECT id, sex FROM lab.subject')).rows).toEqual([['1', 'F']]);
  await driver.close();
});
