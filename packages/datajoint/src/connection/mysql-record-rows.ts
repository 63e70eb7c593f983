import { dayNumber } from '../calendar.ts';
import { shortestFloat32 } from '../float32.ts';
import type { Cell, RecordBatch, RecordColumn, RecordFormat } from './driver.ts';
import type { MysqlColumns, WireForm } from './mysql-columns.ts';
import type { MysqlPacket } from './mysql-link.ts';
import type { MysqlRows, Row } from './mysql-rows.ts';
import { MysqlValues } from './mysql-values.ts';
import { RecordBytes } from './record-bytes.ts';
import { writeRecords } from './written-records.ts';

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
  readonly #out = new RecordBytes();
  #values: MysqlValues | undefined;
  #written: WrittenColumns = noColumns;

  constructor(format: RecordFormat) {
    this.#format = format;
  }

  get count(): number {
    return this.#out.count;
  }

  get bytes(): number {
    return this.#out.size;
  }

  begin(columns: MysqlColumns): void {
    this.#values = new MysqlValues(columns);
    this.#written = writtenColumns(this.#format, columns.forms);
  }

  read(packet: MysqlPacket): void {
    const values = this.#values as MysqlValues;
    const { columns, end, room } = this.#written;
    const most = room + 2 * (packet.end - packet.offset);
    const out = this.#out;
    out.begin(most);
    values.begin(packet);
    for (let index = 0; index < columns.length; index += 1) {
      const { before, way, write } = columns[index] as Column;
      out.bytes(before, 0, before.length);
      if (values.isNull(index)) out.string(write(null), most);
      else if (way === undefined || !this.#value(values, index, way)) out.string(write(values.cell(index)), most);
    }
    // Where no column is asked for, there is one all the same.
    for (let index = columns.length; index < values.forms.length; index += 1) {
      if (!values.isNull(index)) values.cell(index);
    }
    values.end();
    out.bytes(end, 0, end.length);
    out.end();
  }

  take(row: Row): void {
    this.#out.begin(0);
    this.#out.string(writeRecords([row], this.#format), 0);
    this.#out.end();
  }

  batch(): RecordBatch {
    return this.#out.batch();
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
    if (typeof value === 'number' && this.#out.number(way === 'float' ? shortestFloat32(value) : value)) return true;
    values.at = at;
    return false;
  }

  #moment(values: MysqlValues): boolean {
    const { buffer, at } = values;
    const length = buffer[at] as number;
    if (length !== 4 && length !== 7) return false;
    const days = dayNumber(values.short(at + 1), buffer[at + 3] as number, buffer[at + 4] as number);
    if (days === undefined) return false;
    const clock = length === 4 ? 0 : secondsOf(buffer, at + 5);
    this.#out.integer(days * 86_400 + clock);
    values.at = at + 1 + length;
    return true;
  }

  #uuid(values: MysqlValues): boolean {
    const { buffer, at } = values;
    if (buffer[at] !== 16) return false;
    const out = this.#out;
    out.byte(quote);
    for (let index = 0; index < 16; index += 1) {
      const byte = buffer[at + 1 + index] as number;
      if (index === 4 || index === 6 || index === 8 || index === 10) out.byte(minus);
      out.byte(hexDigits[byte >> 4] as number);
      out.byte(hexDigits[byte & 15] as number);
    }
    out.byte(quote);
    values.at = at + 17;
    return true;
  }

  #text(values: MysqlValues): boolean {
    const before = values.at;
    const length = values.length();
    const { buffer, at } = values;
    const isWritten = this.#out.text(buffer, at, at + length);
    values.at = isWritten ? at + length : before;
    return isWritten;
  }
}

/** How the records of a format are written whose values stand in some forms on the wire. */
interface WrittenColumns {
  readonly forms: readonly WireForm[];
  readonly columns: readonly Column[];
  readonly end: Uint8Array;
  /** Bytes that a record may take beside those of its values. */
  readonly room: number;
}

const noColumns: WrittenColumns = { forms: [], columns: [], end: Buffer.alloc(0), room: 0 };

/** By the formats that are used again and again. */
const known = new WeakMap<RecordFormat, WrittenColumns>();

function writtenColumns(format: RecordFormat, forms: readonly WireForm[]): WrittenColumns {
  const found = known.get(format);
  if (found !== undefined && areSame(found.forms, forms)) return found;
  const columns = format.columns.map(({ before, form, write }, index) => ({
    before: Buffer.from(before),
    way: form !== undefined && ways[form](forms[index] as WireForm) ? form : undefined,
    write,
  }));
  const end = Buffer.from(format.end);
  const room = columns.reduce((sum, { before }) => sum + before.length + mostOfValue, end.length);
  const written = { forms, columns, end, room };
  known.set(format, written);
  return written;
}

/** As a rule they are those of the same statement. */
const areSame = (some: readonly WireForm[], others: readonly WireForm[]): boolean =>
  some === others || (some.length === others.length && some.every((form, index) => form === others[index]));

const quote = 34;
const minus = 45;
const hexDigits = Buffer.from('0123456789abcdef');

const secondsOf = (buffer: Uint8Array, at: number): number =>
  (buffer[at] as number) * 3600 + (buffer[at + 1] as number) * 60 + (buffer[at + 2] as number);
