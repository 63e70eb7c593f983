import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pack } from '../../packages/datajoint/src/blob/pack.ts';
import { unpack } from '../../packages/datajoint/src/blob/unpack.ts';
import type { Attribute } from '../../packages/datajoint/src/heading/attribute.ts';
import { blobJson, storedBlobJson } from '../../packages/datajoint/src/heading/codec/blob-json.ts';
import { encodeValue } from '../../packages/datajoint/src/heading/codec/encode.ts';
import { parseJson } from '../../packages/server/src/parse/json.ts';
import { shared } from '../support/shared.ts';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly use_32bit_dims?: boolean;
  readonly decode_error?: string;
}

const vectors = (JSON.parse(readFileSync(shared('golden/blobs.json'), 'utf8')) as readonly Vector[]).filter(
  ({ name, decode_error }) => decode_error === undefined && name !== 'not_a_blob',
);
const attribute = { name: 'blob', type: 'longblob', storage: { kind: 'blob' } } as unknown as Attribute;
const stored = (json: string): unknown => encodeValue(attribute, parseJson(json));

/** One holds NaN with another sign than JSON's word has, and the null of the other is an insert's NULL. */
const others = ['matlab_32bit_dims_struct', 'none'];

describe('a blob of every kind goes through JSON and comes back as the same bytes', () => {
  test.each(vectors.filter(({ name }) => !others.includes(name)))('$name', ({ hex, use_32bit_dims }) => {
    const value = unpack(Buffer.from(hex, 'hex'), { dims: use_32bit_dims ? 32 : 64 });
    const json = blobJson(value);
    expect(() => JSON.parse(json)).not.toThrow();
    expect(Buffer.from(stored(json) as Uint8Array).toString('hex')).toBe(Buffer.from(pack(value)).toString('hex'));
  });
});

test.each([
  '{"dtype":"float32","shape":[2,2],"data":[0.1,-0.0,"nan","inf"]}',
  '{"dtype":"int64","shape":[1],"data":[-9223372036854775808]}',
  '{"dtype":"complex128","shape":[2],"data":[[1,2],["nan",0]]}',
  '{"a":1,"b":1.0,"c":[true,null,"x"]}',
  '{"$type":"dict","items":[["$type","tuple"]]}',
  '{"$type":"dict","items":[["dtype",1],["shape",2],["data",3]]}',
])('%s is what comes back', (json) => {
  expect(blobJson(unpack(stored(json) as Uint8Array))).toBe(json);
});

test('nested elements are taken as flat ones', () => {
  const nested = '{"dtype":"int16","shape":[2,3],"data":[[1,2,3],[4,5,6]]}';
  expect(blobJson(unpack(stored(nested) as Uint8Array))).toBe('{"dtype":"int16","shape":[2,3],"data":[1,2,3,4,5,6]}');
});

test.each([
  ['{"dtype":"int8","shape":[1],"data":[128]}', /in the range of int8, got 128/],
  ['{"dtype":"uint64","shape":[1],"data":[-1]}', /in the range of uint64/],
  ['{"dtype":"int8","shape":[2],"data":[1]}', /Expected 2 elements/],
  ['{"dtype":"int8","shape":[-1],"data":[1]}', /whole numbers of 0 or more/],
  ['{"dtype":"int8","shape":[1],"data":["x"]}', /Expected whole numbers, got x/],
  ['{"dtype":"float99","shape":[1],"data":[1]}', /element type such as float64, got float99/],
  ['{"$type":"toString"}', /\$type to be one of .*; got "toString"/],
  ['{"$type":"tuple"}', /Expected a list "items"/],
  ['{"$type":"bytes","base64":"x"}', /padded base64/],
  ['[{"$type":"packed","base64":""}]', /packed blob to be a value of its own/],
])('%s is refused', (json, sentence) => {
  expect(() => stored(json)).toThrow(sentence);
});

test('what is no blob, too large, or None, which is not NULL, stays as it is', () => {
  const large = pack(new Float64Array(100_000).fill(1));
  for (const blob of [Buffer.from('mYm\0broken'), Buffer.alloc(0), large, pack(null)]) {
    const json = storedBlobJson(blob, 10_000);
    expect(json).toBe(`{"$type":"packed","base64":"${Buffer.from(blob).toString('base64')}"}`);
    expect(Buffer.from(stored(json) as Uint8Array)).toEqual(Buffer.from(blob));
  }
});
