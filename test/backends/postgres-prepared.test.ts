import { connect, createServer, type Server } from 'node:net';
import {
  type Cell,
  Connection,
  type ConnectOptions,
  Database,
  type DriverSession,
  MissingTableError,
  postgresDialect,
  QueryError,
  type Table,
} from '@pharus/datajoint';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { postgresDriver } from '../../packages/datajoint/src/connection/postgres-driver.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { freePort } from '../support/test-server.ts';

let server: PostgresServer;
let options: ConnectOptions;
let session: DriverSession;
let database: Database;

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password } = server;
  options = { host, port, user, password };
});
afterAll(async () => await server?.stop());

beforeEach(async () => {
  await server.psql(`CREATE SCHEMA lab;
    CREATE TABLE lab.trial (trial_id int PRIMARY KEY, level real NOT NULL, note char(8) NOT NULL, day date NOT NULL)`);
  session = await postgresDriver.connect(options);
  // One session, so that what one request prepares the next one finds.
  database = new Database(
    new Connection({ ...options, dialect: postgresDialect, driver: postgresDriver, pool: { max: 1 } }),
  );
});
afterEach(async () => {
  await session.close();
  await database.close();
  await server.psql('DROP SCHEMA lab CASCADE');
});

interface Run {
  readonly params?: readonly string[];
  readonly typedBy?: string;
}

const run = async (text: string, { params = [], typedBy = 'one' }: Run = {}, by = session): Promise<Cell[][]> =>
  (await by.execute({ text, params }, { typedBy })).rows as Cell[][];

/** What a session keeps: name, statement, how often it was planned for its values, and for any. */
const kept = (by = session) =>
  run("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements WHERE name <> ''", {}, by);

const select = 'SELECT level, note FROM lab.trial WHERE trial_id = $1';

test('a statement is prepared when it comes again, and planned for its values each time', async () => {
  await server.psql("INSERT INTO lab.trial VALUES (1, 0.5, 'one', '2024-01-01')");
  for (let time = 1; time <= 24; time += 1) {
    expect(await run(select, { params: ['1'] })).toEqual([['0.5', 'one     ']]);
    const [found, ...others] = (await kept()).filter(([statement]) => statement === select);
    expect(others).toEqual([]);
    expect(found).toEqual(time === 1 ? undefined : [select, '0', String(1 + ((time - 2) % 5))]);
  }
  await run('SELECT count(*) FROM lab.trial');
  await run('SELECT count(*) FROM lab.trial');
  expect(await run('SELECT count(*) FROM lab.trial')).toEqual([['1']]);
});

test('streams and their columns', async () => {
  const text = "SELECT n, 'x' AS letter, '\\x00ff'::bytea FROM generate_series(1, 1000) AS n";
  for (let time = 0; time < 3; time += 1) {
    const rows: (readonly Cell[])[] = [];
    for await (const batch of session.stream({ text, params: [] })) rows.push(...batch);
    expect(rows.length).toBe(1000);
    expect(rows.at(-1)).toEqual(['1000', 'x', Buffer.from([0, 255])]);
    expect((await session.execute({ text, params: [] })).columns).toEqual(['n', 'letter', 'bytea']);
  }
  expect((await kept()).map(([statement]) => statement)).toContain(text);
});

test.each([
  ['a column of another type', 'ALTER TABLE lab.trial ALTER level TYPE numeric(6,2)', [['0.50', 'one     ']]],
  [
    'a column that is another one',
    'ALTER TABLE lab.trial RENAME note TO text; ALTER TABLE lab.trial ADD note int',
    [['0.5', null]],
  ],
  [
    'another table of the name',
    "DROP TABLE lab.trial; CREATE TABLE lab.trial (trial_id text, level int, note int); INSERT INTO lab.trial VALUES ('1', 2, 3)",
    [['2', '3']],
  ],
])('%s: the statement goes on', async (_, change, rows) => {
  await server.psql("INSERT INTO lab.trial VALUES (1, 0.5, 'one', '2024-01-01')");
  for (let time = 0; time < 3; time += 1) await run(select, { params: ['1'] });
  await server.psql(change);
  for (let time = 0; time < 3; time += 1) expect(await run(select, { params: ['1'] })).toEqual(rows);
  const read = async (): Promise<Cell[][]> => {
    const found: Cell[][] = [];
    for await (const batch of session.stream({ text: select, params: ['1'] }, { typedBy: 'one' })) {
      found.push(...(batch as Cell[][]));
    }
    return found;
  };
  expect(await read()).toEqual(rows);
});

test('what is no longer there is an error, said once', async () => {
  for (let time = 0; time < 3; time += 1) await run(select, { params: ['1'] });
  await server.psql('DROP TABLE lab.trial');
  for (let time = 0; time < 3; time += 1)
    await expect(run(select, { params: ['1'] })).rejects.toThrow(MissingTableError);
  expect(session.isUsable).toBe(true);
  expect(await run('SELECT 1')).toEqual([['1']]);
});

test('in a transaction, a change of what is read is no failure', async () => {
  for (let time = 0; time < 3; time += 1) await run(select, { params: ['1'] });
  await run('BEGIN');
  await run('ALTER TABLE lab.trial ALTER level TYPE double precision');
  expect(await run(select, { params: ['1'] })).toEqual([]);
  await run('COMMIT');
});

const trial = (trial_id: number, level: number, note = '') => ({ trial_id, level, note, day: '2024-01-01' });

test('values are as exact as the column that takes them is by then', async () => {
  const table = (): Promise<Table> => database.schema('lab').table('Trial', { fresh: true });
  for (let id = 0; id < 4; id += 1) await (await table()).insert([trial(id, 0.1)]);
  const at = async (restriction: string): Promise<unknown> => (await table()).restrict(restriction).length();
  for (let time = 0; time < 4; time += 1) expect(await at("note = 'x'")).toBe(0);
  await server.psql(`ALTER TABLE lab.trial ALTER level TYPE double precision, ALTER note TYPE text,
    ALTER day TYPE timestamp`);
  await (await table()).insert([{ ...trial(4, 0.1, 'x '), day: '2024-01-01 12:30:00' }]);
  expect(await server.psql('SELECT level, note, day FROM lab.trial WHERE trial_id = 4')).toBe(
    '0.1|x |2024-01-01 12:30:00',
  );
  expect(await at("note = 'x '")).toBe(1);
  expect(await at("note = 'x'")).toBe(0);
  await (await table()).update1({ trial_id: 0, level: 0.3 });
  expect(await server.psql('SELECT level FROM lab.trial WHERE trial_id = 0')).toBe('0.3');
});

test('a session that has forgotten its statements, or has others of their names, goes on without', async () => {
  for (const spoil of ['DEALLOCATE ALL', 'PREPARE pharus_2 AS SELECT 2']) {
    const own = await postgresDriver.connect(options);
    for (let time = 0; time < 2; time += 1) await run('SELECT 1', {}, own);
    await run(spoil, {}, own);
    for (const text of ['SELECT 1', "SELECT 'other'", "SELECT 'other'", "SELECT 'other'"]) {
      expect(await run(text, {}, own)).toEqual([[text === 'SELECT 1' ? '1' : 'other']]);
    }
    await own.close();
  }
});

test('an insert that fails is not made twice, and the next one is', async () => {
  await server.psql("CREATE SEQUENCE lab.count; CREATE TABLE lab.log (n int DEFAULT nextval('lab.count'), x int)");
  const insert = 'INSERT INTO lab.log (x) VALUES ($1)';
  for (const value of ['1', '2', '3']) await run(insert, { params: [value] });
  await expect(run(insert, { params: ['not one'] })).rejects.toThrow(QueryError);
  await run(insert, { params: ['4'] });
  expect(await server.psql('SELECT n, x FROM lab.log ORDER BY n')).toBe('1|1\n2|2\n3|3\n4|4');
});

/** Between a client and the server, with a number of its own for the session, as what lends sessions has. */
async function startRelay(): Promise<{ readonly port: number; readonly relay: Server }> {
  const port = await freePort();
  const relay = createServer((client) => {
    const inner = connect({ host: options.host, port: options.port });
    client.pipe(inner);
    inner.on('data', (bytes) => {
      const key = bytes.indexOf(Buffer.from([75, 0, 0, 0, 12]));
      if (key >= 0) bytes.writeUInt32BE(1, key + 5);
      client.write(bytes);
    });
    const end = (): void => {
      client.destroy();
      inner.destroy();
    };
    client.on('close', end).on('error', end);
    inner.on('close', end).on('error', end);
  });
  await new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve));
  return { port, relay };
}

test('where another program lends sessions, nothing is prepared', async () => {
  const { port, relay } = await startRelay();
  const own = await postgresDriver.connect({ ...options, port, tls: 'off' });
  for (let time = 0; time < 4; time += 1) expect(await run('SELECT 1', {}, own)).toEqual([['1']]);
  expect(await kept(own)).toEqual([]);
  await own.close();
  relay.close();
});
