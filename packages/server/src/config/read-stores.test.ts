import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError } from '../config.ts';
import { readStores } from './read-stores.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stores-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('the stores of the file are there; without a file there are none', async () => {
  const file = join(directory, 'datajoint.json');
  writeFileSync(file, JSON.stringify({ stores: { main: { protocol: 'file', location: '/data' } } }));
  expect((await readStores(file, {}))?.names).toEqual(['main']);
  expect(await readStores(undefined, { DJ_STORES: '{}' })).toBeUndefined();
});

test('a fault keeps the server from starting, and shows no secret', async () => {
  const file = join(directory, 'wrong.json');
  const secret = { protocol: 's3', endpoint: 'x', access_key: 'k', secret_key: 'hidden-secret', location: '' };
  writeFileSync(file, JSON.stringify({ stores: { main: secret } }));
  const refused = readStores(file, {});
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow('PHARUS_STORES: Store "main": expected the setting "bucket", got none.');
  await refused.catch((error: Error) => expect(String(error.stack)).not.toContain('hidden-secret'));
  await expect(readStores(join(directory, 'none.json'), {})).rejects.toThrow(
    /PHARUS_STORES: The settings file "none.json"/,
  );
});
