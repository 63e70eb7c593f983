import type { Cell } from './driver.ts';
import type { MysqlColumn, MysqlColumns, WireForm } from './mysql-columns.ts';
import type { MysqlPacket } from './mysql-link.ts';

const scratch = Buffer.alloc(26);
const number = new DataView(new ArrayBuffer(8));
const nothing = Buffer.alloc(0);

/**
 * The values of rows in the binary protocol, read one after the other: what `mysql2` makes of them, in half the time
 * that it takes without making code from strings.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html
 */
export class MysqlValues {
  readonly forms: readonly WireForm[];
  readonly #columns: readonly MysqlColumn[];
  buffer: Buffer = nothing;
  /** Where the next value is. */
  at = 0;
  #nulls = 0;
  #end = 0;

  constructor({ all, forms }: MysqlColumns) {
    this.#columns = all;
    this.forms = forms;
  }

  /** Goes to a row: a byte that is always 0, a bit for each column that says whether it is NULL, and the values of the others. */
  begin({ buffer, offset, end }: MysqlPacket): void {
    this.buffer = buffer;
    this.#nulls = offset + 1;
    this.#end = end;
    // The first two bits mean nothing.
    this.at = this.#nulls + ((this.forms.length + 9) >> 3);
  }

  /** Whether a column is NULL in this row, and so has no value to be read. */
  isNull(column: number): boolean {
    const bit = column + 2;
    return (((this.buffer[this.#nulls + (bit >> 3)] as number) >> (bit & 7)) & 1) === 1;
  }

  /** @throws Error where the values end before the row does, or after it. */
  end(): void {
    if (this.at !== this.#end) throw new Error('A row of the database is longer or shorter than its values.');
  }

  /** The value of a column. */
  cell(column: number): Cell {
    const { buffer, at } = this;
    const form = this.forms[column] as WireForm;
    switch (form) {
      case 'int8':
        this.at = at + 1;
        return ((buffer[at] as number) << 24) >> 24;
      case 'uint8':
        this.at = at + 1;
        return buffer[at] as number;
      case 'int16':
        this.at = at + 2;
        return (this.short(at) << 16) >> 16;
      case 'uint16':
        this.at = at + 2;
        return this.short(at);
      case 'int32':
        this.at = at + 4;
        return this.word(at);
      case 'uint32':
        this.at = at + 4;
        return this.word(at) >>> 0;
      case 'int64':
      case 'uint64':
        return String(this.#long(form === 'int64'));
      case 'float':
        this.at = at + 4;
        number.setInt32(0, this.word(at));
        return number.getFloat32(0);
      case 'double':
        this.at = at + 8;
        number.setInt32(4, this.word(at));
        number.setInt32(0, this.word(at + 4));
        return number.getFloat64(0);
      case 'date':
      case 'datetime':
        return this.#datetime(form === 'datetime', (this.#columns[column] as MysqlColumn).decimals);
      case 'time':
        return this.#time();
      case 'text': {
        const length = this.length();
        this.at += length;
        return buffer.toString('utf8', this.at - length, this.at);
      }
      case 'bytes': {
        const length = this.length();
        this.at += length;
        return buffer.subarray(this.at - length, this.at);
      }
    }
  }

  /** The value of a column of numbers; one of 64 bits as a bigint where no number holds it. */
  number(column: number): number | bigint {
    const form = this.forms[column];
    return form === 'int64' || form === 'uint64' ? this.#long(form === 'int64') : (this.cell(column) as number);
  }

  short(at: number): number {
    const { buffer } = this;
    return (buffer[at] as number) | ((buffer[at + 1] as number) << 8);
  }

  word(at: number): number {
    return this.short(at) | (this.short(at + 2) << 16);
  }

  #long(isSigned: boolean): number | bigint {
    const { at } = this;
    this.at = at + 8;
    const low = this.word(at) >>> 0;
    const high = isSigned ? this.word(at + 4) : this.word(at + 4) >>> 0;
    const value = high * 0x1_0000_0000 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) + BigInt(low);
  }

  /** A length before what is of that length. */
  length(): number {
    const { buffer } = this;
    const first = buffer[this.at] as number;
    this.at += 1;
    if (first < 0xfb) return first;
    const at = this.at;
    const size = first === 0xfc ? 2 : first === 0xfd ? 3 : 8;
    this.at += size;
    return size === 8 ? Number(buffer.readBigUInt64LE(at)) : buffer.readUIntLE(at, size);
  }

  /** `YYYY-MM-DD`, with the time where the column has one, and with its fraction where that is not zero. */
  #datetime(hasTime: boolean, decimals: number): string {
    const { buffer } = this;
    const length = buffer[this.at] as number;
    const at = this.at + 1;
    this.at = at + length;
    const year = length > 3 ? this.short(at) : 0;
    digits(year, 4, 0);
    scratch[4] = dash;
    digits(length > 3 ? (buffer[at + 2] as number) : 0, 2, 5);
    scratch[7] = dash;
    digits(length > 3 ? (buffer[at + 3] as number) : 0, 2, 8);
    if (length <= 6 && !hasTime) return scratch.toString('latin1', 0, 10);
    scratch[10] = space;
    clock(length > 6 ? buffer : noTime, length > 6 ? at + 4 : 0, 11);
    if (length <= 10) return scratch.toString('latin1', 0, 19);
    scratch[19] = point;
    digits(this.word(at + 7) >>> 0, 6, 20);
    return scratch.toString('latin1', 0, 20 + Math.min(decimals, 6));
  }

  /** `[-]hh:mm:ss`, with as many hours as there are, and with its fraction where that is not zero. */
  #time(): string {
    const { buffer } = this;
    const length = buffer[this.at] as number;
    const at = this.at + 1;
    this.at = at + length;
    if (length < 8) return '00:00:00';
    const sign = buffer[at] === 1 ? '-' : '';
    const hours = (this.word(at + 1) >>> 0) * 24 + (buffer[at + 5] as number);
    clock(buffer, at + 5, 0);
    const whole = `${sign}${String(hours).padStart(2, '0')}${scratch.toString('latin1', 2, 8)}`;
    const micros = length > 8 ? this.word(at + 8) >>> 0 : 0;
    return micros === 0 ? whole : `${whole}.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
  }
}

const [zero, dash, space, point, colon] = [48, 45, 32, 46, 58];
const noTime = Buffer.alloc(3);

/** Writes a number of so many digits. */
function digits(value: number, count: number, at: number): void {
  let rest = value;
  for (let place = at + count - 1; place >= at; place -= 1) {
    const next = Math.trunc(rest / 10);
    scratch[place] = zero + rest - next * 10;
    rest = next;
  }
}

/** Writes three bytes as `hh:mm:ss`. */
function clock(buffer: Uint8Array, from: number, at: number): void {
  digits(buffer[from] as number, 2, at);
  scratch[at + 2] = colon;
  digits(buffer[from + 1] as number, 2, at + 3);
  scratch[at + 5] = colon;
  digits(buffer[from + 2] as number, 2, at + 6);
}
