import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BlobError } from '../../packages/datajoint/src/blob/blob-error.ts';
import type { NdArray } from '../../packages/datajoint/src/blob/ndarray.ts';
import { pack } from '../../packages/datajoint/src/blob/pack.ts';
import { unpack } from '../../packages/datajoint/src/blob/unpack.ts';
import { MatCell, SparseArray } from '../../packages/datajoint/src/blob/values.ts';
import { shared } from '../support/shared.ts';
import { type Neutral, neutral } from './blobs/neutral.ts';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly protocol: string;
  readonly json?: Neutral;
  readonly json_datajoint_v2?: Neutral;
  readonly repack_identical?: boolean;
  readonly decode_error?: string;
  readonly use_32bit_dims?: boolean;
}

const vectors = JSON.parse(readFileSync(shared('golden/blobs.json'), 'utf8')) as readonly Vector[];
const named = (name: string): Uint8Array => bytes(vectors.find((vector) => vector.name === name)?.hex ?? '');
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (content: Uint8Array): string => Buffer.from(content).toString('hex');

/** Where the Python library reads less than there is, or than its own next generation does: what we read, and why. */
const differences: Readonly<Record<string, { readonly reads: Neutral; readonly why: string }>> = {
  npscalar_complex64: {
    reads: { t: 'npscalar', dtype: 'complex64', v: [3, 0] },
    why: 'Python makes 64-bit parts of the 32-bit ones that are stored',
  },
  mym_cell_empty_0x0: {
    reads: { t: 'matcell', shape: [0, 0], dtype: '|O', items_C_order: [] },
    why: 'the shape that is stored; 0.14 makes floats of no values, 2.x drops an axis',
  },
  mym_struct_nofields_1x1: {
    reads: { t: 'matstruct', shape: [1, 1], fields: [], rows_C_order: [{}] },
    why: 'a struct without fields; Python makes None of it',
  },
};

const decodable = vectors.filter(({ name, decode_error }) => decode_error === undefined && name !== 'not_a_blob');

test('there are as many vectors as there were', () => {
  expect([vectors.length, decodable.length]).toEqual([161, 154]);
});

describe('every vector is read as it was recorded', () => {
  test.each(decodable)('$name', ({ name, hex: stored, use_32bit_dims, json, json_datajoint_v2 }) => {
    const value = unpack(bytes(stored), { dims: use_32bit_dims ? 32 : 64 });
    expect(neutral(value)).toEqual(differences[name]?.reads ?? json_datajoint_v2 ?? json);
  });
});

/** A blob without its compression, whose bytes differ from one zlib to the next. */
function plain(blob: Uint8Array): string {
  const isFrame = Buffer.from(blob.subarray(0, 6)).toString('latin1') === 'ZL123\0';
  return isFrame ? `compressed ${hex(inflateSync(blob.subarray(14)))}` : hex(blob);
}

describe('what was read is packed into the same bytes, those that Python packs differently too', () => {
  test.each(decodable)('$name', ({ name, hex: stored, use_32bit_dims }) => {
    const dims = use_32bit_dims ? 32 : 64;
    const packed = pack(unpack(bytes(stored), { dims }), { dims, compress: name !== 'nocompress_flag' });
    expect(plain(packed)).toBe(plain(bytes(stored)));
  });
});

describe('what is no blob', () => {
  test.each([
    ['err_unknown_code', /Expected the tag of a value, got 0x5a \(at byte 4\)/],
    ['err_trailing_bytes', /Expected the end of a value, got 1 more bytes \(at byte 5/],
    ['not_a_blob', /begins with "mYm" or "dj0".*at byte 0/],
    ['matlab_32bit_dims_struct_read_as_64bit', /at byte \d+/],
  ])('is refused: %s', (name, message) => {
    expect(() => unpack(named(name))).toThrow(BlobError);
    expect(() => unpack(named(name))).toThrow(message);
  });
});

describe('what Python cannot read, and MATLAB writes', () => {
  test('blobs of 32-bit MATLAB are told by themselves', () => {
    const blob = named('matlab_32bit_dims_struct');
    expect(neutral(unpack(blob, { dims: 'auto' }))).toEqual(neutral(unpack(blob, { dims: 32 })));
  });

  test('sparse matrices', () => {
    const matrix = unpack(named('mym_sparse_3x2')) as SparseArray;
    expect(matrix).toBeInstanceOf(SparseArray);
    expect([matrix.shape, matrix.starts, matrix.rowIndices]).toEqual([
      [3, 2],
      [0, 1, 2],
      [0, 2],
    ]);
    expect(matrix.values.data).toEqual(Float64Array.of(1.5, -2.5));
    expect(hex(pack(matrix))).toBe(hex(named('mym_sparse_3x2')));
  });

  test('characters beyond ASCII', () => {
    const text = unpack(named('mym_char_nonascii')) as NdArray;
    expect(text.toText()).toBe('é世');
    expect(hex(pack(text))).toBe(hex(named('mym_char_nonascii')));
  });

  test('cells of arrays of many lengths', () => {
    const cell = unpack(named('mym_cell_ragged')) as MatCell;
    expect(cell).toBeInstanceOf(MatCell);
    expect(cell.shape).toEqual([1, 3]);
    expect(cell.items.map((item) => Array.from((item as NdArray).data as Float64Array))).toEqual([
      [1, 2],
      [3, 4, 5],
      [],
    ]);
  });
});
