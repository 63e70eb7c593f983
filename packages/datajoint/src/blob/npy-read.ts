/** Reads numpy's file format for one array. Source: NEP 1 and the documentation of numpy.lib.format. */

import { BlobError } from './blob-error.ts';
import { dtypeFacts } from './dtype.ts';
import { NdArray, sizeOf } from './ndarray.ts';
import { npyDtype } from './npy-type.ts';
import { itemsInOtherOrder } from './reorder.ts';
import { ObjectArray } from './values.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

interface Head {
  readonly byteOrder: string;
  readonly code: string;
  readonly isInColumns: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

/**
 * The array in a `.npy` file: numbers, booleans, dates, or texts as an array of strings.
 *
 * Numbers in the byte order of this machine are a window on the file; half precision becomes single.
 * @throws BlobError for anything else, among it structured and pickled arrays.
 */
export function fromNpy(file: Uint8Array): NdArray | ObjectArray {
  const head = readHead(file);
  const content = file.subarray(head.start);
  const texts = /^U(\d{1,7})$/.exec(head.code)?.[1];
  if (texts !== undefined) return readTexts(content, Number(texts), head);
  return head.code === 'f2' ? readHalves(content, head) : readNumbers(content, head);
}

function readHead(file: Uint8Array): Head {
  if (magic.some((byte, index) => file[index] !== byte))
    throw new BlobError('Expected a .npy file, got other bytes', 0);
  const version = file[6] ?? 0;
  const widthOfLength = version === 1 ? 2 : 4;
  const start = 8 + widthOfLength;
  if (version < 1 || version > 3 || file.length < start) {
    throw new BlobError('Expected a .npy file of version 1, 2 or 3, got another or its end', 6);
  }
  const view = new DataView(file.buffer, file.byteOffset, start);
  const length = widthOfLength === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  const words = new TextDecoder().decode(file.subarray(start, start + Math.min(length, 0x10_000)));
  const [, byteOrder, code] = /'descr'\s*:\s*'([<>=|]?)([^']{1,20})'/.exec(words) ?? [];
  const isInColumns = /'fortran_order'\s*:\s*(True|False)/.exec(words)?.[1];
  const axes = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(words)?.[1];
  if (byteOrder === undefined || code === undefined || isInColumns === undefined || axes === undefined) {
    throw new BlobError('Expected a .npy file of numbers, booleans, dates or texts, got another', start);
  }
  const shape = (axes.match(/\d+/g) ?? []).map(Number);
  if (!Number.isSafeInteger(sizeOf(shape)))
    throw new BlobError('Expected a shape that can be, got a larger one', start);
  return { byteOrder, code, isInColumns: isInColumns === 'True', shape, start: start + length };
}

function readNumbers(content: Uint8Array, { byteOrder, code, isInColumns, shape, start }: Head): NdArray {
  const dtype = npyDtype(code);
  if (dtype === undefined)
    throw new BlobError(`Expected numbers, booleans, dates or texts, got the type ${code}`, start);
  const { itemSize, isComplex } = dtypeFacts(dtype);
  const bytes = expected(content, sizeOf(shape) * itemSize * (isComplex ? 2 : 1), start);
  const data = byteOrder === '>' ? swapped(bytes, itemSize) : bytes;
  const order = isInColumns ? 'F' : 'C';
  if (!isComplex) return new NdArray({ dtype, shape, order, data });
  return new NdArray({
    dtype,
    shape,
    order,
    data: everyOther(data, itemSize, 0),
    imaginary: everyOther(data, itemSize, 1),
  });
}

function readHalves(content: Uint8Array, { byteOrder, isInColumns, shape, start }: Head): NdArray {
  const bytes = expected(content, sizeOf(shape) * 2, start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, index) =>
    half(view.getUint16(index * 2, byteOrder !== '>')),
  );
  return new NdArray({ dtype: 'float32', shape, order: isInColumns ? 'F' : 'C', data });
}

/** A number of half precision (IEEE 754 binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function readTexts(content: Uint8Array, length: number, { byteOrder, isInColumns, shape, start }: Head): ObjectArray {
  const size = sizeOf(shape);
  const bytes = expected(content, size * length * 4, start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = Array.from({ length: size }, (_, index) => {
    const codes = Array.from({ length }, (__, letter) =>
      view.getUint32((index * length + letter) * 4, byteOrder !== '>'),
    );
    while (codes.at(-1) === 0) codes.pop();
    if (codes.some((code) => code > 0x10_ffff)) throw new BlobError('Expected Unicode, got other numbers', start);
    return codes.map((code) => String.fromCodePoint(code)).join('');
  });
  return new ObjectArray(shape, isInColumns ? texts : itemsInOtherOrder(texts, shape, 'C'));
}

function expected(content: Uint8Array, length: number, start: number): Uint8Array {
  if (content.length !== length) {
    throw new BlobError(`Expected ${length} bytes of elements, got ${content.length}`, start);
  }
  return content;
}

function swapped(bytes: Uint8Array, itemSize: number): Uint8Array {
  const target = new Uint8Array(bytes.length);
  for (let place = 0; place < bytes.length; place += 1) {
    const within = place % itemSize;
    target[place - within + itemSize - 1 - within] = bytes[place] as number;
  }
  return target;
}

/** The first or the second of every two items. */
function everyOther(bytes: Uint8Array, itemSize: number, which: 0 | 1): Uint8Array {
  const target = new Uint8Array(bytes.length / 2);
  for (let to = 0, from = which * itemSize; to < target.length; to += itemSize, from += 2 * itemSize) {
    for (let byte = 0; byte < itemSize; byte += 1) target[to + byte] = bytes[from + byte] as number;
  }
  return target;
}
