import type { BatchLimit } from './batch-limit.ts';
import type { Cell } from './driver.ts';
import { isBytesType } from './postgres-answer.ts';
import type { PostgresField } from './postgres-client.ts';
import type { PostgresRows } from './postgres-rows.ts';
import { rowSize } from './row-size.ts';

type Row = readonly Cell[];

/** Rows as cells: the texts that the server prints, and bytes. */
export class PostgresCellRows implements PostgresRows<Row[]> {
  readonly #limit: BatchLimit;
  #isBytes: readonly boolean[] = [];
  #rows: Row[] = [];
  #bytes = 0;

  /** @param limit of a batch: a chunk that arrives may hold many more rows. */
  constructor(limit: BatchLimit = { rows: Infinity, bytes: Infinity }) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  describe(fields: readonly PostgresField[]): void {
    this.#isBytes = fields.map(isBytesType);
  }

  take(bytes: Buffer, start: number): void {
    const row = cellsOf(bytes, start, this.#isBytes);
    this.#rows.push(row);
    this.#bytes += rowSize(row);
  }

  batch(): Row[] {
    const { rows: most, bytes: largest } = this.#limit;
    let count = 0;
    let bytes = 0;
    while (count < this.#rows.length && count < most && bytes < largest) bytes += rowSize(this.#rows[count++] as Row);
    this.#bytes -= bytes;
    return this.#rows.splice(0, count);
  }
}

function cellsOf(bytes: Buffer, start: number, isBytes: readonly boolean[]): Row {
  const row = new Array<Cell>(bytes.readUInt16BE(start));
  let at = start + 2;
  for (let column = 0; column < row.length; column += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    row[column] = length < 0 ? null : cellOf(bytes, at, at + length, isBytes[column] === true);
    if (length > 0) at += length;
  }
  return row;
}

/** The text of a value, or the bytes whose hexadecimal digits it is. */
export function cellOf(bytes: Buffer, start: number, end: number, isBytes: boolean): string | Buffer {
  return isBytes ? Buffer.from(bytes.toString('latin1', start + 2, end), 'hex') : bytes.toString('utf8', start, end);
}
