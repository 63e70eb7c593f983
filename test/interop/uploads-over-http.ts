import { toNpy } from '@pharus/datajoint/blob';
import { expect } from 'vitest';
import { type BlobValue, NdArray } from '../../packages/datajoint/src/index.ts';
import { neutral } from '../golden/blobs/neutral.ts';
import { type ApiAnswer, type ApiClient, tablePath } from '../support/api.ts';

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** A request of `multipart/form-data` with a JSON and files. */
async function sendForm(
  client: ApiClient,
  method: 'POST' | 'PATCH',
  path: string,
  json: unknown,
  files: Readonly<Record<string, { readonly name: string; readonly content: Uint8Array | string }>>,
): Promise<ApiAnswer> {
  const form = new FormData();
  form.set('body', JSON.stringify(json));
  for (const [part, { name, content }] of Object.entries(files)) form.set(part, new Blob([content as string]), name);
  const request = new Request('http://x', { method: 'POST', body: form });
  const body = Buffer.from(await request.arrayBuffer());
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  return await client.request({ method, path, body, headers });
}

/** Uploads a value of every kind to the table of `python/stores.py`; what Python is to read of them. */
export async function uploadEveryKind(client: ApiClient, schema: string, isLegacy: boolean): Promise<object[]> {
  const path = tablePath(schema, 'Stored', 'record');
  const key = (id: number) => ({ id, ...(isLegacy ? {} : { label: 'uploaded' }) });
  const file = (part: string) => ({ $type: 'file', part });
  const array = new NdArray({ dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const files = {
    trace: { name: 'trace.npy', content: toNpy(array) },
    note: { name: 'größe & "note".txt', content: 'a note' },
  };
  const modern = { hash_there: file('note'), object_there: file('note'), npy_there: file('trace') };
  const record = {
    ...key(40),
    blob_there: file('trace'),
    blob_here: file('trace'),
    attach_there: file('note'),
    attach_here: file('note'),
    ...(isLegacy ? {} : modern),
  };
  const inserted = await sendForm(client, 'POST', path, { records: [record] }, files);
  expect([inserted.status, inserted.text]).toEqual([200, '{"response":"Insert Successful"}']);

  const json = { dtype: 'int16', shape: [2], data: [7, 8] };
  const second = { ...key(41), blob_there: { a: json }, ...(isLegacy ? {} : { npy_there: json }) };
  expect((await client.post(path, { records: [second] })).text).toBe('{"response":"Insert Successful"}');
  const updated = await sendForm(
    client,
    'PATCH',
    path,
    { records: [{ ...key(41), attach_there: file('note') }] },
    { note: files.note },
  );
  expect(updated.text).toBe('{"response":"Update Successful"}');

  const said = neutral(array as BlobValue);
  const numbers = neutral(new NdArray({ dtype: 'int16', shape: [2], data: Int16Array.of(7, 8) }));
  const content = { content: hex('a note') };
  return [
    {
      blob_there: said,
      blob_here: said,
      attach_there: { name: expect.stringContaining('größe'), ...content },
      attach_here: { name: expect.stringContaining('größe'), ...content },
      ...(isLegacy ? {} : { hash_there: neutral(Buffer.from('a note')), object_there: content, npy_there: said }),
    },
    {
      blob_there: neutral(
        new Map<BlobValue, BlobValue>([['a', new NdArray({ dtype: 'int16', shape: [2], data: Int16Array.of(7, 8) })]]),
      ),
      attach_there: content,
      ...(isLegacy ? {} : { npy_there: numbers }),
    },
  ];
}
