import type { NdArray } from '../../blob/ndarray.ts';
import type { Cell } from '../../connection/driver.ts';
import { type Attribute, isPadded } from '../attribute.ts';
import { enumValues } from '../enum-values.ts';
import { withoutPadding } from './padding.ts';
import { bitNumber, charactersOf } from './plain.ts';
import { epochMicros, timeMicros } from './temporal.ts';
import { isTrue } from './truth.ts';
import { uuidBytes } from './uuid.ts';

/** The type of the elements of an array. */
export type ElementType =
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 32 | 64; readonly isSigned: boolean }
  | { readonly kind: 'bool' | 'float32' | 'float64' };

/** The type of a column in files that keep columns together, such as Arrow and Parquet. */
export type ColumnarType =
  | ElementType
  | { readonly kind: 'text' | 'json' | 'binary' | 'uuid' }
  /** Days since 1970. */
  | { readonly kind: 'date' }
  /** Microseconds since 1970, of a wall clock or, with a zone, of UTC. */
  | { readonly kind: 'timestamp'; readonly isUtc: boolean }
  /** Microseconds, of either sign and any length. */
  | { readonly kind: 'duration' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** One of few texts. Others than those declared may occur. */
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** Arrays of one axis. */
  | { readonly kind: 'list'; readonly element: ElementType }
  /** Arrays of several axes. */
  | { readonly kind: 'tensor'; readonly element: ElementType };

/**
 * A value of such a column: a number for integers of up to 32 bits, floats and dates; a bigint for 64 bits, timestamps,
 * durations and decimals (without their point); a boolean; a string for text, JSON and enum; an array, row by row, for lists and tensors;
 * bytes for the rest.
 */
export type ColumnarValue = null | number | bigint | boolean | string | Uint8Array | NdArray;

export interface ColumnarColumn {
  readonly type: ColumnarType;
  /** NULL is null; so is what the type has no value for: zero and infinite dates, a decimal that is no number. */
  readonly read: (cell: Cell) => ColumnarValue;
}

/** How an attribute is kept in columns. Chosen once per column. */
export function columnar(attribute: Attribute): ColumnarColumn {
  const { type, read } = columnFor(attribute);
  return { type, read: (cell) => (cell === null ? null : read(cell)) };
}

type Column = { readonly type: ColumnarType; readonly read: (cell: Exclude<Cell, null>) => ColumnarValue };

function columnFor(attribute: Attribute): Column {
  const { storage, databaseType } = attribute;
  switch (storage.kind) {
    case 'integer':
    case 'year': {
      const bits = storage.bits === 24 ? 32 : storage.bits;
      return {
        type: { kind: 'integer', bits, isSigned: !storage.unsigned },
        read: bits === 64 ? (cell) => BigInt(cell as string) : Number,
      };
    }
    case 'bool':
      return { type: { kind: 'bool' }, read: (cell) => isTrue(cell) || (cell !== 'f' && Number(cell) !== 0) };
    case 'float':
      return { type: { kind: 'float32' }, read: (cell) => Math.fround(Number(cell)) };
    case 'double':
      return { type: { kind: 'float64' }, read: Number };
    case 'decimal':
      return decimalColumn(databaseType);
    case 'date':
      return { type: { kind: 'date' }, read: readDate };
    case 'datetime':
      return {
        type: { kind: 'timestamp', isUtc: / with time zone$/.test(databaseType) },
        read: (cell) => epochMicros(String(cell)) ?? null,
      };
    case 'time':
      return { type: { kind: 'duration' }, read: (cell) => timeMicros(String(cell)) ?? null };
    case 'uuid':
      return {
        type: { kind: 'uuid' },
        read: (cell) => (cell instanceof Uint8Array ? cell : (uuidBytes(String(cell)) ?? null)),
      };
    case 'json':
      return { type: { kind: 'json' }, read: charactersOf };
    case 'bit':
      return bitColumn(databaseType);
    case 'blob':
    case 'bytes':
    case 'attach':
    case 'external':
    case 'geometry':
      return {
        type: { kind: 'binary' },
        read: (cell) => (cell instanceof Uint8Array ? cell : Buffer.from(String(cell))),
      };
    case 'text':
      return {
        type: textType(attribute),
        read: isPadded(attribute) ? (cell) => withoutPadding(charactersOf(cell)) : charactersOf,
      };
  }
}

const microsPerDay = 86_400_000_000n;

function readDate(cell: Cell): number | null {
  const micros = epochMicros(String(cell));
  return micros === undefined ? null : Number(micros / microsPerDay);
}

/** The widest decimal that Arrow has. */
const maxPrecision = 76;

/** A decimal without a fixed scale (PostgreSQL has such) stays the text it is. */
function decimalColumn(databaseType: string): Column {
  const [, digits, decimals = '0'] = /^(?:decimal|numeric)\((\d+)(?:,(-?\d+))?\)/i.exec(databaseType) ?? [];
  const precision = Number(digits);
  const scale = Number(decimals);
  if (!(precision <= maxPrecision && scale >= 0 && scale <= precision)) return { type: { kind: 'text' }, read: String };
  return { type: { kind: 'decimal', precision, scale }, read: (cell) => unscaled(String(cell), scale) };
}

function unscaled(text: string, scale: number): bigint | null {
  const [whole = '', fraction = ''] = text.split('.');
  return /^[+-]?\d+$/.test(whole) ? BigInt(whole + fraction.padEnd(scale, '0')) : null;
}

function bitColumn(databaseType: string): Column {
  const bits = Number(/^bit\((\d+)\)/i.exec(databaseType)?.[1] ?? 1);
  return bits > 64 || /varying/i.test(databaseType)
    ? { type: { kind: 'text' }, read: (cell) => (cell instanceof Uint8Array ? bitNumber(cell) : String(cell)) }
    : {
        type: { kind: 'integer', bits: 64, isSigned: false },
        read: (cell) => BigInt(cell instanceof Uint8Array ? bitNumber(cell) : `0b${String(cell)}`),
      };
}

function textType({ databaseType, type }: Attribute): ColumnarType {
  const values = enumValues(databaseType) ?? enumValues(type);
  return values === undefined ? { kind: 'text' } : { kind: 'enum', values };
}
