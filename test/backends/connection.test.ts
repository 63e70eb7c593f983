import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthenticationError,
  CancelledError,
  type Cell,
  ConcurrencyError,
  Connection,
  type ConnectionOptions,
  DuplicateError,
  InvalidValueError,
  LostConnectionError,
  mysqlDialect,
  mysqlDriver,
  OverloadedError,
  sql,
  TimeoutError,
} from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, describeFamily } from '../support/backends.ts';

const schema = 'pharus_connection';
const table = sql.id(schema, 'value');

function connectTo(backend: Backend, options: Partial<ConnectionOptions> = {}): Connection {
  const { host, port, user, password } = backend;
  return new Connection({ host, port, user, password, dialect: mysqlDialect, ...options });
}

/** Rows enough, from nothing: about as many bytes as `count` times `width`. */
const series = (count: number, width = 1) =>
  sql`SELECT n, REPEAT('x', ${sql.integer(width)}) FROM ${sql.id(schema, 'series')} ORDER BY n LIMIT ${sql.integer(count)}`;

/** Keeps a server busy for long, without sleeping (which some servers end quietly when told to stop). */
const endless = sql`SELECT COUNT(*) FROM ${sql.id(schema, 'series')} a, ${sql.id(schema, 'series')} b WHERE a.n * b.n % 7 = 3`;

async function waitFor(what: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await delay(25)) if (await what()) return true;
  return false;
}

describeFamily('mysql', (backend) => {
  let connection: Connection;

  /** Sessions whose running statement holds the mark. */
  const running = async (mark: string): Promise<number[]> => {
    const rows = await backend.query<{ id: string }>(
      'SELECT id AS id FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()',
      [`%${mark}%`],
    );
    return rows.map(({ id }) => Number(id));
  };

  beforeAll(async () => {
    await backend.query(`DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema}`);
    await backend.query(`CREATE TABLE ${schema}.value (id int PRIMARY KEY, i bigint, u bigint unsigned, d decimal(30,10),
      f float, r double, t text CHARACTER SET utf8mb4, b longblob, fixed binary(16), bits bit(12), j json, day date,
      moment datetime(6), clock time(3), y year, place geometry, e enum('a','b')) ENGINE=InnoDB`);
    await backend.query(`CREATE TABLE ${schema}.series (n int PRIMARY KEY)`);
    await backend.query(`INSERT INTO ${schema}.series VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)`);
    for (let size = 10; size < 200_000; size *= 2) {
      await backend.query(`INSERT INTO ${schema}.series SELECT n + ${size} FROM ${schema}.series`);
    }
    connection = connectTo(backend);
  });
  afterAll(async () => {
    await connection.close();
    await backend.query(`DROP DATABASE IF EXISTS ${schema}`);
  });

  const roundTrip = async (column: string, value: string | number | bigint | Uint8Array | null): Promise<Cell> => {
    await connection.execute(sql`REPLACE INTO ${table} (id, ${sql.id(column)}) VALUES (1, ${value})`);
    const { rows } = await connection.execute(sql`SELECT ${sql.id(column)} FROM ${table} WHERE id = 1`);
    return rows[0]?.[0] as Cell;
  };

  describe('values', () => {
    test.each([
      ['i', 9223372036854775807n, '9223372036854775807'],
      ['i', -9223372036854775808n, '-9223372036854775808'],
      ['i', 0n, '0'],
      ['u', 18446744073709551615n, '18446744073709551615'],
      ['d', '12345678901234567890.0123456789', '12345678901234567890.0123456789'],
      ['f', 16777217, 16777216],
      ['f', 0.1, Math.fround(0.1)],
      ['r', 0.1, 0.1],
      ['r', 1.7976931348623157e308, 1.7976931348623157e308],
      ['day', '2020-02-29', '2020-02-29'],
      ['day', '0001-01-01', '0001-01-01'],
      ['moment', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
      ['clock', '-838:59:58.125', '-838:59:58.125'],
      ['y', 2155, 2155],
      ['e', 'b', 'b'],
      ['i', null, null],
    ] as const)('of %s: %s', async (column, value, expected) => {
      expect(await roundTrip(column, value)).toBe(expected);
    });

    test.each([
      `O'Brien "quoted" \`ticked\` \\ backslash % _ ? ; -- #`,
      "x' OR '1'='1",
      '\u0000\u001a\n\r\t',
      '😀 👩‍👩‍👧 日本語 e\u0301 \u202e',
      '',
      ' both ends ',
    ])('text %j comes back exact', async (text) => {
      expect(await roundTrip('t', text)).toBe(text);
      const { rows } = await connection.execute(sql`SELECT COUNT(*) FROM ${table} WHERE BINARY t = ${text}`);
      expect(rows).toEqual([['1']]);
    });

    test('bytes come back exact', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      expect(Uint8Array.from((await roundTrip('b', bytes)) as Uint8Array)).toEqual(bytes);
      const window = new Uint8Array(bytes.buffer, 16, 16);
      expect(Uint8Array.from((await roundTrip('fixed', window)) as Uint8Array)).toEqual(new Uint8Array(window));
    });

    test('a blob larger than a packet of the protocol comes back exact', async () => {
      const [row] = await backend.query<{ size: string }>('SELECT @@global.max_allowed_packet AS size');
      const bytes = Buffer.alloc(Math.min(20 * 1024 * 1024, Number(row?.size) - 1024), 'abc');
      expect(bytes.equals((await roundTrip('b', bytes)) as Uint8Array)).toBe(true);
    });

    test('bits and geometries are bytes, JSON is text', async () => {
      await backend.query(
        `REPLACE INTO ${schema}.value (id, bits, place, j) VALUES (1, b'101000000001', ST_GeomFromText('POINT(1 2)'), '{"a": 12345678901234567890}')`,
      );
      const { rows, columns } = await connection.execute(sql`SELECT bits, place, j FROM ${table} WHERE id = 1`);
      expect(columns).toEqual(['bits', 'place', 'j']);
      const [bits, place, json] = rows[0] as [Uint8Array, Uint8Array, string];
      expect([...bits]).toEqual([0x0a, 0x01]);
      // Four bytes of reference system, then well-known binary: little endian, a point.
      expect(Buffer.from(place).toString('hex')).toBe('000000000101000000000000000000f03f0000000000000040');
      expect(json).toBe('{"a": 12345678901234567890}');
    });

    test('what cannot be sent is refused before', async () => {
      await expect(connection.execute(sql`SELECT ${2n ** 64n}`)).rejects.toThrow(InvalidValueError);
      await expect(connection.execute(sql`SELECT ${-(2n ** 63n) - 1n}`)).rejects.toThrow(InvalidValueError);
      await expect(connection.execute(sql`SELECT ${'\ud800'}`)).rejects.toThrow(InvalidValueError);
      await expect(connection.execute(sql`SELECT ${{ id: 1 } as unknown as string}`)).rejects.toThrow();
      expect((await connection.execute(sql`SELECT ${1}`)).rows).toEqual([[1]]);
    });
  });

  test('a session is set up as DataJoint does', async () => {
    const own = connectTo(backend, { statementTimeout: 1500 });
    const { rows } = await own.execute(
      sql`SELECT @@sql_mode, @@character_set_client, @@character_set_results, @@autocommit, @@time_zone = @@global.time_zone`,
    );
    const [modes, ...others] = rows[0] as [string, ...Cell[]];
    expect(modes.split(',').sort()).toEqual([
      'ERROR_FOR_DIVISION_BY_ZERO',
      'NO_ENGINE_SUBSTITUTION',
      'NO_ZERO_DATE',
      'NO_ZERO_IN_DATE',
      'ONLY_FULL_GROUP_BY',
      'STRICT_ALL_TABLES',
    ]);
    expect(others.map(String)).toEqual(['utf8mb4', 'utf8mb4', '1', '1']);
    // MariaDB's rewriting that comes to wrong rows; MySQL has no such switch.
    const switches = (await own.execute(sql`SELECT @@optimizer_switch`)).rows[0]?.[0] as string;
    expect(/split_materialized=(\w+)/.exec(switches)?.[1]).toBe(backend.name === 'mariadb' ? 'off' : undefined);
    await own.close();
  });

  test('the server says who it is', async () => {
    const { host, port, user, password } = backend;
    const session = await mysqlDriver.connect({ host, port, user, password });
    const { rows } = await session.execute({ text: 'SELECT CONNECTION_ID(), VERSION()', params: [] });
    const { product, version, sessionId } = session.server;
    expect([String(sessionId), version]).toEqual([String(rows[0]?.[0]), rows[0]?.[1]]);
    expect(product).toBe(backend.name);
    await session.close();
    expect(session.isUsable).toBe(false);
  });

  test('says how many rows matched', async () => {
    await connection.execute(sql`REPLACE INTO ${table} (id, i) VALUES (5, 1), (6, 1)`);
    expect((await connection.execute(sql`UPDATE ${table} SET i = 1 WHERE id IN (5, 6)`)).affectedRows).toBe(2);
    expect(await connection.execute(sql`DELETE FROM ${table} WHERE id IN (5, 6)`)).toEqual({
      columns: [],
      rows: [],
      affectedRows: 2,
    });
  });

  test('runs what cannot be prepared', async () => {
    await connection.execute(sql`SET @x = 1`);
    await connection.execute(sql`CREATE TABLE ${sql.id(schema, 'odd ? name')} (a int)`);
    const { rows } = await connection.execute(sql`SHOW TABLES FROM ${sql.id(schema)} LIKE 'odd%'`);
    expect(rows).toEqual([['odd ? name']]);
    await connection.execute(sql`DROP TABLE ${sql.id(schema, 'odd ? name')}`);
  });

  test('a table that changes under a prepared statement', async () => {
    const one = connectTo(backend, { pool: { max: 1 } });
    await one.execute(sql`CREATE TABLE ${sql.id(schema, 'changing')} (a int)`);
    await one.execute(sql`INSERT INTO ${sql.id(schema, 'changing')} VALUES (1)`);
    const all = sql`SELECT * FROM ${sql.id(schema, 'changing')}`;
    expect((await one.execute(all)).rows).toEqual([[1]]);
    await one.execute(sql`ALTER TABLE ${sql.id(schema, 'changing')} MODIFY a varchar(8), ADD b int DEFAULT 2`);
    expect(await one.execute(all)).toMatchObject({ columns: ['a', 'b'], rows: [['1', 2]] });
    await one.execute(sql`DROP TABLE ${sql.id(schema, 'changing')}`);
    await one.close();
  });

  test('more different statements than a session keeps prepared', async () => {
    const one = connectTo(backend, { pool: { max: 1 } });
    for (let index = 0; index < 300; index += 1) {
      const { rows } = await one.execute(sql`SELECT ${sql.integer(index)} + ${1n}`);
      expect(String(rows[0]?.[0])).toBe(String(index + 1));
    }
    const [row] = await backend.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'");
    expect(Number(row?.Value)).toBeLessThan(600);
    await one.close();
  });

  test('long statements do not stay prepared', async () => {
    const one = connectTo(backend, { pool: { max: 1 } });
    const kept = async (): Promise<number> => {
      const { rows } = await one.execute(sql`SHOW SESSION STATUS LIKE 'Com_stmt_%'`);
      const counts = new Map(rows.map(([name, value]) => [name, Number(value)]));
      const count = (what: string): number => counts.get(`Com_stmt_${what}`) ?? 0;
      // MySQL counts it twice where a parameter is not of the type that it expected.
      return count('prepare') - count('reprepare') - count('close');
    };
    const before = await kept();
    for (let index = 1; index <= 5; index += 1) {
      const list = sql.join(Array.from({ length: 10_000 + index }, (_, item) => sql`${item}`));
      const { rows } = await one.execute(sql`SELECT COUNT(*) FROM ${sql.id(schema, 'series')} WHERE n IN (${list})`);
      expect(rows).toEqual([[String(10_000 + index)]]);
    }
    expect(await kept()).toBe(before);
    await one.close();
  });

  describe('streams', () => {
    test('200,000 rows arrive in bounded batches, complete', async () => {
      let count = 0;
      let largest = 0;
      let sum = 0;
      for await (const batch of connection.stream(series(200_000))) {
        count += batch.length;
        largest = Math.max(largest, batch.length);
        for (const [n] of batch) sum += Number(n);
      }
      expect([count, sum]).toEqual([200_000, (200_000 * 199_999) / 2]);
      expect(largest).toBeLessThanOrEqual(500);
      expect(connection.state.idle).toBe(connection.state.size);
    });

    test('a consumer that stalls holds the query up, and memory does not grow', async () => {
      const before = process.memoryUsage();
      const rows = connection.stream(series(200_000, 1000))[Symbol.asyncIterator]();
      await rows.next();
      await delay(500);
      const after = process.memoryUsage();
      const growth = after.heapUsed + after.external - before.heapUsed - before.external;
      expect(growth).toBeLessThan(30 * 1024 * 1024);
      let count = 0;
      for (let next = await rows.next(); next.done !== true; next = await rows.next()) count += next.value.length;
      expect(count).toBeGreaterThan(199_000);
    });

    test('long rows make small batches', async () => {
      const sizes: number[] = [];
      for await (const batch of connection.stream(series(20, 40_000))) sizes.push(batch.length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
    });

    test('errors come as what they are, and the session lives on', async () => {
      const read = async (): Promise<void> => {
        for await (const _ of connection.stream(sql`SELECT nope FROM ${table}`)) expect.fail();
      };
      await expect(read()).rejects.toMatchObject({ name: 'UnknownAttributeError', details: { attribute: 'nope' } });
      expect(connection.state.idle).toBe(connection.state.size);
    });

    test('leaving early ends the query on the server', async () => {
      const rows = connection.stream(series(200_000, 1001))[Symbol.asyncIterator]();
      await rows.next();
      expect(await running("REPEAT('x', 1001)")).toHaveLength(1);
      await rows.return?.(undefined);
      expect(await waitFor(async () => (await running("REPEAT('x', 1001)")).length === 0, 2000)).toBe(true);
    });

    test('aborting ends it too, also while the consumer stalls', async () => {
      const controller = new AbortController();
      const rows = connection.stream(series(200_000, 1002), controller)[Symbol.asyncIterator]();
      await rows.next();
      controller.abort();
      expect(await waitFor(async () => (await running("REPEAT('x', 1002)")).length === 0, 2000)).toBe(true);
      await expect(rows.next()).rejects.toThrow(CancelledError);
    });

    test('a session killed on the way is an error', async () => {
      const rows = connection.stream(series(200_000, 1003))[Symbol.asyncIterator]();
      await rows.next();
      const [id] = await running("REPEAT('x', 1003)");
      await backend.query(`KILL ${id}`);
      const rest = async (): Promise<void> => {
        for (let next = await rows.next(); next.done !== true; next = await rows.next());
      };
      await expect(rest()).rejects.toThrow(LostConnectionError);
    });
  });

  describe('stopping', () => {
    test('an abort ends the statement on the server', async () => {
      const controller = new AbortController();
      const started = performance.now();
      const running_ = connection.execute(endless, controller);
      expect(await waitFor(async () => (await running('% 7 = 3')).length === 1, 2000)).toBe(true);
      controller.abort();
      await expect(running_).rejects.toThrow(CancelledError);
      expect(await waitFor(async () => (await running('% 7 = 3')).length === 0, 2000)).toBe(true);
      expect(performance.now() - started).toBeLessThan(4000);
      expect((await connection.execute(sql`SELECT 'one'`)).rows).toEqual([['one']]);
    });

    test('a signal that ran out of time says so', async () => {
      await expect(connection.execute(endless, { signal: AbortSignal.timeout(100) })).rejects.toThrow(TimeoutError);
      await expect(connection.execute(endless, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    });

    test('the server stops what runs too long', async () => {
      const own = connectTo(backend, { statementTimeout: 300 });
      const started = performance.now();
      await expect(own.execute(endless)).rejects.toThrow(TimeoutError);
      expect(performance.now() - started).toBeLessThan(2000);
      // The session is as good as before.
      const { size } = own.state;
      expect((await own.execute(sql`SELECT 'one'`)).rows).toEqual([['one']]);
      expect(own.state.size).toBe(size);
      await own.close();
    });
  });

  describe('a session that was killed', () => {
    const kill = async (own: Connection): Promise<void> => {
      const { rows } = await own.execute(sql`SELECT CONNECTION_ID()`);
      await backend.query(`KILL ${rows[0]?.[0]}`);
    };

    test('is replaced for a query and for a transaction', async () => {
      const own = connectTo(backend, { pool: { max: 1 } });
      await kill(own);
      expect((await own.execute(sql`SELECT 'one'`)).rows).toEqual([['one']]);
      await kill(own);
      await own.transaction(async (transaction) => await transaction.execute(sql`SELECT 1`));
      await kill(own);
      const rows: unknown[] = [];
      for await (const batch of own.stream(sql`SELECT 'one'`)) rows.push(...batch);
      expect(rows).toEqual([['one']]);
      await own.close();
    });

    test('while its query runs, is replaced once', async () => {
      const own = connectTo(backend);
      const result = own.execute(sql`SELECT COUNT(*), SLEEP(0.5) FROM ${sql.id(schema, 'series')} WHERE n < 10`);
      await waitFor(async () => (await running('SLEEP(0.5)')).length > 0, 2000);
      const [id] = await running('SLEEP(0.5)');
      await backend.query(`KILL ${id}`);
      expect((await result).rows).toHaveLength(1);
      await own.close();
    });

    test('in a transaction ends it', async () => {
      const own = connectTo(backend);
      const inside = own.transaction(
        async (transaction) => {
          await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (70)`);
          const { rows } = await transaction.execute(sql`SELECT CONNECTION_ID()`);
          await backend.query(`KILL ${rows[0]?.[0]}`);
          await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (71)`);
        },
        { retries: 3 },
      );
      await expect(inside).rejects.toThrow(LostConnectionError);
      const left = await own.execute(sql`SELECT id FROM ${table} WHERE id IN (70, 71)`);
      expect(left.rows).toEqual([]);
      await own.close();
    });
  });

  describe('transactions', () => {
    test('are all or nothing', async () => {
      await connection.execute(sql`DELETE FROM ${table}`);
      const failing = connection.transaction(async (transaction) => {
        await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (1), (2)`);
        await transaction.execute(sql`INSERT INTO ${table} (id) VALUES (2)`);
      });
      await expect(failing).rejects.toThrow(DuplicateError);
      expect((await connection.execute(sql`SELECT id FROM ${table}`)).rows).toEqual([]);
      await connection.transaction((transaction) => transaction.execute(sql`INSERT INTO ${table} (id) VALUES (1)`));
      expect((await connection.execute(sql`SELECT id FROM ${table}`)).rows).toEqual([[1]]);
    });

    test('see one state of the database', async () => {
      await connection.transaction(async (transaction) => {
        await connection.execute(sql`REPLACE INTO ${table} (id, i) VALUES (30, 1)`);
        const { rows } = await transaction.execute(sql`SELECT id FROM ${table} WHERE id = 30`);
        expect(rows).toEqual([]);
      });
    });

    test('two that wait for each other: one is run again, both succeed', async () => {
      await connection.execute(sql`REPLACE INTO ${table} (id, i) VALUES (40, 0), (41, 0)`);
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
  });

  describe('logging in', () => {
    const users = { wrong: { password: 'not it' }, unknown: { user: 'nobody_at_all' } };
    test.each(Object.entries(users))('%s', async (_, credentials) => {
      const own = connectTo(backend, credentials);
      const outcomes = await Promise.allSettled([own.verify(), own.execute(sql`SELECT 1`)]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(AuthenticationError) });
        expect((outcome as PromiseRejectedResult).reason.message).toBe(
          'The database refused the user name or the password.',
        );
      }
      await own.close();
    });

    test.each([`:@/%?#'"\\ 😀 ${'x'.repeat(60)}`, ''])('a password of any kind: %j', async (password) => {
      const user = 'pharus_connection_user';
      await backend.query(`DROP USER IF EXISTS ${user}@'%'`);
      await backend.query(`CREATE USER ${user}@'%' IDENTIFIED BY ?`, [password]);
      for (const tls of ['off', 'preferred'] as const) {
        const own = connectTo(backend, { user, password, tls });
        await own.verify();
        await own.close();
        const wrong = connectTo(backend, { user, password: `${password}?`, tls });
        await expect(wrong.verify()).rejects.toThrow(AuthenticationError);
      }
      await backend.query(`DROP USER ${user}@'%'`);
    });

    test('more sessions than a user may have', async () => {
      const user = 'pharus_connection_few';
      await backend.query(`DROP USER IF EXISTS ${user}@'%'`);
      await backend.query(`CREATE USER ${user}@'%' IDENTIFIED BY 'few' WITH MAX_USER_CONNECTIONS 1`);
      const own = connectTo(backend, { user, password: 'few' });
      // Those of one pool wait for each other.
      const results = await Promise.all([1, 2, 3].map(() => own.execute(sql`SELECT SLEEP(0.05)`)));
      expect(results).toHaveLength(3);
      const other = connectTo(backend, { user, password: 'few' });
      await expect(other.verify()).rejects.toThrow(OverloadedError);
      await own.close();
      await other.close();
      await backend.query(`DROP USER ${user}@'%'`);
    });
  });
});
