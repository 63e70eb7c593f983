import type { Param } from '../sql/sql.ts';
import type { MysqlRequest } from './mysql-link.ts';
import { inRange, noParam, wellFormed } from './wire-values.ts';

const executeCommand = 0x17;

/** How parameters are announced: a type and whether it lacks a sign. Texts are sent in the character set of the session. */
const kinds = { double: 0x05, null: 0x06, integer: 0x08, bytes: 0xfc, text: 0xfd };
const unsigned = 0x80;

/** What the driver writes the length and the number of a packet into. */
const head = 4;
/** Command, statement, flags, how often: what comes before the parameters. */
const beforeParams = head + 1 + 4 + 1 + 4;
/** The most a length takes. */
const lengthSize = 9;

/** Longer texts are measured before they are written, for which three bytes a character would be too much. */
const short = 1000;
/** No text of so many characters is longer than the bytes that a length of one byte counts. */
const briefText = 83;
/** To ask for a text to be written takes longer than writing so many characters of ASCII one by one. */
const fewCharacters = 40;

/**
 * What runs a prepared statement, as one packet. Made before it is known which one, so that nothing is prepared whose values
 * cannot be sent.
 *
 * @see https://mariadb.com/docs/server/reference/clientserver-protocol/3-binary-protocol-prepared-statements/com_stmt_execute
 */
export class ExecuteRequest implements MysqlRequest {
  readonly buffer: Buffer;

  /** @throws InvalidValueError for a value that cannot be sent. */
  constructor(params: readonly Param[]) {
    const nulls = (params.length + 7) >> 3;
    let size = beforeParams + nulls + 1 + 2 * params.length;
    for (const param of params) size += sizeOf(param);
    const out = Buffer.allocUnsafe(size);
    out[head] = executeCommand;
    out[head + 5] = 0;
    out.writeUInt32LE(1, head + 6);
    if (params.length === 0) {
      this.buffer = out.subarray(0, beforeParams);
      return;
    }
    out.fill(0, beforeParams, beforeParams + nulls);
    // The types follow.
    out[beforeParams + nulls] = 1;
    const types = beforeParams + nulls + 1;
    const writer = new ValueWriter(out, types + 2 * params.length);
    for (let index = 0; index < params.length; index += 1) {
      const kind = writer.value(params[index] as Param);
      out.writeUInt16LE(kind, types + 2 * index);
      if (kind === kinds.null)
        out[beforeParams + (index >> 3)] = (out[beforeParams + (index >> 3)] ?? 0) | (1 << (index & 7));
    }
    this.buffer = writer.written();
  }

  /** Says which statement it is that is to be run. */
  of(statement: number): this {
    this.buffer.writeUInt32LE(statement, head + 1);
    return this;
  }

  /** What the driver cuts large packets by: a closing one of nothing follows those that would look cut, and no others. */
  length(): number {
    return this.buffer.length - head + 1;
  }

  writeHeader(sequenceId: number): void {
    this.buffer.writeUIntLE((this.buffer.length - head) & 0xffffff, 0, 3);
    this.buffer[3] = sequenceId;
  }
}

/** At most so many bytes. */
function sizeOf(param: Param): number {
  if (typeof param === 'string')
    return lengthSize + (param.length > short ? Buffer.byteLength(param) : 3 * param.length);
  return param instanceof Uint8Array ? lengthSize + param.length : 8;
}

class ValueWriter {
  readonly #out: Buffer;
  #to: number;

  constructor(out: Buffer, start: number) {
    this.#out = out;
    this.#to = start;
  }

  written(): Buffer {
    return this.#out.subarray(0, this.#to);
  }

  /** @returns how it is announced. */
  value(param: Param): number {
    if (param === null) return kinds.null;
    switch (typeof param) {
      case 'string':
        this.#text(param);
        return kinds.text;
      case 'number':
        this.#to = this.#out.writeDoubleLE(param, this.#to);
        return kinds.double;
      case 'bigint':
        this.#to = this.#out.writeBigUInt64LE(BigInt.asUintN(64, inRange(param)), this.#to);
        return param < 2n ** 63n ? kinds.integer : kinds.integer | (unsigned << 8);
    }
    if (!(param instanceof Uint8Array)) throw noParam(param);
    this.#length(param.length);
    this.#out.set(param, this.#to);
    this.#to += param.length;
    return kinds.bytes;
  }

  #text(value: string): void {
    if (value.length <= fewCharacters && this.#plainText(value)) return;
    wellFormed(value);
    if (value.length <= briefText) {
      const size = this.#out.write(value, this.#to + 1);
      this.#out[this.#to] = size;
      this.#to += size + 1;
      return;
    }
    this.#length(Buffer.byteLength(value));
    this.#to += this.#out.write(value, this.#to);
  }

  /** Writes a text of ASCII; false for any other. */
  #plainText(value: string): boolean {
    const out = this.#out;
    const { length } = value;
    const start = this.#to + 1;
    for (let at = 0; at < length; at += 1) {
      const code = value.charCodeAt(at);
      if (code > 127) return false;
      out[start + at] = code;
    }
    out[this.#to] = length;
    this.#to = start + length;
    return true;
  }

  #length(size: number): void {
    const out = this.#out;
    if (size < 0xfb) out[this.#to++] = size;
    else if (size <= 0xffff) {
      out[this.#to] = 0xfc;
      this.#to = out.writeUInt16LE(size, this.#to + 1);
    } else if (size <= 0xffffff) {
      out[this.#to] = 0xfd;
      this.#to = out.writeUIntLE(size, this.#to + 1, 3);
    } else {
      out[this.#to] = 0xfe;
      this.#to = out.writeBigUInt64LE(BigInt(size), this.#to + 1);
    }
  }
}
