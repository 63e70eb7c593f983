/** Arrays of numbers and of values, MATLAB's containers, structured arrays. */

import type { ByteReader } from './byte-reader.ts';
import { type ReadItem, readItems } from './decode-items.ts';
import { type Dtype, dtypeFacts, dtypeOfId } from './dtype.ts';
import { NdArray, sizeOf } from './ndarray.ts';
import { type Column, MatCell, MatStruct, ObjectArray, RecordArray, SparseArray } from './values.ts';

/** Numpy takes 64 axes at most, older versions 32. */
const maxAxes = 64;
const objectId = 5;

interface NumericType {
  readonly stored: Dtype;
  readonly isComplex: boolean;
}

export function readArray(reader: ByteReader, item: ReadItem): NdArray | ObjectArray {
  const shape = readShape(reader);
  const type = readElementType(reader);
  if (type !== undefined) return readElements(reader, shape, type);
  return new ObjectArray(shape, readItems(reader, sizeOf(shape), 'values of an array', item));
}

export function readCell(reader: ByteReader, item: ReadItem): MatCell {
  const shape = readShape(reader);
  return new MatCell(shape, readItems(reader, sizeOf(shape), 'values of an array', item));
}

export function readStruct(reader: ByteReader, item: ReadItem): MatStruct {
  const shape = readShape(reader);
  const fields = readFields(reader);
  const count = fields.length === 0 ? 0 : sizeOf(shape) * fields.length;
  return new MatStruct(shape, fields, readItems(reader, count, 'values of fields', item));
}

export function readRecordArray(reader: ByteReader, item: ReadItem): RecordArray {
  const fields = readFields(reader);
  const columns = fields.map((): Column => {
    const place = reader.position;
    const column = item();
    if (column instanceof NdArray || column instanceof ObjectArray || column instanceof RecordArray) return column;
    return reader.fail('Expected an array for each field of a structured array, got another value', place);
  });
  return new RecordArray(fields, columns);
}

/** MATLAB's sparse matrix: sizes, type, then where columns begin, the rows, the values. Source: mYm. */
export function readSparse(reader: ByteReader): SparseArray {
  const rows = reader.count('number of rows');
  const columns = reader.count('number of columns');
  const size = reader.count('number of values');
  const type = readElementType(reader);
  if (type === undefined) return reader.fail('Expected numbers in a sparse matrix, got values of any kind');
  const starts = readCounts(reader, columns + 1, 'start of a column');
  const rowIndices = readCounts(reader, size, 'row of a value');
  return new SparseArray({ rows, columns, starts, rowIndices, values: readElements(reader, [size], type) });
}

function readShape(reader: ByteReader): number[] {
  const place = reader.position;
  const axes = reader.count('number of axes');
  if (axes > maxAxes) reader.fail(`Expected at most ${maxAxes} axes, got ${axes}`, place);
  const shape = readCounts(reader, axes, 'length of an axis');
  const size = sizeOf(shape);
  if (!Number.isSafeInteger(size)) reader.fail('Expected a shape of an array that can exist, got a larger one', place);
  return shape;
}

function readCounts(reader: ByteReader, count: number, what: string): number[] {
  reader.expectRoom(count, reader.dims / 8, what);
  reader.charge(count * 8);
  return Array.from({ length: count }, () => reader.count(what));
}

function readFields(reader: ByteReader): string[] {
  const count = reader.uint32('number of fields');
  reader.expectRoom(count, 1, 'names of fields');
  return Array.from({ length: count }, () => reader.name('name of a field'));
}

/** The type of the elements as they are stored, of complex numbers that of their parts; undefined for values of any kind. */
function readElementType(reader: ByteReader): NumericType | undefined {
  const place = reader.position;
  const typeId = reader.uint32('type of an array');
  const isComplex = reader.uint32('sign of complex numbers') !== 0;
  if (typeId === objectId) return undefined;
  const stored = dtypeOfId(typeId);
  const isNumber = stored !== undefined && stored !== 'char' && !stored.startsWith('datetime64');
  if (stored === undefined || (isComplex && !isNumber)) {
    const got = `${typeId}${isComplex ? ' with imaginary parts' : ''}`;
    return reader.fail(`Expected a type of array elements from 3 to 15 or of dates, got ${got}`, place);
  }
  return { stored, isComplex };
}

function readElements(reader: ByteReader, shape: readonly number[], { stored, isComplex }: NumericType): NdArray {
  const length = sizeOf(shape) * dtypeFacts(stored).itemSize;
  const part = (): Uint8Array => reader.take(length, `${stored} array`);
  if (!isComplex) return new NdArray({ dtype: stored, shape, order: 'F', data: part() });
  if (stored === 'float64' || stored === 'float32') {
    const dtype = stored === 'float64' ? 'complex128' : 'complex64';
    return new NdArray({ dtype, shape, order: 'F', data: part(), imaginary: part() });
  }
  // MATLAB has complex integers, numpy has not: Python makes 64-bit floats of them.
  reader.charge(sizeOf(shape) * 16);
  const [data, imaginary] = [part(), part()].map((bytes) => {
    return Float64Array.from(new NdArray({ dtype: stored, shape, data: bytes }).data as ArrayLike<number>, Number);
  }) as [Float64Array, Float64Array];
  return new NdArray({ dtype: 'complex128', shape, order: 'F', data, imaginary });
}
