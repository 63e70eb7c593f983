import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlobError } from './blob-error.ts';
import { NdArray } from './ndarray.ts';
import { fromNpy } from './npy-read.ts';
import { npyPieces, toNpy } from './npy-write.ts';
import { inOrder } from './reorder.ts';
import { ndarrays } from './values.fixture.ts';
import { ObjectArray, RecordArray } from './values.ts';

const file = (words: string, content: Uint8Array, version = 1): Uint8Array => {
  const head = new TextEncoder().encode(`${words}\n`);
  const size = version === 1 ? [head.length & 0xff, head.length >> 8] : [head.length & 0xff, head.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...size, ...head, ...content]);
};

test('numbers and dates come back as they were, in either order', () => {
  fc.assert(
    fc.property(
      ndarrays.filter(({ dtype }) => dtype !== 'char'),
      (array) => {
        const read = fromNpy(toNpy(array)) as NdArray;
        expect([read.dtype, read.shape]).toEqual([array.dtype, array.shape]);
        const [got, put] = [inOrder(read, 'C'), inOrder(array, 'C')];
        expect(Buffer.from(got.bytes).equals(put.bytes)).toBe(true);
        expect(Buffer.from(got.imaginaryBytes ?? []).equals(put.imaginaryBytes ?? new Uint8Array())).toBe(true);
      },
    ),
  );
});

test('texts come back, whatever their letters', () => {
  const letters = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 6, maxLength: 6 }),
      fc.constantFrom([6], [2, 3], [3, 1, 2]),
      (items, shape) => {
        expect(fromNpy(toNpy(new ObjectArray(shape, items)))).toEqual(new ObjectArray(shape, items));
      },
    ),
  );
});

test('the head is aligned, and elements in either order are not copied', () => {
  const array = new NdArray({ dtype: 'float64', shape: [2, 3], order: 'F', data: new Float64Array(6) });
  const [head, content] = npyPieces(array) as [Uint8Array, Uint8Array];
  expect(head.length % 64).toBe(0);
  expect(content).toBe(array.bytes);
  expect(Buffer.from(head.subarray(10)).toString()).toMatch(
    /^\{'descr': '<f8', 'fortran_order': True, 'shape': \(2, 3\), \} *\n$/,
  );
});

test('structured arrays and characters are written as numpy has them', () => {
  const records = new RecordArray(
    ["it's", 'n'],
    [new ObjectArray([2], ['ab', 'é']), new NdArray({ dtype: 'int8', shape: [2], data: Int8Array.of(1, -1) })],
  );
  const written = Buffer.from(toNpy(records));
  expect(written.toString('latin1')).toContain(
    String.raw`{'descr': [('it\'s', '<U2'), ('n', '|i1')], 'fortran_order': False, 'shape': (2,), }`,
  );
  expect(written.subarray(-18).toString('hex')).toBe('610000006200000001e900000000000000ff');
  const text = new NdArray({ dtype: 'char', shape: [1, 2], data: Uint16Array.of(0x61, 0x62) });
  expect(fromNpy(toNpy(text))).toEqual(new ObjectArray([], ['ab']));
  const matrix = new NdArray({ dtype: 'char', shape: [2, 1], order: 'F', data: Uint16Array.of(0x61, 0x62) });
  expect(fromNpy(toNpy(matrix))).toEqual(new ObjectArray([2, 1], ['a', 'b']));
});

test('other byte orders, versions, spellings and half precision are read', () => {
  const big = fromNpy(
    file(`{"x": 1, 'shape': (2,), 'fortran_order': False, 'descr': '>i2'}`, Uint8Array.of(1, 0, 0, 2), 2),
  );
  expect((big as NdArray).data).toEqual(Int16Array.of(256, 2));
  const halves = Uint8Array.of(0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0x00, 0x7e, 0xff, 0x7b);
  const half = fromNpy(file(`{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }`, halves)) as NdArray;
  expect(half.data).toEqual(Float32Array.of(1, 2 ** -24, -Infinity, Number.NaN, 65504));
});

test.each([
  ['not a file of numpy', Uint8Array.of(1, 2, 3), /Expected a .npy file, got other bytes/],
  ['an unknown version', file(`{}`, new Uint8Array(), 4), /version 1, 2 or 3/],
  ['no head', file('{}', new Uint8Array()), /got another/],
  [
    'pickled values',
    file(`{'descr': '|O', 'fortran_order': False, 'shape': (1,), }`, new Uint8Array(8)),
    /got the type O/,
  ],
  [
    'too few bytes',
    file(`{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }`, new Uint8Array(8)),
    /Expected 16 bytes of elements, got 8/,
  ],
  [
    'a shape of too many',
    file(`{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 99999999, 9999), }`, new Uint8Array(8)),
    /Expected a shape/,
  ],
  [
    'texts of no letters',
    file(`{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }`, Uint8Array.of(0, 0, 0, 0xff)),
    /Expected Unicode/,
  ],
])('%s is refused', (_, bytes, message) => {
  expect(() => fromNpy(bytes)).toThrow(BlobError);
  expect(() => fromNpy(bytes)).toThrow(message);
});

test('arrays of other values are not written', () => {
  expect(() => toNpy(new ObjectArray([1], [null]))).toThrow(/which .npy files cannot hold/);
});
