import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pgliteDriver } from '../../../packages/datajoint/src/index.ts';
import type { BenchDatabase } from '../database.ts';
import { statements } from './data.ts';

const login = { databaseAddress: 'demo', username: 'demo', password: 'demo' };

/** A directory with the demo of pharus, which holds the pipeline in place of the laboratory, and a copy for the floor. */
export async function makePgliteDatabase(): Promise<BenchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'pharus-bench-'));
  const dataDir = join(directory, 'demo');
  const copy = join(directory, 'floor');
  const driver = pgliteDriver({
    dataDir,
    role: login.username,
    async prepare(made) {
      const session = await made.connect({ host: 'demo', port: 0, user: login.username, password: '' });
      for (const text of statements) await session.execute({ text, params: [] });
      await session.close();
    },
  });
  await (await driver.connect({ host: 'demo', port: 0, user: login.username, password: '' })).close();
  await driver.close();
  const path = join(dataDir, 'database');
  const database = await PGlite.create({ dataDir: path });
  await database.exec('VACUUM ANALYZE');
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
  await database.close();
  await cp(path, copy, { recursive: true });
  return {
    name: 'pglite',
    version: `PGlite (PostgreSQL ${rows[0]?.server_version}) inside of each server`,
    login,
    pids: [],
    settings: { PHARUS_DATA_DIR: directory },
    floor: { dataDir: copy },
    statements: async () => Number.NaN,
    addSchema: async () => {
      throw new Error('The embedded database is made with its tables.');
    },
    addReader: async () => login,
    stop: () => rm(directory, { recursive: true, force: true }),
  };
}
