import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Attachment,
  type BlobValue,
  type Database,
  List,
  loadStores,
  NdArray,
  type Stores,
  type Value,
} from '../../packages/datajoint/src/index.ts';
import { neutral } from '../golden/blobs/neutral.ts';
import { type Api, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { type ObjectServer, startMoto } from '../support/moto.ts';
import { python23, python014 } from '../support/python.ts';
import { opened } from './opened.ts';
import { PythonSession } from './python-session.ts';
import { expectExports, expectPythonsValues, expectRefusals, StoredTable } from './stores-over-http.ts';
import { uploadEveryKind } from './uploads-over-http.ts';

const combinations = [
  ['mariadb', 'datajoint 0.14', python014],
  ['mariadb', 'datajoint 2.3', python23],
  ['postgres', 'datajoint 2.3', python23],
] as const;

let moto: ObjectServer;
beforeAll(async () => {
  moto = await startMoto();
}, 900_000);
afterAll(() => moto?.stop());

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What was fetched, in the words of `python/stores.py`. */
const said = async (value: Value): Promise<unknown> => {
  const found = await opened(value);
  return found === value ? neutral(value as BlobValue) : found;
};

describe.each(combinations)('%s, %s', (product, library, interpreter) => {
  const isLegacy = library.includes('0.14');
  describeBackend(product, (backend) => {
    describe.each(['file', 's3'] as const)('a store of the protocol %s', (protocol) => {
      const schema = `stores_${isLegacy ? 'legacy' : 'current'}_${protocol}`;
      const directory = mkdtempSync(join(tmpdir(), 'stores-'));
      let python: PythonSession;
      let database: Database;
      let stores: Stores;
      let api: Api;
      let client: ApiClient;

      beforeAll(async () => {
        python = await PythonSession.start(await interpreter(), 'stores.py');
        const bucket = schema.replaceAll('_', '-');
        const main =
          protocol === 'file'
            ? { protocol, location: join(directory, 'store') }
            : {
                protocol,
                endpoint: moto.endpoint,
                bucket: `${bucket}-${product}`,
                location: isLegacy ? '/some/place' : 'some/place',
                access_key: moto.accessKey,
                secret_key: moto.secretKey,
                secure: false,
              };
        if (protocol === 's3') await moto.createBucket(`${bucket}-${product}`);
        await mkdir(join(directory, 'store'), { recursive: true });
        const stage = join(directory, 'stage');
        const configured = { main: { ...main, ...(isLegacy ? { stage } : {}) } };
        const file = join(directory, isLegacy ? 'dj_local_conf.json' : 'datajoint.json');
        writeFileSync(file, JSON.stringify({ stores: configured }));
        stores = await loadStores({ file, environment: {} });
        database = openDatabase(backend, { stores });
        await backend.dropSchemas(schema);
        const { host, port, user, password, family } = backend;
        const server = { backend: family, host, port, user, password };
        await python.ask('connect', { stores: configured, directory: stage, ...server });
        await python.ask('declare', { schema });
        await python.ask('write', { schema });
        // Files that DataJoint 2 refers to are opened where the operator says which.
        const served = join(directory, isLegacy ? 'dj_pharus.json' : 'pharus.json');
        const forAll = isLegacy ? {} : { filepath_prefix: 'given' };
        writeFileSync(served, JSON.stringify({ stores: { main: { ...configured.main, ...forAll } } }));
        api = await startApi({ PHARUS_STORES: served, PHARUS_DATABASE_HOSTS: backend.host });
        client = await api.login(backend);
      }, 900_000);

      afterAll(async () => {
        await api?.close();
        await database?.close();
        await python?.close();
        rmSync(directory, { recursive: true });
      });

      const rowsWeRead = async (): Promise<Record<string, unknown>[]> => {
        const table = await database.schema(schema).table('Stored');
        const rows = await table.fetch();
        return await Promise.all(
          rows.map(async (row) => {
            const names = table.heading.names.filter((name) => !['id', 'label'].includes(name) && row[name] !== null);
            return Object.fromEntries(
              await Promise.all(names.map(async (name) => [name, await said(row[name] as Value)])),
            );
          }),
        );
      };

      test('what Python put there we read', async () => {
        if (!isLegacy) {
          await stores.get('main', '2').store.write('given/file.txt', Buffer.from('given'));
          await python.ask('refer', { schema, number: 9, path: 'given/file.txt' });
        }
        const pythons = await python.ask<Record<string, unknown>[]>('read', { schema });
        expect(pythons.length).toBe(isLegacy ? 3 : 5);
        const ours = await rowsWeRead();
        const withoutStage = pythons.map((row) => (isLegacy ? unstaged(row) : row));
        expect(ours).toEqual(withoutStage);
      });

      test('the server answers what Python put there', async () => {
        await expectPythonsValues(new StoredTable(client, schema), isLegacy);
      });

      test('the server opens nothing that a row may not refer to', async () => {
        const { store } = stores.get('main', isLegacy ? 'legacy' : '2');
        await store.write('secret/a.txt', Buffer.from('secret'));
        await expectRefusals(new StoredTable(client, schema), isLegacy, async (id, cells) => {
          if (isLegacy) {
            const hash = Buffer.from('0123456789abcdef');
            const tracking = `INSERT INTO ${schema}."~external_main" (hash, size, filepath) VALUES (?, 6, ?)`;
            await backend.query(tracking, [hash, cells.filepath_there as string]);
            await backend.query(`INSERT INTO ${schema}.stored (id, filepath_there) VALUES (?, ?)`, [id, hash]);
          } else {
            const names = ['id', 'label', ...Object.keys(cells)];
            const marks = names.map(() => '?').join(', ');
            const values = [id, 'refers', ...(Object.values(cells) as string[])];
            await backend.query(`INSERT INTO ${schema}.stored (${names.join(', ')}) VALUES (${marks})`, values);
          }
        });
        await backend.query(`DELETE FROM ${schema}.stored WHERE id = 30`);
      });

      test('what we put there Python reads', async () => {
        const table = await database.schema(schema).table('Stored');
        const value = new Map<BlobValue, BlobValue>([
          ['a', new NdArray({ dtype: 'float64', shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) })],
          ['long', 'y'.repeat(5000)],
        ]);
        const attached = new Attachment('our note.txt', Buffer.from('ours'));
        const row = {
          id: 20,
          ...(isLegacy ? {} : { label: 'x/y:z' }),
          blob_there: value,
          blob_here: value,
          attach_there: attached,
          attach_here: attached,
        };
        const array = new NdArray({ dtype: 'int16', shape: [2, 2], data: Int16Array.of(1, 2, 3, 4) });
        const modern = {
          hash_there: Buffer.from('raw'),
          object_there: new Attachment('o.bin', Buffer.from('object')),
          npy_there: array,
        };
        await stores.get('main', isLegacy ? 'legacy' : '2').store.write('ours/file.txt', Buffer.from('file'));
        await table.insert1({ ...row, filepath_there: 'ours/file.txt', ...(isLegacy ? {} : modern) });
        // The same content once more: the object is there already.
        await table.insert1({ ...row, id: 21 });
        await table.update1({ id: 21, ...(isLegacy ? {} : { label: 'x/y:z' }), blob_there: List.of(1, 2) });
        const pythons = (await python.ask<Record<string, unknown>[]>('read', { schema })).slice(-2);
        expect(pythons[0]).toMatchObject({ blob_there: neutral(value), blob_here: neutral(value) });
        const withoutStage = pythons.map((read) => (isLegacy ? unstaged(read) : read));
        expect((await rowsWeRead()).slice(-2)).toEqual(withoutStage);
        expect(withoutStage[0]).toMatchObject({
          attach_there: { content: hex(Buffer.from('ours')) },
          filepath_there: { content: hex(Buffer.from('file')) },
          ...(isLegacy ? {} : { npy_there: neutral(array), object_there: { content: hex(Buffer.from('object')) } }),
        });
        expect(pythons[1]).toMatchObject({ blob_there: neutral(List.of(1, 2)) });
        await expect(table.insert1({ ...row, id: 22, filepath_there: '../../etc/passwd' })).rejects.toThrow(
          /inside the store/,
        );
      });

      test('what is uploaded Python reads', async () => {
        const expected = await uploadEveryKind(client, schema, isLegacy);
        const pythons = await python.ask<Record<string, unknown>[]>('read', { schema });
        expect(pythons.slice(-2)).toMatchObject(expected);
      });

      test('exports hold what lies in stores, and a missing object is the error of its value', async () => {
        const { store } = stores.get('main', isLegacy ? 'legacy' : '2');
        const top = isLegacy ? schema : `_hash/${schema}`;
        const before = new Set((await store.list(top)).map(({ path }) => path));
        const record = { id: 45, ...(isLegacy ? {} : { label: 'gone' }), blob_there: 'soon gone', blob_here: 'here' };
        expect((await client.post(tablePath(schema, 'Stored', 'record'), { records: [record] })).status).toBe(200);
        const gone = (await store.list(top)).find(({ path }) => !before.has(path));
        await store.remove(`${top}/${gone?.path}`);
        await expectExports(client, new StoredTable(client, schema), tablePath(schema, 'Stored', 'export'));
        await backend.query(`DELETE FROM ${schema}.stored WHERE id = 45`);
      });

      test('a record that is refused leaves nothing in the store', async () => {
        const { store } = stores.get('main', isLegacy ? 'legacy' : '2');
        const top = isLegacy ? [schema] : ['_hash', '_schema'];
        const objects = async () => (await Promise.all(top.map((path) => store.list(path)))).flat();
        const before = await objects();
        const key = (id: number) => ({ id, ...(isLegacy ? {} : { label: 'uploaded' }) });
        const value = (id: number) => ({
          ...key(id),
          blob_there: `only ${id}`,
          ...(isLegacy ? {} : { npy_there: array }),
        });
        const array = { dtype: 'int16', shape: [1], data: [1] };
        const path = tablePath(schema, 'Stored', 'record');
        // The key exists.
        expect((await client.post(path, { records: [value(50), value(40)] })).status).toBe(500);
        // The update comes after an insert of the same transaction, and fails.
        const insert = { operation: 'insert', schema, table: 'Stored', records: [value(51)] };
        const update = { operation: 'update', schema, table: 'Stored', records: [value(999)] };
        expect((await client.post('/transaction', { operations: [insert, update] })).status).toBe(500);
        expect((await client.post('/transaction', { operations: [insert], dryRun: true })).status).toBe(200);
        expect(await objects()).toEqual(before);
        expect((await client.post('/transaction', { operations: [insert] })).status).toBe(200);
        expect((await objects()).length).toBe(before.length + (isLegacy ? 1 : 2));
      });
    });
  });
});

/** Python copies a referred file to its stage and has its name there; we have its content. */
function unstaged(row: Record<string, unknown>): Record<string, unknown> {
  const { filepath_there: file, ...others } = row;
  return file === undefined ? row : { ...others, filepath_there: { content: (file as { content: string }).content } };
}
