import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pgliteDriver } from '../../packages/datajoint/src/connection/pglite-driver.ts';
import { repositoryRoot } from './shared.ts';
import type { TestServer } from './test-server.ts';

const cache = join(repositoryRoot, 'node_modules/.cache/pharus-pglite');

/**
 * An empty database of PGlite, of which tests use copies: to make one takes seconds, to open one a moment. It is kept
 * from run to run, by PGlite's version.
 */
export async function preparePglite(): Promise<TestServer> {
  const manifest = await readFile(join(repositoryRoot, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const directory = join(cache, version);
  if (!existsSync(directory)) await make(directory);
  const host = 'the process of each test file';
  return { product: 'pglite', version, host, port: 0, user: 'postgres', password: '', directory };
}

async function make(directory: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(join(cache, 'making-'));
  const driver = pgliteDriver({ dataDir: making });
  const session = await driver.connect({ host: '', port: 0, user: '', password: '' });
  await session.close();
  await driver.close();
  // Another run may have been faster.
  await rename(making, directory).catch(() => rm(making, { recursive: true }));
}
