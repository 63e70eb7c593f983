import { type Dtype, dtypeFacts, type TypedArray } from '../../blob/dtype.ts';
import type { Packable } from '../../blob/encode.ts';
import { NdArray, sizeOf } from '../../blob/ndarray.ts';
import { PackedBlob } from '../../blob/packed-blob.ts';
import {
  type BlobValue,
  type Column,
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
import { isArrayForm, typeMember } from './blob-json.ts';
import { NumberLiteral } from './number-literal.ts';

/** An object of JSON, and what makes a value of each JSON inside it. */
interface Form {
  readonly members: Readonly<Record<string, unknown>>;
  readonly value: (json: unknown) => Packable;
}

/**
 * What an object of JSON stands for in a blob: an array of numbers for `{dtype, shape, data}`, what `$type` says where there
 * is one (see `storedBlobJson`); undefined for a plain dict.
 * @throws RangeError for one that says what cannot be.
 */
export function blobOfJson(
  members: Readonly<Record<string, unknown>>,
  value: (json: unknown) => Packable,
): Packable | PackedBlob | undefined {
  if (isArrayForm(Object.keys(members)) && typeof members.dtype === 'string' && Array.isArray(members.shape)) {
    return arrayOf(members);
  }
  const type = members[typeMember];
  if (typeof type !== 'string') return undefined;
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read === undefined) {
    const known = Object.keys(readers).join(', ');
    throw new RangeError(`Expected ${typeMember} to be one of ${known}; got ${JSON.stringify(type.slice(0, 40))}.`);
  }
  return read({ members, value });
}

const readers: Readonly<Record<string, (form: Form) => Packable | PackedBlob>> = {
  packed: (form) => new PackedBlob(bytesOf(form)),
  bytes: (form) => bytesOf(form),
  float: ({ members }) => numberOf(members.value),
  integer: (form) => BigInt(text(form, 'value')),
  complex: ({ members }) => new Complex(numberOf(members.real), numberOf(members.imaginary)),
  decimal: (form) => new Decimal(text(form, 'value')),
  datetime: (form) => new DateTime(text(form, 'value')),
  uuid: (form) => new Uuid(text(form, 'value')),
  tuple: (form) => new Tuple(items(form, 'items')),
  set: (form) => new Set(items(form, 'items')),
  dict: ({ members, value }) => {
    return new Map(
      list(members.items, 'items').map((entry) => {
        const [key, item] = list(entry, 'items');
        return [value(key), value(item)];
      }),
    );
  },
  objects: (form) => new ObjectArray(places(form, 'shape'), items(form, 'items')),
  cell: (form) => new MatCell(places(form, 'shape'), items(form, 'items')),
  struct: (form) => new MatStruct(places(form, 'shape'), texts(form, 'fields'), items(form, 'values')),
  records: (form) => {
    const columns = items(form, 'columns');
    if (!columns.every(isColumn)) throw new RangeError('Expected an array for each of "columns".');
    return new RecordArray(texts(form, 'fields'), columns);
  },
  sparse: (form) => {
    const values = form.value(form.members.values);
    if (!(values instanceof NdArray)) throw new RangeError('Expected "values" to be {dtype, shape, data}.');
    const [rows = -1, columns = -1] = [form.members.rows, form.members.columns].map(Number);
    return new SparseArray({
      rows,
      columns,
      starts: places(form, 'starts'),
      rowIndices: places(form, 'rowIndices'),
      values,
    });
  },
};

function isColumn(value: unknown): value is Column {
  return value instanceof NdArray || value instanceof ObjectArray || value instanceof RecordArray;
}

function list(json: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new RangeError(`Expected a list "${name}".`);
  return json;
}

/** A value of the blob's own classes holds values of a blob alone, whose lists are lists of floats and integers. */
function items({ members, value }: Form, name: string): BlobValue[] {
  return list(members[name], name).map((json) => value(json) as BlobValue);
}

function texts({ members }: Form, name: string): string[] {
  return list(members[name], name).map(String);
}

function places({ members }: Form, name: string): number[] {
  return list(members[name], name).map((json) => {
    if (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return json;
    throw new RangeError(`Expected "${name}" to hold whole numbers of 0 or more, got ${String(json).slice(0, 40)}.`);
  });
}

function text({ members }: Form, name: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new RangeError(`Expected a text "${name}".`);
  return value;
}

function bytesOf(form: Form): Uint8Array {
  const base64 = text(form, 'base64');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    throw new RangeError('Expected "base64" to be padded base64.');
  }
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

const words: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };

function numberOf(json: unknown): number {
  const word = typeof json === 'string' ? words[json.toLowerCase()] : undefined;
  if (word !== undefined) return word;
  if (typeof json === 'number') return json;
  if (json instanceof NumberLiteral) return Number(json.text);
  throw new RangeError(`Expected numbers, or "nan", "inf", "-inf"; got ${String(json).slice(0, 40)}.`);
}

/** The elements may be nested as the shape says, or follow one another row by row. */
function arrayOf({ dtype, shape, data }: Readonly<Record<string, unknown>>): NdArray {
  const { array, isComplex } = dtypeFacts(dtype as Dtype);
  const lengths = places({ members: { shape }, value: (json) => json as Packable }, 'shape');
  const size = sizeOf(lengths);
  const elements = typeof data === 'string' ? [...units(data)] : flat(data, isComplex, 0);
  if (elements.length !== size) {
    throw new RangeError(`Expected ${size} elements for the shape ${JSON.stringify(lengths)}, got ${elements.length}.`);
  }
  const part = (of: (element: unknown) => unknown): TypedArray => {
    const typed = new array(size);
    for (let index = 0; index < size; index += 1) set(typed, index, of(elements[index]), dtype as Dtype);
    return typed;
  };
  const parts = isComplex
    ? { data: part((element) => list(element, 'data')[0]), imaginary: part((element) => list(element, 'data')[1]) }
    : { data: part((element) => element) };
  return new NdArray({ dtype: dtype as Dtype, shape: lengths, ...parts });
}

function* units(characters: string): Generator<number> {
  for (let index = 0; index < characters.length; index += 1) yield characters.charCodeAt(index);
}

/** Numpy's own bound on axes is 64. */
const mostAxes = 64;

function flat(data: unknown, isComplex: boolean, depth: number): unknown[] {
  const elements = list(data, 'data');
  if (depth > mostAxes) throw new RangeError(`Expected at most ${mostAxes} axes.`);
  const isNested = (element: unknown): boolean => {
    return Array.isArray(element) && !(isComplex && element.length === 2 && !Array.isArray(element[0]));
  };
  return elements.some(isNested) ? elements.flatMap((element) => flat(element, isComplex, depth + 1)) : [...elements];
}

function set(typed: TypedArray, index: number, element: unknown, dtype: Dtype): void {
  if (typed instanceof Float32Array || typed instanceof Float64Array) {
    typed[index] = numberOf(element);
    return;
  }
  const whole = wholeNumber(element);
  if (typed instanceof BigInt64Array || typed instanceof BigUint64Array) typed[index] = whole;
  else typed[index] = Number(whole);
  if (BigInt(typed[index] as number | bigint) !== whole || (dtype === 'bool' && whole > 1n)) {
    throw new RangeError(`Expected elements in the range of ${dtype}, got ${String(element).slice(0, 40)}.`);
  }
}

function wholeNumber(element: unknown): bigint {
  if (typeof element === 'boolean') return element ? 1n : 0n;
  if (typeof element === 'number' && Number.isSafeInteger(element)) return BigInt(element);
  if (element instanceof NumberLiteral && /^[+-]?\d+$/.test(element.text)) return BigInt(element.text);
  throw new RangeError(`Expected whole numbers, got ${String(element).slice(0, 40)}.`);
}
