import { type Dtype, dtypeFacts } from '../../blob/dtype.ts';
import type { NdArray } from '../../blob/ndarray.ts';
import { inOrder } from '../../blob/reorder.ts';
import { unpack } from '../../blob/unpack.ts';
import {
  type BlobValue,
  Complex,
  DateTime,
  Decimal,
  MatCell,
  MatStruct,
  ObjectArray,
  RecordArray,
  SparseArray,
  Tuple,
  Uuid,
} from '../../blob/values.ts';
import { shortestFloat32 } from '../../float32.ts';

/** The member that says which of Python's and MATLAB's types an object of JSON stands for. */
export const typeMember = '$type';

/** Bytes of a value up to which it is written as JSON by default; a larger one would take many times its size. */
const defaultMaxBytes = 8 << 20;

/**
 * A stored blob as JSON that an insert takes back as the same value: lists and dicts are arrays and objects, whole numbers
 * integers, numbers with a point or an exponent floats, arrays of numbers `{dtype, shape, data}` with the elements row by
 * row. What JSON has no form for is an object with `$type`. A blob that is too large, cannot be read, or is None (which is not
 * NULL), stays as it is: `{"$type": "packed", "base64"}`.
 */
export function storedBlobJson(blob: Uint8Array, maxBytes = defaultMaxBytes): string {
  try {
    // Compressed bytes stand for many more; unpacking refuses where they stand for too many.
    const value = blob.length > maxBytes ? null : unpack(blob, { dims: 'auto', maxBytes: 2 * maxBytes });
    return value === null ? packedJson(blob) : blobJson(value);
  } catch {
    return packedJson(blob);
  }
}

function packedJson(blob: Uint8Array): string {
  return tagged('packed', { base64: JSON.stringify(base64(blob)) });
}

/** A value of a blob as JSON; see {@link storedBlobJson}. */
export function blobJson(value: BlobValue): string {
  if (typeof value === 'number') return floatJson(value);
  if (typeof value === 'bigint') return integerJson(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return listJson(value);
  if (value instanceof Uint8Array) return tagged('bytes', { base64: JSON.stringify(base64(value)) });
  if (value instanceof Map) return dictJson(value);
  if (value instanceof Set) return tagged('set', { items: listJson([...value]) });
  if (value instanceof Tuple) return tagged('tuple', { items: listJson(value.items) });
  if (value instanceof Complex) {
    return tagged('complex', { real: floatJson(value.real), imaginary: floatJson(value.imaginary) });
  }
  if (value instanceof Decimal) return tagged('decimal', { value: JSON.stringify(value.text) });
  if (value instanceof DateTime) return tagged('datetime', { value: JSON.stringify(value.text) });
  if (value instanceof Uuid) return tagged('uuid', { value: JSON.stringify(value.text) });
  if (value instanceof ObjectArray) return tagged('objects', shaped(value));
  if (value instanceof MatCell) return tagged('cell', shaped(value));
  if (value instanceof MatStruct) {
    const { shape, fields, values } = value;
    return tagged('struct', { shape: JSON.stringify(shape), fields: JSON.stringify(fields), values: listJson(values) });
  }
  if (value instanceof RecordArray) {
    return tagged('records', { fields: JSON.stringify(value.fields), columns: listJson(value.columns) });
  }
  if (value instanceof SparseArray) {
    const { rows, columns, starts, rowIndices, values } = value;
    const places = { starts: JSON.stringify(starts), rowIndices: JSON.stringify(rowIndices) };
    return tagged('sparse', { rows: String(rows), columns: String(columns), ...places, values: arrayJson(values) });
  }
  return arrayJson(value as NdArray);
}

function tagged(type: string, members: Readonly<Record<string, string>>): string {
  return objectJson([[typeMember, JSON.stringify(type)], ...Object.entries(members)]);
}

function objectJson(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function listJson(items: readonly BlobValue[]): string {
  return `[${items.map(blobJson).join(',')}]`;
}

function shaped({ shape, items }: ObjectArray | MatCell): Record<string, string> {
  return { shape: JSON.stringify(shape), items: listJson(items) };
}

function dictJson(dict: ReadonlyMap<BlobValue, BlobValue>): string {
  const entries = [...dict];
  const keys = entries.map(([key]) => key);
  if (keys.every((key) => typeof key === 'string') && !isClaimed(keys)) {
    return objectJson(entries.map(([key, value]) => [String(key), blobJson(value)]));
  }
  return tagged('dict', { items: `[${entries.map((entry) => listJson(entry)).join(',')}]` });
}

/** Whether an object with these members would be taken for something else, or its members for others' order. */
function isClaimed(keys: readonly string[]): boolean {
  return keys.includes(typeMember) || isArrayForm(keys) || keys.some((key) => /^\d/.test(key));
}

/** Whether the members of an object are those of an array of numbers. */
export function isArrayForm(keys: readonly string[]): boolean {
  return keys.length === 3 && ['dtype', 'shape', 'data'].every((name) => keys.includes(name));
}

/** A float has a point or an exponent, by which it is told from an integer. */
function floatJson(value: number): string {
  if (!Number.isFinite(value)) return tagged('float', { value: `"${wordFor(value)}"` });
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function wordFor(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Readers refuse numbers of more digits. */
const longestNumber = 300;

function integerJson(value: bigint): string {
  const text = String(value);
  return text.length <= longestNumber ? text : tagged('integer', { value: `"${text}"` });
}

function arrayJson(array: NdArray): string {
  const ordered = inOrder(array, 'C');
  const { dtype, shape, imaginary } = ordered;
  const data = ordered.data as ArrayLike<number | bigint>;
  const element = elementWriter(dtype);
  let elements: string;
  if (dtype === 'char')
    elements = JSON.stringify(Array.from(data, (unit) => String.fromCharCode(Number(unit))).join(''));
  else if (imaginary === undefined) elements = `[${Array.from(data, element).join(',')}]`;
  else
    elements = `[${Array.from(data, (real, index) => `[${element(real)},${element(imaginary[index] ?? 0)}]`).join(',')}]`;
  return objectJson([
    ['dtype', JSON.stringify(dtype)],
    ['shape', JSON.stringify(shape)],
    ['data', elements],
  ]);
}

/** An array says its type itself: whole floats need no point, and the words for what is no number no object. */
function elementWriter(dtype: Dtype): (element: number | bigint) => string {
  if (dtype === 'bool') return (element) => String(Boolean(element));
  const isSingle = dtype === 'float32' || dtype === 'complex64';
  if (!isSingle && dtypeFacts(dtype).array !== Float64Array) return String;
  return (element) => {
    const value = Number(element);
    if (!Number.isFinite(value)) return `"${wordFor(value)}"`;
    return Object.is(value, -0) ? '-0.0' : String(isSingle ? shortestFloat32(value) : value);
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
