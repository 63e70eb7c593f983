/**
 * What a blob can hold beside plain JavaScript values: Python's own types, numpy's arrays and MATLAB's containers, each
 * a class, so that packing what was unpacked writes the same bytes.
 */

import { Complex } from './complex.ts';
import { type NdArray, shownShape, sizeOf } from './ndarray.ts';

export { Complex };

/**
 * A value in a blob.
 *
 * A number is a float and a bigint an integer, as in Python. `list` is a {@link List}, `dict` a Map in its order, `set` a Set,
 * `bytes` a Uint8Array, `None` null; numpy's arrays and scalars are {@link NdArray}.
 */
export type BlobValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Complex
  | Decimal
  | DateTime
  | Uuid
  | NdArray
  | ObjectArray
  | RecordArray
  | MatCell
  | MatStruct
  | SparseArray
  | Tuple
  | readonly BlobValue[]
  | ReadonlyMap<BlobValue, BlobValue>
  | ReadonlySet<BlobValue>;

/** A decimal number as the text Python writes for it: `-112122121.000003000`, `1E+3`, `NaN`. */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?|Infinity|s?NaN\d*)$/i.test(text)) {
      throw new RangeError(`Expected a decimal number, got ${JSON.stringify(text.slice(0, 40))}.`);
    }
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** A universally unique identifier, as 32 hexadecimal digits with hyphens. */
export class Uuid {
  readonly text: string;

  constructor(text: string) {
    if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text)) {
      throw new RangeError(`Expected a UUID in lower case with hyphens, got ${JSON.stringify(text.slice(0, 40))}.`);
    }
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

const written = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:(^|T)(\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?)?$/;

/** A date, a time of day, or both, without a zone, in ISO form: `2021-12-31T23:59:58.123456`, `1999-01-02`, `01:02:03`. */
export class DateTime {
  readonly text: string;

  /** @throws RangeError for a date or time that no calendar or clock shows. */
  constructor(text: string) {
    const [all, year, month, day, , hour, minute, second] = written.exec(text) ?? [];
    const isDate = year === undefined || isDay(Number(year), Number(month), Number(day));
    const isTime = hour === undefined || (Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60);
    if (!all || !isDate || !isTime) {
      throw new RangeError(`Expected a date, a time or both in ISO form, got ${JSON.stringify(text.slice(0, 40))}.`);
    }
    this.text = text;
  }

  get kind(): 'date' | 'time' | 'datetime' {
    if (!this.text.includes(':')) return 'date';
    return this.text.includes('T') ? 'datetime' : 'time';
  }

  toString(): string {
    return this.text;
  }
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * Python's list: an array, of which `pack` and `insert` know that its numbers are floats. In an array of anybody else's
 * `insert` takes whole numbers for integers, as JSON means them.
 */
export class List extends Array<BlobValue> {}

/** Python's tuple. */
export class Tuple {
  readonly items: readonly BlobValue[];

  constructor(items: readonly BlobValue[]) {
    this.items = items;
  }
}

/** Values of any kind in the shape of an array: numpy's arrays of objects, in column-major order. */
export class ObjectArray {
  readonly shape: readonly number[];
  readonly items: readonly BlobValue[];

  constructor(shape: readonly number[], items: readonly BlobValue[]) {
    this.shape = shape;
    this.items = items;
    expectItems(shape, items.length);
  }
}

/** MATLAB's cell array: values of any kind in a shape, in column-major order. */
export class MatCell {
  readonly shape: readonly number[];
  readonly items: readonly BlobValue[];

  constructor(shape: readonly number[], items: readonly BlobValue[]) {
    this.shape = shape;
    this.items = items;
    expectItems(shape, items.length);
  }
}

/** MATLAB's struct array: the values of its fields for each element, elements in column-major order. */
export class MatStruct {
  readonly shape: readonly number[];
  readonly fields: readonly string[];
  /** The values of all fields of the first element, then of the second, and so on. */
  readonly values: readonly BlobValue[];

  constructor(shape: readonly number[], fields: readonly string[], values: readonly BlobValue[]) {
    this.shape = shape;
    this.fields = fields;
    this.values = values;
    expectNames(fields);
    if (fields.length > 0) expectItems([...shape, fields.length], values.length);
    else expectItems([0], values.length);
  }
}

/** Numpy's structured array: a column of the same shape for each field. */
export class RecordArray {
  readonly fields: readonly string[];
  readonly columns: readonly Column[];

  constructor(fields: readonly string[], columns: readonly Column[]) {
    this.fields = fields;
    this.columns = columns;
    expectNames(fields);
    const shapes = new Set(columns.map(({ shape }) => shownShape(shape)));
    if (fields.length !== columns.length || shapes.size > 1) {
      throw new RangeError(`Expected a column of the same shape for each of ${fields.length} fields.`);
    }
  }

  get shape(): readonly number[] {
    return this.columns[0]?.shape ?? [];
  }
}

export type Column = NdArray | ObjectArray | RecordArray;

export interface SparseParts {
  readonly rows: number;
  readonly columns: number;
  /** Where each column's elements begin and the last one's end. */
  readonly starts: readonly number[];
  /** The row of each element, counted from 0. */
  readonly rowIndices: readonly number[];
  readonly values: NdArray;
}

/** MATLAB's sparse matrix, compressed by columns. The Python library cannot read it. */
export class SparseArray {
  readonly rows: number;
  readonly columns: number;
  readonly starts: readonly number[];
  readonly rowIndices: readonly number[];
  /** One axis, as many elements as there are row indices. */
  readonly values: NdArray;

  constructor({ rows, columns, starts, rowIndices, values }: SparseParts) {
    this.rows = rows;
    this.columns = columns;
    this.starts = starts;
    this.rowIndices = rowIndices;
    this.values = values;
    const rises = starts.every((start, column) => column === 0 || start >= (starts[column - 1] as number));
    if (starts.length !== columns + 1 || !rises || (starts[columns] as number) > rowIndices.length) {
      throw new RangeError(`Expected ${columns + 1} rising starts of columns, up to ${rowIndices.length}.`);
    }
    if (values.size !== rowIndices.length || rowIndices.some((row) => row >= rows)) {
      throw new RangeError(`Expected a row below ${rows} for each of ${values.size} values.`);
    }
  }

  get shape(): readonly number[] {
    return [this.rows, this.columns];
  }
}

function expectItems(shape: readonly number[], count: number): void {
  if (sizeOf(shape) !== count) {
    throw new RangeError(`Expected ${sizeOf(shape)} values for the shape ${shownShape(shape)}, got ${count}.`);
  }
}

function expectNames(fields: readonly string[]): void {
  if (fields.some((name) => name.includes('\0'))) throw new RangeError('Expected names of fields without NUL.');
}
