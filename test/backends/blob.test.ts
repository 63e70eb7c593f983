import { fromNpy, NdArray, pack } from '@pharus/datajoint/blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiAnswer, type ApiClient, encodeRestriction, startApi } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';

const schema = 'blob_route';
const base = `/schema/${schema}/table/Scan`;
const trace = Float32Array.from({ length: 1000 }, (_, index) => (index === 500 ? 99 : index / 1000));
const image = new NdArray({ dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
const blobs = [
  pack(new NdArray({ dtype: 'float32', shape: [1000], data: trace })),
  pack(image),
  pack({ name: 'x', parts: [1n, image] }),
  Buffer.from('mYm\0broken'),
  null,
] as const;
const attachment = Buffer.from('<b>report.html\0<script>alert(1)</script>');

describeEachBackend((backend) => {
  let api: Api;
  let client: ApiClient;

  const get = (scan: number, query = '', headers: Record<string, string> = {}, name = 'trace'): Promise<ApiAnswer> => {
    const key = encodeRestriction([{ attributeName: 'scan', operation: '=', value: scan }]);
    return client.get(`${base}/blob/${name}?key=${key}&${query}`, headers);
  };

  beforeAll(async () => {
    const [type, markers] =
      backend.family === 'mysql' ? ['longblob', [` COMMENT ':<blob>:'`, ` COMMENT ':<attach>:'`]] : ['bytea', ['', '']];
    await backend.createSchemas(schema);
    await backend.query(
      `CREATE TABLE ${schema}.scan (scan integer NOT NULL, trace ${type}${markers[0]}, report ${type}${markers[1]}, PRIMARY KEY (scan))`,
    );
    if (backend.family === 'postgresql') {
      await backend.query(
        `COMMENT ON COLUMN ${schema}.scan.trace IS ':<blob>:'; COMMENT ON COLUMN ${schema}.scan.report IS ':<attach>:'`,
      );
    }
    for (const [scan, blob] of blobs.entries()) {
      await backend.query(`INSERT INTO ${schema}.scan VALUES (?, ?, ?)`, [scan, blob, scan === 0 ? attachment : null]);
    }
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(schema);
  });

  test('a blob is described, sliced and reduced on the server', async () => {
    const described = await get(0, 'describe=1');
    expect(described.status, described.text).toBe(200);
    expect(JSON.parse(described.text)).toMatchObject({
      kind: 'ndarray',
      dtype: 'float32',
      shape: [1000],
      stored: blobs[0].length,
    });
    expect(JSON.parse((await get(0, 'slice=499:502')).text)).toEqual({
      dtype: 'float32',
      shape: [3],
      data: [0.499, 99, 0.501],
    });
    const peaks = JSON.parse((await get(0, 'reduce=minmax:2')).text);
    expect([peaks.shape, peaks.data.map((value: number) => value.toFixed(3))]).toEqual([
      [2, 2],
      ['0.000', '0.499', '0.501', '99.000'],
    ]);
    expect(JSON.parse((await get(1, 'slice=-1&reduce=mean:1')).text)).toEqual({
      dtype: 'float64',
      shape: [1],
      data: [5],
    });
    expect(JSON.parse((await get(2, 'path=parts/1&slice=:,::2')).text)).toEqual({
      dtype: 'uint8',
      shape: [2, 2],
      data: [1, 3, 4, 6],
    });
    expect((await get(2)).text).toBe('{"name":"x","parts":[1,{"dtype":"uint8","shape":[2,3],"data":[1,2,3,4,5,6]}]}');
  });

  test('an array is a .npy file, and any blob the bytes it is stored as', async () => {
    const npy = await get(0, 'format=npy');
    expect(npy.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="trace.npy"',
    });
    expect((fromNpy(npy.bytes) as NdArray).data).toEqual(trace);
    expect(Buffer.from((await get(3, 'format=raw')).bytes)).toEqual(blobs[3]);
  });

  test('an array is a picture', async () => {
    const png = await get(1, 'format=png');
    expect(png.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'attachment; filename="trace.png"',
    });
    expect(png.bytes.subarray(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  });

  test('HEAD says what there is', async () => {
    const key = encodeRestriction([{ attributeName: 'scan', operation: '=', value: 0 }]);
    const answer = await client.request({ method: 'HEAD', path: `${base}/blob/trace?key=${key}&format=raw` });
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', String(blobs[0].length)]);
  });

  test('who has it is told so, and a part of it can be had', async () => {
    const whole = await get(0, 'format=raw');
    const etag = String(whole.headers.etag);
    expect((await get(0, 'format=raw', { 'if-none-match': etag })).status).toBe(304);
    expect((await get(0, 'format=raw', { 'if-none-match': '"x"' })).status).toBe(200);
    const part = await get(0, 'format=raw', { range: 'bytes=2-5' });
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 2-5/${whole.bytes.length}`]);
    expect(part.bytes).toEqual(whole.bytes.subarray(2, 6));
    expect((await get(0, 'format=raw', { range: 'bytes=-3' })).bytes).toEqual(whole.bytes.subarray(-3));
    expect((await get(0, 'format=raw', { range: 'bytes=99999999-' })).status).toBe(416);
    expect((await get(0, 'format=raw', { range: 'bytes=0-1', 'if-range': '"x"' })).status).toBe(200);
  });

  test('an attachment is a file under its own name that no browser runs', async () => {
    const answer = await get(0, '', {}, 'report');
    expect(answer.text).toBe('<script>alert(1)</script>');
    const sliced = await get(0, 'slice=0', { accept: 'application/problem+json' }, 'report');
    expect([sliced.status, JSON.parse(sliced.text).detail]).toEqual([422, expect.stringContaining('this is the file')]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="<b>report.html"',
      'x-content-type-options': 'nosniff',
    });
  });

  test.each([
    [4, '', 404, /`trace` of this record is NULL/],
    [9, '', 404, /no record with this key/],
    [3, '', undefined, /The blob of attribute `trace` cannot be read/],
    [0, 'slice=1:2,3', 400, /at most 1 axes/],
    [0, 'slice=a', 400, /"slice" has to be ranges such as/],
    [0, 'slice=1000', 400, /Expected a place from -1000 to 999/],
    [0, 'reduce=mean:0', 400, /"reduce" has to be mean:N or minmax:N/],
    [0, 'path=x', 400, /a path that leads to a value, got "x"/],
    [2, 'slice=0', 422, /Only arrays of numbers can be sliced and reduced; this is a dict/],
    [2, 'format=npy', 422, /Only an array can be a \.npy file; this is a dict/],
    [0, 'format=gif', 400, /"format" has to be one of json, npy, png, raw; got "gif"/],
    [
      0,
      'format=png',
      422,
      /an array of rows and columns, perhaps of 3 or 4 colours, to be an image; got float32 of shape 1000/,
    ],
    [2, 'format=png', 422, /Only an array of numbers can be an image; this is a dict/],
  ])('record %i with "%s" is refused', async (scan, query, status, sentence) => {
    const answer = await get(scan, query, { accept: 'application/problem+json' });
    expect(JSON.parse(answer.text).detail).toMatch(sentence);
    if (status !== undefined) expect(answer.status).toBe(status);
  });

  test('what is no blob, and a key that several records meet, are refused', async () => {
    expect((await get(0, '', {}, 'scan')).text).toMatch(/`scan` \(.*\) is in the record itself/);
    expect((await get(0, '', {}, 'tracy')).text).toMatch(/Did you mean "trace"\?/);
    const several = encodeRestriction([{ attributeName: 'scan', operation: '<', value: 2 }]);
    expect((await client.get(`${base}/blob/trace?key=${several}`)).text).toMatch(/one that several do/);
    expect((await client.get(`${base}/blob/trace`)).text).toMatch(/Expected the parameter "key"/);
  });

  test('records show blobs as marks, descriptions, sketches or whole', async () => {
    const records = async (blobs: string): Promise<unknown[][]> =>
      JSON.parse((await client.get(`${base}/record?blobs=${blobs}`)).text).records as unknown[][];
    expect((await records('mark')).map((row) => row.slice(1))).toEqual(blobs.map(() => ['=BLOB=', '=BLOB=']));
    const described = await records('describe');
    expect(described[1]).toEqual([
      1,
      { kind: 'ndarray', dtype: 'uint8', shape: [2, 3], order: 'F', bytes: 6, stored: blobs[1].length },
      null,
    ]);
    const attached = { kind: 'attach', name: '<b>report.html', stored: 25 };
    expect(described[0]?.[2]).toEqual(attached);
    expect(described[2]?.[1]).toMatchObject({ kind: 'dict', length: 2 });
    expect(described[3]?.[1]).toMatchObject({ kind: 'unreadable' });
    expect(described[4]?.[1]).toBeNull();
    const [sketched] = await records('sketch');
    expect(sketched?.[1]).toHaveProperty('sketch.length', 64);
    // The blob route says the same.
    expect(JSON.parse((await get(0, 'describe=1', {}, 'report')).text)).toEqual(attached);
    const whole = await records('inline');
    expect(whole[0]?.[2]).toEqual({ ...attached, base64: attachment.subarray(15).toString('base64') });
    expect(whole[1]?.[1]).toEqual({ dtype: 'uint8', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] });
    expect((await client.get(`${base}/record?blobs=all`)).text).toMatch(
      /one of mark, describe, sketch, inline; got "all"/,
    );
  });
});
