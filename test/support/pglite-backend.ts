import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PgliteDriver, pgliteDriver } from '../../packages/datajoint/src/connection/pglite-driver.ts';
import type { DriverSession, ResultSet } from '../../packages/datajoint/src/index.ts';
import { type Backend, type ConnectedBackend, quoted } from './backend.ts';
import { embed } from './connect-to-backend.ts';
import { postgresBackend } from './postgres-backend.ts';
import { type CopiedRows, piecesOfDump } from './postgres-dump.ts';
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
  const query: Backend['query'] = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    const { driver } = await opened();
    const session = await driver.connect({ host, port, user, password });
    try {
      return (await ask(session, statementsOf(filledIn(sql, values)))) as Row[];
    } finally {
      await session.close();
    }
  };
  const backend: Backend = {
    ...postgresBackend({ ...server, host, port }, query),
    address: `postgresql://${host}:${port}`,
    createUser: async () => undefined,
    restore: async (file) => {
      for await (const piece of piecesOfDump(file)) {
        if (typeof piece === 'string') await query(piece);
        else await insertCopied((await opened()).driver, piece);
      }
      // A dump sets it to nothing, for the session that all others share.
      await query('RESET search_path');
    },
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

async function insertCopied(driver: PgliteDriver, { target, rows }: CopiedRows): Promise<void> {
  const session = await driver.connect({ host: '', port: 0, user: '', password: '' });
  for (let start = 0; start < rows.length; start += 200) {
    const some = rows.slice(start, start + 200);
    const params = some.flat();
    const values = some.map(
      (row, index) => `(${row.map((_, place) => `$${index * row.length + place + 1}`).join(', ')})`,
    );
    await session.execute({ text: `INSERT INTO ${target} VALUES ${values.join(', ')}`, params });
  }
  await session.close();
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
