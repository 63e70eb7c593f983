import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthenticationError,
  type Cell,
  ConcurrencyError,
  Connection,
  type ConnectOptions,
  DataJointError,
  type Dialect,
  DuplicateError,
  LostConnectionError,
  mysqlDialect,
  OverloadedError,
  postgresDialect,
  sql,
} from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresDriver } from '../../packages/datajoint/src/connection/postgres-driver.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

/** Enough of a dialect for statements that are written out. */
const dialect: Dialect = {
  ...mysqlDialect,
  syntax: postgresDialect.syntax,
  startTransaction: 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ',
};

let server: PostgresServer;
let options: ConnectOptions;

async function collect(stream: AsyncIterable<readonly (readonly Cell[])[]>): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const batch of stream) rows.push(...batch);
  return rows;
}

async function waitFor(what: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await delay(25)) if (await what()) return true;
  return false;
}

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password } = server;
  await server.psql('CREATE DATABASE probe');
  options = { host, port, user, password, database: 'probe' };
  await server.psql('CREATE TABLE value (id int PRIMARY KEY, i bigint)', 'probe');
});
afterAll(async () => await server?.stop());

describe('a connection', () => {
  let connection: Connection;
  const connectTo = (more: Partial<ConnectOptions> = {}, pool = {}): Connection =>
    new Connection({ ...options, ...more, dialect, driver: postgresDriver, pool });
  const table = sql.id('value');

  beforeAll(() => {
    connection = connectTo();
  });
  afterAll(async () => await connection.close());

  test('transactions are all or nothing', async () => {
    await connection.execute(sql`DELETE FROM ${table}`);
    const failing = connection.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (1), (2)`);
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (2)`);
    });
    await expect(failing).rejects.toThrow(DuplicateError);
    expect((await connection.execute(sql`SELECT id FROM ${table}`)).rows).toEqual([]);
    await connection.transaction((transaction) => transaction.execute(sql`INSERT INTO ${table} (id) VALUES (${1n})`));
    expect((await connection.execute(sql`SELECT id FROM ${table}`)).rows).toEqual([['1']]);
  });

  test('a failure that was passed over undoes the transaction, and that is told', async () => {
    const passing = connection.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (60)`);
      await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (60)`).catch(() => undefined);
    });
    await expect(passing).rejects.toThrow('The transaction was undone');
    expect((await connection.execute(sql`SELECT id FROM ${table} WHERE id = 60`)).rows).toEqual([]);
    expect(connection.state.idle).toBe(connection.state.size);
  });

  test('two that wait for each other: one is run again, both succeed', async () => {
    await connection.execute(sql`INSERT INTO ${table} (id, i) VALUES (40, 0), (41, 0)`);
    let met = 0;
    let conflicts = 0;
    const add = (first: bigint, second: bigint): Promise<void> =>
      connection.transaction(
        async (transaction) => {
          try {
            await transaction.execute(sql`UPDATE ${table} SET i = i + 1 WHERE id = ${first}`);
            met += 1;
            await waitFor(async () => met >= 2, 2000);
            await transaction.execute(sql`UPDATE ${table} SET i = i + 1 WHERE id = ${second}`);
          } catch (error) {
            if (error instanceof ConcurrencyError) conflicts += 1;
            throw error;
          }
        },
        { retries: 3 },
      );
    await Promise.all([add(40n, 41n), add(41n, 40n)]);
    expect(conflicts).toBeGreaterThan(0);
    const { rows } = await connection.execute(sql`SELECT i FROM ${table} WHERE id IN (40, 41)`);
    expect(rows).toEqual([['2'], ['2']]);
  });

  test('a session that was ended is replaced for a query and for a transaction', async () => {
    const own = connectTo({}, { max: 1 });
    const end = async (): Promise<void> => {
      const { rows } = await own.execute(sql`SELECT pg_backend_pid()`);
      await server.psql(`SELECT pg_terminate_backend(${rows[0]?.[0]})`);
    };
    await end();
    expect((await own.execute(sql`SELECT 'one'`)).rows).toEqual([['one']]);
    await end();
    await own.transaction(async (transaction) => await transaction.execute(sql`SELECT 1`));
    await end();
    expect(await collect(own.stream(sql`SELECT 'one'`))).toEqual([['one']]);
    await own.close();
  });

  test('a session ended in a transaction ends it', async () => {
    const inside = connection.transaction(
      async (transaction) => {
        await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (70)`);
        const { rows } = await transaction.execute(sql`SELECT pg_backend_pid()`);
        await server.psql(`SELECT pg_terminate_backend(${rows[0]?.[0]})`);
        await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (71)`);
      },
      { retries: 3 },
    );
    await expect(inside).rejects.toThrow(LostConnectionError);
    expect((await connection.execute(sql`SELECT id FROM ${table} WHERE id IN (70, 71)`)).rows).toEqual([]);
  });

  test('many at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 90 }, (_, index) => connection.execute(sql`SELECT ${BigInt(index)}::int, pg_sleep(0.01)`)),
    );
    expect(results.map(({ rows }) => Number(rows[0]?.[0]))).toEqual(Array.from({ length: 90 }, (_, index) => index));
    expect(connection.state.size).toBeLessThanOrEqual(10);
  });
});

describe('logging in', () => {
  test.each([
    ['a wrong password', { password: 'not it' }],
    ['an unknown user', { user: 'nobody_at_all' }],
    ['no password', { password: '' }],
  ])('%s', async (_, credentials) => {
    const error: unknown = await postgresDriver.connect({ ...options, ...credentials }).catch((reason) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((error as Error).message).toBe('The database refused the user name or the password.');
  });

  test('an unknown database', async () => {
    const error: unknown = await postgresDriver.connect({ ...options, database: 'nope' }).catch((reason) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((error as Error).message).toBe('The server has no database of this name. Check the address.');
  });

  test.each([`:@/%?#'"\\ 😀 ${'x'.repeat(60)}`, 'ﬁnal\u00a0äa\u0308'])(
    'a password of any kind: %j',
    async (password) => {
      await server.psql('DROP ROLE IF EXISTS ann');
      await server.psql(`CREATE ROLE ann LOGIN PASSWORD '${password.replaceAll("'", "''")}'`);
      for (const tls of ['off', 'preferred'] as const) {
        const own = await postgresDriver.connect({ ...options, user: 'ann', password, tls });
        await own.close();
        const wrong = postgresDriver.connect({ ...options, user: 'ann', password: `${password}?`, tls });
        await expect(wrong).rejects.toThrow(AuthenticationError);
      }
    },
  );

  test('a user who may not come in, or only once', async () => {
    await server.psql("CREATE ROLE locked NOLOGIN PASSWORD 'x'");
    await expect(postgresDriver.connect({ ...options, user: 'locked', password: 'x' })).rejects.toThrow(
      AuthenticationError,
    );
    await server.psql("CREATE ROLE once LOGIN CONNECTION LIMIT 1 PASSWORD 'x'");
    const own = await postgresDriver.connect({ ...options, user: 'once', password: 'x' });
    await expect(postgresDriver.connect({ ...options, user: 'once', password: 'x' })).rejects.toThrow(OverloadedError);
    await own.close();
    await server.psql('CREATE DATABASE private');
    await server.psql('REVOKE CONNECT ON DATABASE private FROM public');
    await expect(
      postgresDriver.connect({ ...options, user: 'once', password: 'x', database: 'private' }),
    ).rejects.toThrow(DataJointError);
  });
});
