import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadStores, type Stores } from '../../../packages/datajoint/src/index.ts';
import type { PythonSession } from '../python-session.ts';
import type { Setting } from './pipeline.ts';

/** A directory as the store `main`, for both libraries. */
export interface SharedStore {
  readonly stores: Stores;
  remove(): Promise<void>;
}

/** Makes a store of a directory, and has the library know it. */
export async function shareStore(python: PythonSession, { generation }: Setting): Promise<SharedStore> {
  const directory = await mkdtemp(join(tmpdir(), 'pharus-algebra-'));
  const [location, stage] = [join(directory, 'store'), join(directory, 'stage')];
  for (const place of [location, stage]) await mkdir(place);
  const isLegacy = generation === 'legacy';
  const stores = { main: { protocol: 'file', location, ...(isLegacy ? { stage } : {}) } };
  const file = join(directory, isLegacy ? 'dj_local_conf.json' : 'datajoint.json');
  await writeFile(file, JSON.stringify({ stores }));
  await python.ask('use_store', { stores, stage, location });
  return {
    stores: await loadStores({ file, environment: {} }),
    remove: async () => await rm(directory, { recursive: true, force: true }),
  };
}
