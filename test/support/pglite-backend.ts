import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PgliteDriver, pgliteDriver } from '../../packages/datajoint/src/connection/pglite-driver.ts';
import type { DriverSession, ResultSet } from '../../packages/datajoint/src/index.ts';
import { type Backend, type ConnectedBackend, quoted } from './backend.ts';
import { embed } from './connect-to-backend.ts';
import { postgresBackend } from './postgres-backend.ts';
import { filledIn, statementsOf } from './sql-text.ts';
import type { TestServer } from './test-server.ts';

const numbers: ReadonlySet<unknown> = new Set(['smallint', 'integer', 'oid', 'real', 'double precision']);

/**
 * A database of PGlite in this process, a copy of the prepared one. The server finds it by a port on which nobody
 * listens, where it connects through `connectToBackend`.
 */
export function openPgliteBackend(server: TestServer): ConnectedBackend {
  const { user, password, directory: prepared = '' } = server;
  let opening: Promise<Opened> | undefined;
  const opened = (): Promise<Opened> => {
    opening ??= open(prepared);
    return opening;
  };
  const host = '127.0.0.1';
  const { port, release } = embed({
    connect: async (options) => (await opened()).driver.connect(options),
  });
  let session: Promise<DriverSession> | undefined;
  const query: Backend['query'] = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    session ??= opened().then(({ driver }) => driver.connect({ host, port, user, password }));
    return (await ask(await session, statementsOf(filledIn(sql, values)))) as Row[];
  };
  const backend: Backend = {
    ...postgresBackend({ ...server, host, port }, query),
    address: `postgresql://${host}:${port}`,
    createUser: async () => undefined,
    restore: (file) => Promise.reject(new Error(`PGlite reads no dumps such as ${file}.`)),
  };
  return {
    backend,
    async close() {
      release();
      if (opening === undefined) return;
      const { driver, directory } = await opening;
      await driver.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Opened {
  readonly driver: PgliteDriver;
  readonly directory: string;
}

async function open(prepared: string): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'pharus-pglite-'));
  await cp(prepared, directory, { recursive: true });
  return { driver: pgliteDriver({ dataDir: directory }), directory };
}

async function ask(session: DriverSession, statements: readonly string[]): Promise<Record<string, unknown>[]> {
  let last: ResultSet = { columns: [], rows: [], affectedRows: 0 };
  try {
    for (const text of statements) last = await session.execute({ text, params: [] });
  } catch (error) {
    // Where one was begun.
    await session.execute({ text: 'ROLLBACK', params: [] });
    throw error;
  }
  const { columns, rows } = last;
  const areNumbers = rows.length > 0 ? await whichAreNumbers(session, statements.at(-1) ?? '', columns) : [];
  return rows.map((row) =>
    Object.fromEntries(
      row.map((cell, index) => {
        if (cell instanceof Uint8Array) return [columns[index], Buffer.from(cell)];
        return [columns[index], areNumbers[index] === true && cell !== null ? Number(cell) : cell];
      }),
    ),
  );
}

/** All cells are texts. */
async function whichAreNumbers(session: DriverSession, query: string, columns: readonly string[]): Promise<boolean[]> {
  if (!/^\s*(?:SELECT|VALUES|WITH)\b/i.test(query)) return [];
  const types = columns.map((name) => `pg_typeof(q.${quoted(name)})`).join(', ');
  const { rows } = await session.execute({ text: `SELECT ${types} FROM (${query}) AS q LIMIT 1`, params: [] });
  return (rows[0] ?? []).map((type) => numbers.has(type));
}
