import { fromNpy, type NdArray, unpack } from '@pharus/datajoint/blob';
import { expect } from 'vitest';
import type { BlobValue } from '../../packages/datajoint/src/index.ts';
import { neutral } from '../golden/blobs/neutral.ts';
import { type ApiAnswer, type ApiClient, encodeRestriction, tablePath } from '../support/api.ts';

/** The routes of one table of `python/stores.py`. */
export class StoredTable {
  readonly #client: ApiClient;
  readonly #schema: string;

  constructor(client: ApiClient, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  blob(id: number, attribute: string, query = '', headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const key = encodeRestriction([{ attributeName: 'id', operation: '=', value: id }]);
    return this.#client.get(`/schema/${this.#schema}/table/Stored/blob/${attribute}?key=${key}&${query}`, headers);
  }

  /** The only value of a record, in the words of `blobs=`. */
  async record(id: number, attribute: string, blobs: string): Promise<unknown> {
    const key = encodeRestriction([{ attributeName: 'id', operation: '=', value: id }]);
    const path = tablePath(this.#schema, 'Stored', 'record');
    const answer = await this.#client.get(`${path}?restriction=${key}&attributes=${attribute}&blobs=${blobs}`);
    expect(answer.status, answer.text).toBe(200);
    return JSON.parse(answer.text).records[0][0];
  }
}

/** What Python wrote (see `values` in `python/stores.py`), answered by the server. */
export async function expectPythonsValues(table: StoredTable, isLegacy: boolean): Promise<void> {
  const packed = await table.blob(0, 'blob_there', 'format=raw');
  expect(packed.status, packed.text).toBe(200);
  expect(neutral(unpack(packed.bytes))).toEqual(
    neutral(unpack((await table.blob(0, 'blob_here', 'format=raw')).bytes)),
  );
  expect((await table.blob(0, 'blob_there', 'path=a&slice=1,:2')).text).toBe(
    '{"dtype":"float64","shape":[2],"data":[3,4]}',
  );
  expect((await table.blob(0, 'blob_there', 'path=a&reduce=mean:1')).text).toContain('"data":[2.5]');
  expect(JSON.parse((await table.blob(0, 'blob_there', 'describe=1')).text)).toMatchObject({
    kind: 'dict',
    stored: packed.bytes.length,
  });
  expect((await table.blob(0, 'blob_there', 'path=a&format=png')).bytes.subarray(1, 4)).toEqual(Buffer.from('PNG'));
  const attached = await table.blob(0, 'attach_there');
  expect(attached.text).toBe('attached');
  expect(attached.headers).toMatchObject({
    'content-disposition': 'attachment; filename="note one.txt"',
    'content-type': 'text/plain; charset=utf-8',
  });
  const part = await table.blob(0, 'attach_there', '', {
    range: 'bytes=2-4',
    'if-range': String(attached.headers.etag),
  });
  expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'tac', 'bytes 2-4/8']);
  expect((await table.blob(0, 'attach_there', '', { 'if-none-match': String(attached.headers.etag) })).status).toBe(
    304,
  );

  expect(await table.record(0, 'blob_there', 'describe')).toMatchObject({ kind: 'dict', stored: packed.bytes.length });
  expect(await table.record(0, 'blob_there', 'mark')).toBe('=BLOB=');
  expect(await table.record(0, 'blob_there', 'inline')).toEqual({
    a: { dtype: 'float64', shape: [2, 3], data: [0, 1, 2, 3, 4, 5] },
    b: [1, 'two', null],
  });
  expect(await table.record(0, 'attach_there', 'describe')).toEqual({
    kind: 'attach',
    name: 'note one.txt',
    stored: 8,
  });
  expect(await table.record(0, 'filepath_there', 'describe')).toBeNull();
  await (isLegacy ? expectLegacyFile : expectModernObjects)(table);
}

async function expectLegacyFile(table: StoredTable): Promise<void> {
  const file = await table.blob(2, 'filepath_there');
  expect([file.status, file.text]).toEqual([200, 'referred to']);
  expect(file.headers).toMatchObject({
    'content-disposition': 'attachment; filename="data.bin"',
    'content-length': '11',
    'accept-ranges': 'bytes',
  });
  const part = await table.blob(2, 'filepath_there', '', { range: 'bytes=-2' });
  expect([part.status, part.text]).toEqual([206, 'to']);
  expect(await table.record(2, 'filepath_there', 'describe')).toEqual({ kind: 'file', name: 'data.bin', stored: 11 });
}

async function expectModernObjects(table: StoredTable): Promise<void> {
  expect((await table.blob(2, 'hash_there')).text).toBe('hashed');
  const object = await table.blob(2, 'object_there');
  expect([object.status, object.text]).toEqual([200, 'an object']);
  expect((await table.blob(2, 'npy_there')).text).toBe('{"dtype":"int16","shape":[2,3],"data":[0,1,2,3,4,5]}');
  const npy = await table.blob(2, 'npy_there', 'format=npy');
  expect(npy.headers['content-disposition']).toBe('attachment; filename="npy_there.npy"');
  expect(neutral(fromNpy(npy.bytes) as NdArray as BlobValue)).toMatchObject({ dtype: 'int16', shape: [2, 3] });
  expect(npy.bytes).toEqual((await table.blob(2, 'npy_there', 'format=raw')).bytes);
  expect((await table.blob(2, 'npy_there', 'format=raw', { range: 'bytes=1-5' })).text).toBe('NUMPY');
  expect((await table.blob(2, 'npy_there', 'slice=1,::2')).text).toBe('{"dtype":"int16","shape":[2],"data":[3,5]}');
  expect(JSON.parse((await table.blob(2, 'npy_there', 'describe=1')).text)).toEqual({
    kind: 'ndarray',
    dtype: 'int16',
    shape: [2, 3],
    stored: npy.bytes.length,
  });
  expect(await table.record(2, 'npy_there', 'describe')).toEqual({ kind: 'ndarray', dtype: 'int16', shape: [2, 3] });
  expect(await table.record(2, 'npy_there', 'sketch')).toHaveProperty('sketch', [0, 1, 2, 3, 4, 5]);
  expect(await table.record(2, 'hash_there', 'inline')).toBe(Buffer.from('hashed').toString('base64'));
  const directory = await table.blob(3, 'object_there');
  expect(JSON.parse(directory.text)).toMatchObject({
    kind: 'directory',
    items: [
      { path: 'a.txt', size: 5 },
      { path: 'b/c.txt', size: 6 },
    ],
  });
  const inside = await table.blob(3, 'object_there', 'path=b/c.txt');
  expect([inside.text, inside.headers['content-type']]).toEqual(['second', 'text/plain; charset=utf-8']);
  expect((await table.blob(3, 'object_there', 'path=../x')).status).not.toBe(200);
  const file = await table.blob(9, 'filepath_there');
  expect([file.text, file.headers['content-disposition']]).toEqual(['given', 'attachment; filename="file.txt"']);
}

/** Rows that refer to what is not their schema's, or is not there, written past DataJoint. */
export async function expectRefusals(
  table: StoredTable,
  isLegacy: boolean,
  insert: (id: number, cells: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<void> {
  const problem = async (id: number, attribute: string, query = ''): Promise<unknown[]> => {
    const answer = await table.blob(id, attribute, query, { accept: 'application/problem+json' });
    const { code } = JSON.parse(answer.text);
    return [answer.status, code];
  };
  if (isLegacy) {
    await insert(30, { filepath_there: 'secret/a.txt' });
    expect(await problem(30, 'filepath_there')).toEqual([403, 'FOREIGN_OBJECT']);
    return;
  }
  const there = (path: string, more: object = {}): string => JSON.stringify({ path, store: 'main', ...more });
  await insert(30, {
    object_there: there('_schema/elsewhere/scan', { is_dir: true }),
    hash_there: there('_hash/elsewhere/x', { hash: 'x' }),
    npy_there: there('secret/a.npy', { dtype: 'int8', shape: [1] }),
    filepath_there: there('secret/a.txt'),
    blob_there: there('../secret/a.txt', { hash: 'x' }),
  });
  for (const attribute of ['object_there', 'hash_there', 'npy_there', 'filepath_there', 'blob_there']) {
    expect(await problem(30, attribute), attribute).toEqual([403, 'FOREIGN_OBJECT']);
    expect(await table.record(30, attribute, 'describe')).toMatchObject({ kind: 'unreadable' });
  }
}

/** Exports of the table, in which the record 45 refers to an object that is gone. */
export async function expectExports(client: ApiClient, table: StoredTable, path: string): Promise<void> {
  const problem = { accept: 'application/problem+json' };
  const single = await table.blob(45, 'blob_there', '', problem);
  expect([single.status, JSON.parse(single.text).code]).toEqual([404, 'MISSING_EXTERNAL_FILE']);
  expect(await table.record(45, 'blob_there', 'inline')).toMatchObject({
    kind: 'unreadable',
    text: /Missing external file/,
  });
  expect(await table.record(45, 'blob_here', 'inline')).toBe('here');

  const ndjson = await client.get(`${path}?format=ndjson&blobs=inline`);
  const rows = ndjson.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows[0].blob_there).toEqual(rows[0].blob_here);
  expect(rows[0].attach_there).toBe(rows[0].attach_here);
  expect(rows.find(({ id }) => id === 45)).toMatchObject({
    blob_there: { $type: 'unreadable', code: 'MISSING_EXTERNAL_FILE' },
    blob_here: 'here',
  });
  const stored = await client.get(`${path}?format=ndjson`);
  expect(JSON.parse(stored.text.split('\n')[0] as string).blob_there).toMatch(/^[0-9a-f-]{36}$|"hash"/);

  const refused = await client.get(`${path}?format=parquet&blobs=inline`, problem);
  expect([refused.status, JSON.parse(refused.text).detail]).toEqual([
    500,
    expect.stringMatching(/^A value of `blob_there` cannot be read: Missing external file .* Leave the attribute out/),
  ]);
  const others = encodeRestriction([{ attributeName: 'id', operation: '<', value: 45 }]);
  const parquet = await client.get(`${path}?format=parquet&blobs=inline&restriction=${others}`);
  expect([parquet.status, Buffer.from(parquet.bytes.subarray(0, 4)).toString()]).toEqual([200, 'PAR1']);
}
