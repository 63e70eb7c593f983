import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CancelledError,
  Connection,
  type Driver,
  LostConnectionError,
  type PgliteDriver,
  pgliteDriver,
  postgresDialect,
  sql,
  TimeoutError,
  type Transaction,
} from '@pharus/datajoint';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

const nobody = { host: 'embedded', port: 0, user: 'postgres', password: '' };

/** More rows than can be counted in a day. */
const endless = sql`SELECT count(*) FROM generate_series(1, 1000000) AS a, generate_series(1, 1000000) AS b`;
const table = sql.id('value');

/** A copy of the prepared database. */
const prepared = inject('servers').pglite.server?.directory;

describe.runIf(prepared !== undefined)('a statement that does not end', () => {
  let directory: string;
  let driver: PgliteDriver;
  let connection: Connection;
  const connectTo = (options: { readonly statementTimeout?: number; readonly driver?: Driver } = {}): Connection =>
    new Connection({ ...nobody, dialect: postgresDialect, driver, ...options });
  const ids = async (): Promise<unknown[]> => {
    const { rows } = await connection.execute(sql`SELECT id FROM ${table} ORDER BY id`);
    return rows.map(([id]) => id);
  };
  const insert = (id: bigint) => sql`INSERT INTO ${table} (id) VALUES (${id})`;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pharus-pglite-'));
    await cp(prepared as string, directory, { recursive: true });
    driver = pgliteDriver({ dataDir: directory });
    connection = connectTo();
    await connection.execute(sql`CREATE TABLE ${table} (id int PRIMARY KEY)`);
    await connection.execute(insert(1n));
  });
  afterEach(async () => {
    await driver.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('keeps nothing else of the process waiting, and is stopped after its time', async () => {
    const limited = connectTo({ statementTimeout: 1000 });
    const stopping = expect(limited.execute(endless)).rejects.toThrow(TimeoutError);
    let beats = 0;
    const timer = setInterval(() => {
      beats += 1;
    }, 10);
    const after = ids();
    await stopping;
    clearInterval(timer);
    expect(beats).toBeGreaterThan(20);
    expect(await after).toEqual(['1']);
    await limited.execute(insert(2n));
    expect(await ids()).toEqual(['1', '2']);
  });

  test('is stopped soon after it was given up; what ends by itself is not', async () => {
    const quick = new AbortController();
    const counting = connection.execute(sql`SELECT count(*) FROM generate_series(1, 200000)`, quick);
    await delay(1);
    quick.abort();
    await counting.catch((error: unknown) => expect(error).toBeInstanceOf(CancelledError));
    const leaving = new AbortController();
    const stopping = expect(connection.execute(endless, leaving)).rejects.toThrow(CancelledError);
    await delay(50);
    const left = performance.now();
    leaving.abort();
    await stopping;
    expect(performance.now() - left).toBeLessThan(5000);
    expect(await ids()).toEqual(['1']);
  });

  test('keeps nobody who gives up while the database is opened again', async () => {
    await expect(connectTo({ statementTimeout: 200 }).execute(endless)).rejects.toThrow(TimeoutError);
    await expect(connection.execute(endless, { signal: AbortSignal.timeout(5) })).rejects.toThrow(TimeoutError);
    expect(await ids()).toEqual(['1']);
  });

  test('undoes its transaction, whose other statements are not run alone', async () => {
    const limited = connectTo({ statementTimeout: 1000 });
    let open: Transaction | undefined;
    const running = limited.transaction(async (transaction) => {
      open = transaction;
      await transaction.execute(insert(2n));
      await expect(transaction.execute(endless)).rejects.toThrow(TimeoutError);
      await transaction.execute(insert(3n));
    });
    await expect(running).rejects.toThrow(LostConnectionError);
    expect(open?.isOpen).toBe(false);
    expect(await ids()).toEqual(['1']);
  });

  test('does not keep a transaction whose session is dropped', async () => {
    const session = await driver.connect(nobody);
    await session.execute({ text: 'BEGIN', params: [] });
    await session.execute({ text: 'INSERT INTO value (id) VALUES (2)', params: [] });
    const running = session.execute(endless.toStatement(postgresDialect.syntax));
    const failing = expect(running).rejects.toThrow();
    await delay(50);
    session.destroy();
    expect(await ids()).toEqual(['1']);
    await failing;
  });

  test('ends the streams of others with an error', async () => {
    const rows = connection.stream(sql`SELECT n FROM generate_series(1, 100000) AS n`)[Symbol.asyncIterator]();
    await rows.next();
    await expect(connectTo({ statementTimeout: 500 }).execute(endless)).rejects.toThrow(TimeoutError);
    const drain = async (): Promise<void> => {
      for (let next = await rows.next(); next.done !== true; ) next = await rows.next();
    };
    await expect(drain()).rejects.toThrow(LostConnectionError);
  });

  test('does not keep the database from being closed', async () => {
    const running = expect(connection.execute(endless)).rejects.toThrow(LostConnectionError);
    await delay(50);
    await driver.close();
    await running;
  });
});
