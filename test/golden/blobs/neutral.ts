import { createHash } from 'node:crypto';
import { datetime64Text } from '../../../packages/datajoint/src/blob/datetime64.ts';
import type { DatetimeUnit } from '../../../packages/datajoint/src/blob/dtype.ts';
import { NdArray, sizeOf, stridesOf } from '../../../packages/datajoint/src/blob/ndarray.ts';
import { npyCode } from '../../../packages/datajoint/src/blob/npy-type.ts';
import { inOrder } from '../../../packages/datajoint/src/blob/reorder.ts';
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
  Tuple,
  Uuid,
} from '../../../packages/datajoint/src/blob/values.ts';

/** A value in the words of the recorded vectors, which no reader of JSON rounds. */
export type Neutral = unknown;

export function neutral(value: BlobValue): Neutral {
  if (value === null) return { t: 'null' };
  if (typeof value === 'boolean') return { t: 'bool', v: value };
  if (typeof value === 'bigint') return { t: 'int', v: String(value) };
  if (typeof value === 'number') return { t: 'float', v: float(value) };
  if (typeof value === 'string') return { t: 'str', v: value };
  if (value instanceof Uint8Array) return { t: 'bytes', hex: Buffer.from(value).toString('hex') };
  if (value instanceof Complex) return { t: 'complex', re: float(value.real), im: float(value.imaginary) };
  if (value instanceof Decimal) return { t: 'decimal', v: value.text };
  if (value instanceof Uuid) return { t: 'uuid', v: value.text };
  if (value instanceof DateTime) return { t: value.kind, v: value.text };
  if (value instanceof NdArray) return ndarray(value);
  return container(value as Exclude<BlobValue, null | number | string | bigint | boolean>);
}

function container(value: object): Neutral {
  if (value instanceof Tuple) return { t: 'tuple', items: value.items.map(neutral) };
  if (Array.isArray(value)) return { t: 'list', items: value.map(neutral) };
  if (value instanceof Set) return { t: 'set', items: [...value].map(neutral) };
  if (value instanceof Map) return { t: 'dict', entries: [...value].map((entry) => entry.map(neutral)) };
  if (value instanceof ObjectArray) {
    return { t: 'ndarray', dtype: 'object', shape: value.shape, data_C_order: rowsFirst(value).map(neutral) };
  }
  if (value instanceof MatCell) {
    return { t: 'matcell', shape: value.shape, dtype: '|O', items_C_order: rowsFirst(value).map(neutral) };
  }
  if (value instanceof MatStruct) return struct(value);
  if (value instanceof RecordArray) return records(value);
  throw new Error(`No neutral form of ${value.constructor.name}.`);
}

function float(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
}

/** The items in row-major order. */
function rowsFirst<T>({ shape, items }: { readonly shape: readonly number[]; readonly items: readonly T[] }): T[] {
  const strides = stridesOf(shape, 'F');
  const steps = stridesOf(shape, 'C');
  return Array.from({ length: sizeOf(shape) }, (_, place) => {
    const from = shape.reduce((sum, length, axis) => {
      return sum + (Math.floor(place / (steps[axis] as number)) % length) * (strides[axis] as number);
    }, 0);
    return items[from] as T;
  });
}

function ndarray(array: NdArray): Neutral {
  if (array.dtype === 'char') return characters(array);
  const { dtype, shape } = array;
  if (shape.length === 0) return { t: 'npscalar', dtype, v: elements(array)[0] };
  if (array.size <= 64) return { t: 'ndarray', dtype, shape, data_C_order: elements(array) };
  const rows = inOrder(array, 'C');
  const all = elements(array);
  return {
    t: 'ndarray',
    dtype,
    shape,
    data_C_order_first8: all.slice(0, 8),
    data_C_order_last8: all.slice(-8),
    sha256_of_C_order_little_endian_bytes: createHash('sha256').update(rows.bytes).digest('hex'),
  };
}

/** The elements in row-major order. */
function elements(array: NdArray): Neutral[] {
  const { dtype, data, imaginary } = inOrder(array, 'C');
  if (dtype === 'bool') return Array.from(data as Uint8Array, (value) => value !== 0);
  const unit = /^datetime64\[(\w+)\]$/.exec(dtype)?.[1] as DatetimeUnit | undefined;
  return Array.from(data as Iterable<number | bigint>, (value, index) => {
    if (unit !== undefined) return { iso: datetime64Text(value as bigint, unit), raw: String(value) };
    if (typeof value === 'bigint') return String(value);
    return imaginary === undefined ? float(value) : [float(value), float(imaginary[index] as number)];
  });
}

/** Python reads a row of characters as one text, and other shapes as texts of one character. */
function characters(array: NdArray): Neutral {
  const { data, shape } = inOrder(array, 'C');
  const texts = Array.from(data as Uint16Array, (unit) => String.fromCharCode(unit));
  const isText = shape.length === 1 || (shape.length === 2 && shape[0] === 1);
  return isText
    ? { t: 'ndarray', dtype: `<U${texts.length}`, shape: [1], data_C_order: [texts.join('')] }
    : { t: 'ndarray', dtype: '<U1', shape, data_C_order: texts };
}

function struct({ shape, fields, values }: MatStruct): Neutral {
  const rows = Array.from({ length: sizeOf(shape) }, (_, row) => {
    return Object.fromEntries(
      fields.map((name, field) => [name, neutral(values[row * fields.length + field] ?? null)]),
    );
  });
  return {
    t: 'matstruct',
    shape,
    fields: fields.map((name) => ({ name, dtype: 'object' })),
    rows_C_order: rowsFirst({ shape, items: rows }),
  };
}

function records(array: RecordArray): Neutral {
  return {
    t: 'recarray',
    shape: array.shape,
    fields: array.fields.map((name, index) => ({ name, dtype: numpyCode(array.columns[index] as Column) })),
    rows_C_order: recordRows(array),
  };
}

function recordRows({ shape, fields, columns }: RecordArray): Neutral[] {
  const cells = columns.map((column) => {
    if (column instanceof RecordArray) return recordRows(column);
    return column instanceof NdArray ? elements(column) : rowsFirst(column).map(neutral);
  });
  return Array.from({ length: sizeOf(shape) }, (_, row) => {
    return Object.fromEntries(fields.map((name, field) => [name, cells[field]?.[row]]));
  });
}

function numpyCode(column: Column): string {
  if (column instanceof ObjectArray) return 'object';
  if (column instanceof NdArray) return npyCode(column.dtype) ?? column.dtype;
  const sizes: number[] = column.columns.map((nested) => Number(numpyCode(nested as Column).at(-1)));
  return `|V${sizes.reduce((sum, size) => sum + size, 0)}`;
}
