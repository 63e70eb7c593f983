import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../errors.ts';
import { loadStores } from './load-stores.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stores-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const s3 = {
  protocol: 's3',
  endpoint: 'example.org:9000',
  bucket: 'b',
  location: '/a/b',
  access_key: 'key',
  secret_key: 'hidden-secret',
};

function write(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('settings as users of Python have them', () => {
  test('a file of DataJoint 2, with its defaults, and secrets beside it', async () => {
    mkdirSync(join(directory, '.secrets'));
    writeFileSync(join(directory, '.secrets/stores.cloud.access_key'), 'key\n');
    writeFileSync(join(directory, '.secrets/stores.cloud.secret_key'), 'hidden-secret\n');
    const { access_key, secret_key, ...cloud } = s3;
    const file = write('datajoint.json', {
      'database.host': 'x',
      stores: { default: 'local', filepath_default: 'cloud', local: { protocol: 'file', location: '/data' }, cloud },
    });
    const stores = await loadStores({ file, environment: {} });
    expect(stores.names).toEqual(['local', 'cloud']);
    expect(stores.get(undefined, '2').settings).toMatchObject({
      name: 'local',
      hashPrefix: '_hash',
      schemaPrefix: '_schema',
    });
    const { settings } = stores.get(undefined, '2', true);
    expect(settings).toMatchObject({ name: 'cloud', endpoint: 'https://example.org:9000', bucket: 'b' });
    expect(settings.protocol === 's3' && settings.credentials()).toEqual({
      accessKeyId: 'key',
      secretAccessKey: 'hidden-secret',
    });
  });

  test('a file of the older library speaks without encryption unless told otherwise', async () => {
    const file = write('dj_local_conf.json', {
      'database.host': 'x',
      stores: { raw: s3, safe: { ...s3, secure: true } },
    });
    const stores = await loadStores({ file, environment: {} });
    expect(stores.get('raw', 'legacy').settings).toMatchObject({
      endpoint: 'http://example.org:9000',
      subfolding: undefined,
    });
    expect(stores.get('safe', 'legacy').settings).toMatchObject({ endpoint: 'https://example.org:9000' });
  });

  test('DJ_STORES replaces the stores of the file', async () => {
    const file = write('datajoint.json', { stores: { local: { protocol: 'file', location: '/data' } } });
    const environment = { DJ_STORES: JSON.stringify({ other: { protocol: 'file', location: '/other' } }) };
    expect((await loadStores({ file, environment })).names).toEqual(['other']);
  });
});

test('no print shows a secret', async () => {
  const stores = await loadStores({ file: write('datajoint.json', { stores: { cloud: s3 } }), environment: {} });
  const open = stores.get('cloud', '2');
  for (const shown of [stores, open, open.store, open.settings]) {
    expect(inspect(shown, { depth: 9, showHidden: true }) + JSON.stringify(shown)).not.toContain('hidden-secret');
  }
});

test.each([
  ['not JSON', '{', /cannot be read as JSON/],
  ['a list', '[]', /Expected an object in the settings file "datajoint.json"/],
  ['no protocol', { stores: { s: {} } }, /Store "s": expected the protocol "file" or "s3", got null/],
  ['an unknown protocol', { stores: { s: { protocol: 'ftp' } } }, /got "ftp"/],
  ['no location', { stores: { s: { protocol: 'file' } } }, /expected the setting "location", got none/],
  [
    'a misspelt setting',
    { stores: { s: { protocol: 'file', location: '/x', hash_prefx: 'h' } } },
    /no setting "hash_prefx".*hash_prefix/,
  ],
  ['half a key', { stores: { s: { ...s3, access_key: '' } } }, /both "access_key" and "secret_key"/],
  ['odd folders', { stores: { s: { protocol: 'file', location: '/x', subfolding: [0] } } }, /for "subfolding"/],
  ['a proxy', { stores: { s: { ...s3, proxy_server: 'p' } } }, /proxy_server/],
])('%s is refused, without a secret', async (_, content, message) => {
  const refused = loadStores({ file: write('datajoint.json', content), environment: {} });
  await expect(refused).rejects.toThrow(StoreError);
  await expect(refused).rejects.toThrow(message);
  await refused.catch((error: Error) => expect(inspect(error, { depth: 9 })).not.toContain('hidden-secret'));
});

test('a variable that is no JSON is refused without being quoted', async () => {
  const refused = loadStores({ file: write('datajoint.json', {}), environment: { DJ_STORES: '{hidden-secret' } });
  await expect(refused).rejects.toThrow(/Expected a JSON object of stores in the variable DJ_STORES/);
  await refused.catch((error: Error) => expect(inspect(error, { depth: 9 })).not.toContain('hidden-secret'));
});

test('a store that is not configured is named, with the nearest right one', async () => {
  const file = write('datajoint.json', { stores: { local: { protocol: 'file', location: '/data' } } });
  const stores = await loadStores({ file, environment: {} });
  expect(() => stores.get('locl', '2')).toThrow(/Storage "locl" is requested but not configured\..*local/);
  expect(() => stores.get(undefined, '2')).toThrow(/Storage "default" is requested but not configured/);
});
