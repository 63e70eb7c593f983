import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pack } from '../blob/pack.ts';
import type { Cell, ResultSet } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import {
  CancelledError,
  MissingExternalFile,
  OverloadedError,
  QueryError,
  StoreError,
  UnreadableValueError,
} from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Attachment } from '../heading/codec/attachment.ts';
import type { StoredObject } from '../heading/codec/object-reader.ts';
import type { Sql } from '../sql/sql.ts';
import { FileStore } from './file-store.ts';
import { base32, md5 } from './hash.ts';
import { ObjectOpener } from './object-opener.ts';
import { readStoreSettings } from './store-settings.ts';
import { Stores } from './stores.ts';

let root: string;
let opener: ObjectOpener;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'store-'));
  mkdirSync(join(root, 'store'));
  writeFileSync(join(root, 'secret.txt'), 'outside');
  const settings = readStoreSettings('main', { protocol: 'file', location: join(root, 'store') }, '2');
  opener = new ObjectOpener(new Stores({ settings: [settings], default: 'main' }));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: Uint8Array): void {
  const file = join(root, 'store', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

const attribute = (type: string): Attribute =>
  ({ name: 'a', type, storage: { kind: 'external' }, schema: 'lab' }) as Attribute;

/** A database whose tracking table has these rows. */
function tracking(...rows: readonly (readonly Cell[])[]): Executor & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    dialect: mysqlDialect,
    execute: async (sql: Sql) => {
      asked.push(sql.toStatement(mysqlDialect.syntax).text);
      return { rows } as unknown as ResultSet;
    },
    stream: () => {
      throw new Error('Nothing is streamed.');
    },
  };
}

const read = async (type: string, cell: Cell, executor: Executor = tracking()) =>
  (await opener.read(attribute(type), [cell], executor))[0];

describe('the older generation', () => {
  const blob = pack({ a: 1n });
  const hash = md5(blob);
  const path = `lab/${hash.toString('hex').slice(0, 2)}/${hash.toString('hex').slice(2, 4)}/${hash.toString('hex')}`;

  test('blobs, NULL, and those of 0.11 where their row says', async () => {
    put(path, blob);
    const values = await opener.read(attribute('blob@main'), [null, hash], tracking());
    expect(values).toEqual([null, new Map([['a', 1n]])]);
    rmSync(join(root, 'store', path));
    put('old/place', blob);
    expect(await read('blob@main', hash, tracking([hash, '9', null, 'old/place', null]))).toEqual(new Map([['a', 1n]]));
  });

  test('a missing or changed object is the error of that value, the others are there', async () => {
    put(path, blob);
    const other = md5('other');
    const [missing, there] = await opener.read(attribute('blob@main'), [other, hash], tracking());
    expect(missing).toBeInstanceOf(MissingExternalFile);
    expect((missing as Error).message).toContain(`in the store "main"`);
    expect((missing as Error).message).not.toContain(root);
    expect(there).toEqual(new Map([['a', 1n]]));
    put(path, pack({ a: 2n }));
    expect(await read('blob@main', hash)).toMatchObject({ code: 'UNREADABLE_VALUE' });
  });

  test('attachments by the name in the tracking table, asked for once', async () => {
    const content = Buffer.from('content');
    const attached = md5('note.txt', '\0', content);
    const hex = attached.toString('hex');
    put(`lab/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}.note.txt`, content);
    const executor = tracking([attached, '7', 'note.txt', null, null]);
    const values = await opener.read(attribute('attach@main'), [attached, attached, md5('x')], executor);
    expect(values.slice(0, 2)).toEqual([new Attachment('note.txt', content), new Attachment('note.txt', content)]);
    expect(values[2]).toBeInstanceOf(StoreError);
    expect(executor.asked).toEqual([
      'SELECT `hash`, `size`, `attachment_name`, `filepath`, `contents_hash` FROM `lab`.`~external_main` WHERE `hash` IN (?, ?)',
    ]);
  });

  test('files, with their checksum', async () => {
    const content = Buffer.from('content');
    put('sub/data.bin', content);
    const row = (contents: Uint8Array | null) => tracking([md5('sub/data.bin'), '7', null, 'sub/data.bin', contents]);
    const object = (await read('filepath@main', md5('sub/data.bin'), row(md5(content)))) as StoredObject;
    expect(object).toMatchObject({
      path: 'sub/data.bin',
      name: 'data.bin',
      size: 7,
      isDirectory: false,
      store: 'main',
    });
    expect(Buffer.from(await object.read()).toString()).toBe('content');
    expect(await text(await object.stream())).toBe('content');
    const changed = (await read('filepath@main', md5('sub/data.bin'), row(md5('other')))) as StoredObject;
    await expect(changed.read()).rejects.toThrow(UnreadableValueError);
    await expect(changed.stream().then(text)).rejects.toThrow(UnreadableValueError);
  });

  test('no row of the database leads out of the store', async () => {
    const outside = '../secret.txt';
    const hash = md5(outside);
    const file = (await read('filepath@main', hash, tracking([hash, '7', null, outside, null]))) as StoredObject;
    await expect(file.read()).rejects.toThrow(StoreError);
    await expect(file.stream()).rejects.toThrow(StoreError);
    expect(
      await read('attach@main', hash, tracking([hash, '7', '/../../../../../secret.txt', null, null])),
    ).toBeInstanceOf(StoreError);
    expect(await read('blob@main', hash, tracking([hash, '7', null, outside, null]))).toBeInstanceOf(StoreError);
  });

  test('a database that refuses the tracking table is an error of the values', async () => {
    const executor = { ...tracking(), execute: () => Promise.reject(new QueryError('No such table.')) };
    expect(await read('attach@main', md5('x'), executor)).toBeInstanceOf(StoreError);
  });

  test('a database that is busy, or a client that leaves, is no error of the values', async () => {
    for (const error of [new OverloadedError('Busy.'), new CancelledError('Left.')]) {
      const executor = { ...tracking(), execute: () => Promise.reject(error) };
      await expect(read('attach@main', md5('x'), executor)).rejects.toBe(error);
    }
  });
});

describe('DataJoint 2', () => {
  const place = (path: string, more: object = {}): string => JSON.stringify({ path, store: null, ...more });

  test('hash-addressed objects, verified', async () => {
    const blob = pack([1n]);
    put('_hash/lab/x', blob);
    expect(await read('<blob@main>', place('_hash/lab/x', { hash: base32(md5(blob)) }))).toEqual([1n]);
    expect(await read('<blob@>', place('_hash/lab/x', { hash: base32(md5(blob)), store: 'main' }))).toEqual([1n]);
    expect(await read('<hash@>', place('_hash/lab/x', { hash: base32(md5(blob)) }))).toEqual(Buffer.from(blob));
    expect(await read('<blob@>', place('_hash/lab/x', { hash: base32(md5('no')) }))).toMatchObject({
      code: 'UNREADABLE_VALUE',
    });
    expect(await read('<blob@>', place('_hash/lab/y', { hash: 'y' }))).toBeInstanceOf(MissingExternalFile);
    const attached = new Attachment('a.txt', Buffer.from('content'));
    put('_hash/lab/z', attached.bytes);
    expect(await read('<attach@>', place('_hash/lab/z', { hash: base32(md5(attached.bytes)) }))).toEqual(attached);
  });

  test('directories list what is in them', async () => {
    put('tree/a.txt', Buffer.from('a'));
    put('tree/b/c.txt', Buffer.from('cc'));
    const tree = (await read('<object@>', place('tree', { is_dir: true }))) as StoredObject;
    expect(tree.isDirectory).toBe(true);
    expect(await tree.list()).toEqual([
      { path: 'a.txt', size: 1 },
      { path: 'b/c.txt', size: 2 },
    ]);
    await expect(tree.read()).rejects.toThrow(MissingExternalFile);
  });

  test('no column leads out of the store, nor to one that is not configured', async () => {
    for (const path of ['../secret.txt', `${root}/secret.txt`, 'x/../../secret.txt']) {
      for (const codec of ['blob', 'hash', 'attach']) {
        expect(await read(`<${codec}@>`, place(path, { hash: base32(md5('outside')) })), path).toBeInstanceOf(
          StoreError,
        );
      }
      for (const codec of ['object', 'filepath', 'npy']) {
        const object = (await read(`<${codec}@>`, place(path))) as StoredObject;
        await expect(object.read(), path).rejects.toThrow(StoreError);
        await expect(object.list(), path).rejects.toThrow(StoreError);
      }
    }
    expect(await read('<hash@>', place('x', { store: 'elsewhere' }))).toBeInstanceOf(StoreError);
    expect(await read('<hash@>', 'no JSON')).toBeInstanceOf(UnreadableValueError);
    expect(await read('<mine@>', place('x'))).toMatchObject({
      message: expect.stringContaining('No codec is known for <mine@>'),
    });
  });
});

describe('writing into a directory', () => {
  test('puts whole objects, and leaves nothing else', async () => {
    const store = new FileStore('main', join(root, 'store'));
    await store.write('a/b.bin', Buffer.from('one'));
    await store.write('a/b.bin', Buffer.from('two'));
    expect(Buffer.from(await store.read('a/b.bin')).toString()).toBe('two');
    expect(await store.stat('a/b.bin')).toMatchObject({ size: 3 });
    expect(await store.stat('a')).toBeUndefined();
    expect(await store.stat('no')).toBeUndefined();
    expect(readdirSync(join(root, 'store/a'))).toEqual(['b.bin']);
    await expect(store.write('../out.bin', Buffer.from('x'))).rejects.toThrow(StoreError);
    const gone = new FileStore('gone', join(root, 'gone'));
    await expect(gone.write('a', Buffer.from('x'))).rejects.toThrow('The store "gone" cannot be used now.');
    expect(readdirSync(root).sort()).toEqual(['secret.txt', 'store']);
  });
});
