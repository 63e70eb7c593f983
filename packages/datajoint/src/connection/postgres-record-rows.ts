import { dayNumber } from '../calendar.ts';
import { shortestFloat32 } from '../float32.ts';
import type { RecordBatch, RecordColumn, RecordFormat } from './driver.ts';
import { isBytesType } from './postgres-answer.ts';
import { cellOf } from './postgres-cell-rows.ts';
import type { PostgresField } from './postgres-client.ts';
import type { PostgresRows } from './postgres-rows.ts';
import { RecordBytes } from './record-bytes.ts';

/** Bytes that a value may take in a record beside those that it takes on the wire, twice. */
const mostOfValue = 16;

/** How a column's texts become part of a record without becoming cells; undefined where all of them have to. */
type Way = 'digits' | 'bool' | 'float' | 'double' | 'moment' | 'uuid' | 'text' | undefined;

interface Column {
  readonly before: Uint8Array;
  readonly way: Way;
  readonly isBytes: boolean;
  readonly write: RecordColumn['write'];
}

/** By the number of a type, how its texts are written where that is also the form of the attribute. */
const ways: ReadonlyMap<number, readonly [form: RecordColumn['form'], way: Way]> = new Map([
  [16, ['integer', 'bool']],
  [20, ['integer', 'digits']],
  [21, ['integer', 'digits']],
  [23, ['integer', 'digits']],
  [700, ['float', 'float']],
  [701, ['double', 'double']],
  [1082, ['moment', 'moment']],
  [1114, ['moment', 'moment']],
  [2950, ['uuid', 'uuid']],
]);

/**
 * Rows as records, written from the bytes of the wire to the bytes of JSON. PostgreSQL's texts of numbers and uuids are
 * those of JSON already. What is out of the ordinary, a text beyond ASCII or with control characters, a number with an
 * exponent, a fraction of a second, becomes a cell and is written by its column.
 */
export class PostgresRecordRows implements PostgresRows<RecordBatch> {
  readonly #format: RecordFormat;
  readonly #end: Uint8Array;
  readonly #out = new RecordBytes();
  #columns: readonly Column[] = [];
  /** Bytes that a record may take beside twice its row. */
  #room = 0;

  constructor(format: RecordFormat) {
    this.#format = format;
    this.#end = Buffer.from(format.end);
  }

  get count(): number {
    return this.#out.count;
  }

  get bytes(): number {
    return this.#out.size;
  }

  describe(fields: readonly PostgresField[]): void {
    this.#columns = columnsOf(this.#format, fields);
    this.#room = this.#columns.reduce((sum, { before }) => sum + before.length + mostOfValue, this.#end.length);
  }

  take(bytes: Buffer, start: number, end: number): void {
    const most = this.#room + 2 * (end - start);
    const out = this.#out;
    out.begin(most);
    // The number of cells comes first.
    let at = start + 2;
    const columns = this.#columns;
    for (let index = 0; index < columns.length; index += 1) {
      const { before, way, isBytes, write } = columns[index] as Column;
      out.bytes(before, 0, before.length);
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < 0) out.string(write(null), most);
      else {
        const next = at + length;
        if (next > end) throw new RangeError('A row is longer than its message.');
        if (!this.#value(bytes, at, next, way)) out.string(write(cellOf(bytes, at, next, isBytes)), most);
        at = next;
      }
    }
    out.bytes(this.#end, 0, this.#end.length);
    out.end();
  }

  batch(): RecordBatch {
    return this.#out.batch();
  }

  /** Writes a value in a way; false, and nothing is written, where that does not do. */
  #value(bytes: Buffer, start: number, end: number, way: Way): boolean {
    const out = this.#out;
    switch (way) {
      case 'text':
        return out.text(bytes, start, end);
      case 'digits':
        out.bytes(bytes, start, end);
        return true;
      case 'moment':
        return this.#moment(bytes, start, end);
      case 'float':
      case 'double':
        if (!isPlainNumber(bytes, start, end, way === 'float')) return false;
        out.bytes(bytes, start, end);
        return true;
      case 'uuid':
        out.byte(quote);
        out.bytes(bytes, start, end);
        out.byte(quote);
        return true;
      case 'bool':
        out.byte(bytes[start] === letterT ? zero + 1 : zero);
        return true;
      case undefined:
        return false;
    }
  }

  /** A day, or a day and a time of whole seconds, as seconds since 1970. */
  #moment(bytes: Buffer, start: number, end: number): boolean {
    const isDay = end - start === 10;
    if (!isDay && end - start !== 19) return false;
    const year = 100 * twoDigits(bytes, start) + twoDigits(bytes, start + 2);
    const days = dayNumber(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8));
    if (days === undefined || bytes[start + 4] !== minus || bytes[start + 7] !== minus) return false;
    let seconds = days * 86_400;
    if (!isDay) {
      if (bytes[start + 10] !== space || bytes[start + 13] !== colon || bytes[start + 16] !== colon) return false;
      const hours = twoDigits(bytes, start + 11);
      seconds += hours * 3600 + twoDigits(bytes, start + 14) * 60 + twoDigits(bytes, start + 17);
    }
    if (!Number.isSafeInteger(seconds)) return false;
    this.#out.integer(seconds);
    return true;
  }
}

const quote = 34;
const minus = 45;
const point = 46;
const zero = 48;
const colon = 58;
const space = 32;
const letterT = 116;

/** By the formats that are used again and again. */
const known = new WeakMap<
  RecordFormat,
  { readonly fields: readonly PostgresField[]; readonly columns: readonly Column[] }
>();

function columnsOf(format: RecordFormat, fields: readonly PostgresField[]): readonly Column[] {
  const found = known.get(format);
  const isSame = fields.every(({ dataTypeID }, index) => dataTypeID === found?.fields[index]?.dataTypeID);
  if (found !== undefined && found.fields.length === fields.length && isSame) return found.columns;
  const columns = format.columns.map(({ before, form, write }, index) => {
    const field = fields[index];
    const isBytes = field !== undefined && isBytesType(field);
    return { before: Buffer.from(before), way: wayOf(form, field, isBytes), isBytes, write };
  });
  known.set(format, { fields, columns });
  return columns;
}

function wayOf(form: RecordColumn['form'], field: PostgresField | undefined, isBytes: boolean): Way {
  if (field === undefined || form === undefined || isBytes) return undefined;
  // Whatever the codec takes for a text, the wire has as one.
  if (form === 'text') return 'text';
  const [formOfType, way] = ways.get(field.dataTypeID) ?? [];
  return formOfType === form ? way : undefined;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [(bytes[at] as number) - zero, (bytes[at + 1] as number) - zero];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

/**
 * Whether a text is a number as the codec writes it: digits, perhaps with a point, and so few that no shorter text means
 * the same. Up to 15 digits no two texts are the same double, up to 6 the same 32-bit float.
 */
function isPlainNumber(bytes: Uint8Array, start: number, end: number, isFloat: boolean): boolean {
  let value = 0;
  let digits = 0;
  let decimals = 0;
  let isPast = false;
  const isNegative = bytes[start] === minus;
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) {
    const digit = (bytes[at] as number) - zero;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (value > 0) digits += 1;
      if (isPast) decimals += 1;
    } else if (bytes[at] === point && !isPast) isPast = true;
    else return false;
  }
  // Of the zeros, the negative one is written with a point.
  if (digits > 15 || (isNegative && digits === 0)) return false;
  if (!isFloat || digits <= 6) return true;
  const size = value / 10 ** decimals;
  return digits <= 9 && shortestFloat32(Math.fround(size)) === size;
}
