import { dayNumber } from '../calendar.ts';
import { shortestFloat32 } from '../float32.ts';
import type { Cell, RecordBatch, RecordColumn, RecordFormat } from './driver.ts';
import type { MysqlField, MysqlPacket, MysqlRowParser } from './mysql-link.ts';
import type { MysqlRows, Row } from './mysql-rows.ts';
import { MysqlValues, type WireForm } from './mysql-values.ts';
import { writeRecords } from './written-records.ts';

/** Buffers to write in, used again and again: those made anew for each batch would soon have the garbage collected. */
const spare: Buffer[] = [];
const spareSize = 224 * 1024;
const mostSpare = 16;

/** Bytes that a value may take in a record beside those that it takes on the wire, twice. */
const mostOfValue = 40;

/** How a column's values are written without becoming cells; undefined where all of them have to. */
type Way = RecordColumn['form'];

const ways: Readonly<Record<NonNullable<RecordColumn['form']>, (form: WireForm) => boolean>> = {
  integer: (form) => /^u?int\d+$/.test(form),
  double: (form) => form === 'double',
  float: (form) => form === 'float',
  moment: (form) => form === 'date' || form === 'datetime',
  uuid: (form) => form === 'bytes',
  text: (form) => form === 'text',
};

interface Column {
  readonly before: Uint8Array;
  readonly way: Way;
  readonly write: (cell: Cell) => string;
}

/**
 * Rows as records, written from the bytes of the wire to the bytes of JSON. What is out of the ordinary, a text beyond ASCII
 * or with control characters, a fraction of a second, a day that is none, becomes a cell and is written by its column.
 */
export class MysqlRecordRows implements MysqlRows<RecordBatch> {
  readonly #format: RecordFormat;
  readonly #end: Uint8Array;
  #columns: readonly Column[] = [];
  #isWritten = false;
  #out: Buffer = nothing;
  /** Where the next byte goes, and where the last record begins. */
  #to = 0;
  #last = 0;
  #count = 0;

  constructor(format: RecordFormat) {
    this.#format = format;
    this.#end = Buffer.from(format.end);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#to;
  }

  parserFor(fields: readonly MysqlField[]): MysqlRowParser | undefined {
    const values = MysqlValues.of(fields);
    if (values === undefined) return undefined;
    this.#isWritten = true;
    this.#columns = columnsOf(this.#format, values.forms);
    const room = this.#columns.reduce((sum, { before }) => sum + before.length + mostOfValue, 1 + this.#end.length);
    return { next: (packet) => this.#write(values, packet, room) };
  }

  take(row: unknown): void {
    if (!this.#isWritten) {
      this.#makeRoom(1);
      this.#separate();
      this.#string(writeRecords([row as Row], this.#format), 0);
    }
    this.#count += 1;
  }

  batch(): RecordBatch {
    const [last, count] = [this.#last, this.#count];
    const json = Buffer.from(this.#out.subarray(0, this.#to));
    if (this.#out.length === spareSize && spare.length < mostSpare) spare.push(this.#out);
    this.#out = nothing;
    this.#to = 0;
    this.#count = 0;
    return { count, json, last: () => json.toString('utf8', last) };
  }

  #write(values: MysqlValues, packet: MysqlPacket, room: number): void {
    const most = room + 2 * (packet.end - packet.offset);
    this.#makeRoom(most);
    this.#separate();
    values.begin(packet);
    const columns = this.#columns;
    for (let index = 0; index < columns.length; index += 1) {
      const { before, way, write } = columns[index] as Column;
      this.#bytes(before);
      if (values.isNull(index)) this.#string(write(null), most);
      else if (way === undefined || !this.#value(values, index, way)) this.#string(write(values.cell(index)), most);
    }
    // Where no column is asked for, there is one all the same.
    for (let index = columns.length; index < values.forms.length; index += 1) {
      if (!values.isNull(index)) values.cell(index);
    }
    values.end();
    this.#bytes(this.#end);
  }

  /** Writes the next value in a way; false, and the value is left to be read, where that does not do. */
  #value(values: MysqlValues, index: number, way: NonNullable<Way>): boolean {
    switch (way) {
      case 'moment':
        return this.#moment(values);
      case 'uuid':
        return this.#uuid(values);
      case 'text':
        return this.#text(values);
    }
    const { at } = values;
    const value = values.number(index);
    if (typeof value === 'number' && this.#number(way === 'float' ? shortestFloat32(value) : value)) return true;
    values.at = at;
    return false;
  }

  /** Numbers with few digits, which are most: an integer, or one by a power of ten. */
  #number(value: number): boolean {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#integer(value);
      return true;
    }
    const size = Math.abs(value);
    if (!(size >= 1e-6 && size < 1e9)) return false;
    for (let decimals = 1; decimals <= 6; decimals += 1) {
      const power = powers[decimals] as number;
      const scaled = Math.round(size * power);
      // Up to 15 digits, no two decimals are the same double: this is the shortest one.
      if (scaled / power === size) {
        this.#decimal(value < 0, scaled, decimals);
        return true;
      }
    }
    return false;
  }

  #decimal(isNegative: boolean, scaled: number, decimals: number): void {
    const whole = Math.floor(scaled / (powers[decimals] as number));
    if (isNegative) {
      this.#out[this.#to] = minus;
      this.#to += 1;
    }
    this.#integer(whole);
    this.#out[this.#to] = point;
    this.#to += 1;
    this.#digits(scaled - whole * (powers[decimals] as number), decimals);
  }

  #integer(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.#out[this.#to] = minus;
      this.#to += 1;
      rest = -rest;
    }
    let count = 1;
    for (let power = 10; power <= rest; power *= 10) count += 1;
    this.#digits(rest, count);
  }

  /** The last digits of an integer, with zeros before them. */
  #digits(value: number, count: number): void {
    const out = this.#out;
    const end = this.#to + count;
    let rest = value;
    for (let place = end - 1; place >= this.#to; place -= 1) {
      const next = Math.floor(rest / 10);
      out[place] = zero + rest - next * 10;
      rest = next;
    }
    this.#to = end;
  }

  #moment(values: MysqlValues): boolean {
    const { buffer, at } = values;
    const length = buffer[at] as number;
    if (length !== 4 && length !== 7) return false;
    const days = dayNumber(values.short(at + 1), buffer[at + 3] as number, buffer[at + 4] as number);
    if (days === undefined) return false;
    const clock = length === 4 ? 0 : secondsOf(buffer, at + 5);
    this.#integer(days * 86_400 + clock);
    values.at = at + 1 + length;
    return true;
  }

  #uuid(values: MysqlValues): boolean {
    const { buffer, at } = values;
    if (buffer[at] !== 16) return false;
    const out = this.#out;
    let to = this.#to;
    out[to++] = quote;
    for (let index = 0; index < 16; index += 1) {
      const byte = buffer[at + 1 + index] as number;
      if (index === 4 || index === 6 || index === 8 || index === 10) out[to++] = minus;
      out[to++] = hexDigits[byte >> 4] as number;
      out[to++] = hexDigits[byte & 15] as number;
    }
    out[to++] = quote;
    this.#to = to;
    values.at = at + 17;
    return true;
  }

  #text(values: MysqlValues): boolean {
    const before = values.at;
    const length = values.length();
    const { buffer, at } = values;
    const out = this.#out;
    let to = this.#to;
    out[to++] = quote;
    for (let from = at; from < at + length; from += 1) {
      const byte = buffer[from] as number;
      if (isPlainByte[byte] !== 1) {
        if (byte === quote || byte === backslash) out[to++] = backslash;
        else if (!isLoneCapital(byte, buffer[from + 1])) {
          values.at = before;
          return false;
        }
      }
      out[to++] = byte;
    }
    out[to++] = quote;
    this.#to = to;
    values.at = at + length;
    return true;
  }

  /** A comma before each record but the first. */
  #separate(): void {
    if (this.#count > 0) {
      this.#out[this.#to] = comma;
      this.#to += 1;
    }
    this.#last = this.#to;
  }

  #bytes(bytes: Uint8Array): void {
    const out = this.#out;
    let to = this.#to;
    for (let index = 0; index < bytes.length; index += 1) out[to++] = bytes[index] as number;
    this.#to = to;
  }

  /** @param most bytes that are to be free after it. */
  #string(text: string, most: number): void {
    this.#makeRoom(3 * text.length + most);
    this.#to += this.#out.write(text, this.#to);
  }

  #makeRoom(most: number): void {
    if (this.#out.length - this.#to >= most) return;
    const larger =
      this.#to + most <= spareSize
        ? (spare.pop() ?? Buffer.allocUnsafeSlow(spareSize))
        : Buffer.allocUnsafeSlow(Math.max(2 * this.#out.length, this.#to + most));
    this.#out.copy(larger, 0, 0, this.#to);
    this.#out = larger;
  }
}

const nothing = Buffer.alloc(0);

/** By the formats that are used again and again. */
const known = new WeakMap<RecordFormat, { readonly forms: readonly WireForm[]; readonly columns: readonly Column[] }>();

function columnsOf(format: RecordFormat, forms: readonly WireForm[]): readonly Column[] {
  const found = known.get(format);
  if (found?.forms.every((form, index) => form === forms[index])) return found.columns;
  const columns = format.columns.map(({ before, form, write }, index) => ({
    before: Buffer.from(before),
    way: form !== undefined && ways[form](forms[index] as WireForm) ? form : undefined,
    write,
  }));
  known.set(format, { forms, columns });
  return columns;
}

const quote = 34;
const comma = 44;
const minus = 45;
const point = 46;
const zero = 48;
const backslash = 92;
const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;
const hexDigits = Buffer.from('0123456789abcdef');

/** By byte: 1 where it stands for itself in a text of JSON. */
const isPlainByte = new Uint8Array(256).fill(1, 0x20, 0x80);
for (const special of '"\\NI') isPlainByte[special.charCodeAt(0)] = 0;

/** Of `N` and `I`, with which the words begin that the codec writes in another way (NaN, Infinity). */
function isLoneCapital(byte: number, next: number | undefined): boolean {
  return (byte === 0x4e && next !== 0x61) || (byte === 0x49 && next !== 0x6e);
}

const secondsOf = (buffer: Uint8Array, at: number): number =>
  (buffer[at] as number) * 3600 + (buffer[at + 1] as number) * 60 + (buffer[at + 2] as number);
