import {
  type Cell,
  type DriverSession,
  InvalidRestriction,
  InvalidValueError,
  QueryError,
  type ResultSet,
} from '@pharus/datajoint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresDriver } from '../../packages/datajoint/src/connection/postgres-driver.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

type Value = string | number | bigint | Uint8Array | null;

let server: PostgresServer;
let session: DriverSession;

const run = async (text: string, params: readonly Value[] = []): Promise<ResultSet> =>
  await session.execute({ text, params });

const cell = async (text: string, params: readonly Value[] = []): Promise<Cell | undefined> =>
  (await run(text, params)).rows[0]?.[0];

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password } = server;
  session = await postgresDriver.connect({ host, port, user, password });
  await run("CREATE TYPE mood AS ENUM ('a', 'b')");
  await run('CREATE DOMAIN bytes AS bytea');
  await run(`CREATE TABLE value (id int PRIMARY KEY, i bigint, n numeric, f real, r double precision, t text, b bytea,
    db bytes, flag boolean, j json, jb jsonb, day date, moment timestamp, zoned timestamptz, clock time, span interval,
    u uuid, m mood, a int[], ba bytea[], net inet)`);
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

const roundTrip = async (column: string, value: Value): Promise<Cell | undefined> => {
  await run(
    `INSERT INTO value (id, ${column}) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`,
    [value],
  );
  return await cell(`SELECT ${column} FROM value WHERE id = 1`);
};

test.each([
  ['i', 9223372036854775807n, '9223372036854775807'],
  ['i', -9223372036854775808n, '-9223372036854775808'],
  ['i', 5, '5'],
  ['n', 18446744073709551615n, '18446744073709551615'],
  ['n', '12345678901234567890.01234567890', '12345678901234567890.01234567890'],
  ['n', 'NaN', 'NaN'],
  ['f', 0.1, '0.1'],
  ['f', 16777217, '1.6777216e+07'],
  ['r', 0.1, '0.1'],
  ['r', -0, '-0'],
  ['r', 1.7976931348623157e308, '1.7976931348623157e+308'],
  ['r', 5e-324, '5e-324'],
  ['r', Number.NaN, 'NaN'],
  ['r', Number.NEGATIVE_INFINITY, '-Infinity'],
  ['flag', 'true', 't'],
  ['flag', 0n, 'f'],
  ['j', '{"a": 12345678901234567890, "a": 1}', '{"a": 12345678901234567890, "a": 1}'],
  ['jb', '{"b":1.10,"a":[]}', '{"a": [], "b": 1.10}'],
  ['day', '0001-01-01', '0001-01-01'],
  ['day', '0044-03-15 BC', '0044-03-15 BC'],
  ['moment', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
  ['moment', 'infinity', 'infinity'],
  ['clock', '23:59:59.000001', '23:59:59.000001'],
  ['span', '1 year 2 days 03:04:05.678901', '1 year 2 days 03:04:05.678901'],
  ['u', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['m', 'b', 'b'],
  ['a', '{1,NULL,3}', '{1,NULL,3}'],
  ['net', '10.0.0.0/8', '10.0.0.0/8'],
  ['i', null, null],
] as const)('of %s: %s', async (column, value, expected) => {
  expect(await roundTrip(column, value)).toBe(expected);
});

test.each([
  `O'Brien "quoted" \`ticked\` \\ backslash \\x41 % _ ? $1 ; -- #`,
  "x' OR '1'='1",
  '\u0001\u001a\n\r\t',
  '\ufeff😀 👩‍👩‍👧 日本語 e\u0301 \u202e',
  '',
  ' both ends ',
])('text %j comes back exact', async (text) => {
  expect(await roundTrip('t', text)).toBe(text);
  expect(await cell('SELECT count(*) FROM value WHERE t = $1', [text])).toBe('1');
});

test('bytes come back exact, of a domain as well', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const window = new Uint8Array(bytes.buffer, 16, 16);
  for (const column of ['b', 'db']) {
    for (const value of [bytes, window, new Uint8Array(0)]) {
      const answer = await roundTrip(column, value);
      expect(answer).toBeInstanceOf(Uint8Array);
      expect(Uint8Array.from(answer as Uint8Array)).toEqual(Uint8Array.from(value));
    }
  }
  expect(await roundTrip('ba', '{"\\\\x00ff"}')).toBe('{"\\\\x00ff"}');
});

test('a large blob comes back exact', async () => {
  const bytes = Buffer.alloc(40 * 1024 * 1024, 'abc');
  expect(bytes.equals((await roundTrip('b', bytes)) as Uint8Array)).toBe(true);
});

test('bytes are never taken for the binary form of another type', async () => {
  await expect(roundTrip('i', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1))).rejects.toThrow(InvalidValueError);
  await expect(roundTrip('u', new Uint8Array(16))).rejects.toThrow(InvalidValueError);
});

test('what cannot be sent is refused before', async () => {
  for (const value of [2n ** 64n, -(2n ** 63n) - 1n, '\ud800', 'a\0b']) {
    await expect(run('SELECT $1', [value])).rejects.toThrow(InvalidValueError);
  }
  await expect(run('SELECT $1', [{ id: 1 } as unknown as string])).rejects.toThrow(TypeError);
  await expect(run('SELECT 1 AS "a\0b"')).rejects.toThrow(QueryError);
  const many = Array.from({ length: 65_536 }, () => 1n);
  await expect(run(`SELECT ${many.map((_, index) => `$${index + 1}`).join()}`, many)).rejects.toThrow(
    InvalidRestriction,
  );
  expect(await cell('SELECT $1', ['one'])).toBe('one');
  expect(session.isUsable).toBe(true);
});

test('as many parameters as the protocol counts', async () => {
  const many = Array.from({ length: 65_535 }, (_, index) => BigInt(index));
  const list = many.map((_, index) => `($${index + 1}::int)`).join();
  expect(await cell(`SELECT sum(x) FROM (VALUES ${list}) AS v (x)`, many)).toBe(String((65_535 * 65_534) / 2));
});
