import { BlobError } from './blob-error.ts';

/** Bits of the counts and sizes in a blob: 32 where it was written by the mYm of 32-bit MATLAB. */
export type Dims = 32 | 64;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Texts up to this long are read letter by letter, which is faster than to set a decoder up. */
const short = 24;

/**
 * Reads numbers, all little-endian, and texts, one after the other.
 *
 * Every read checks that the bytes are there, so no count in a hostile blob is believed. The memory that decoded values
 * will take is counted beforehand, against a budget.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly dims: Dims;
  readonly #view: DataView;
  #position = 0;
  #end: number;
  #budget: number;

  constructor(bytes: Uint8Array, dims: Dims, budget: number) {
    this.bytes = bytes;
    this.dims = dims;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
    this.#budget = budget;
  }

  /** Where the next byte is read. */
  get position(): number {
    return this.#position;
  }

  /** How many bytes there are still to be read. */
  get left(): number {
    return this.#end - this.#position;
  }

  uint8(what: string): number {
    return this.#view.getUint8(this.#advance(1, what));
  }

  uint16(what: string): number {
    return this.#view.getUint16(this.#advance(2, what), true);
  }

  uint32(what: string): number {
    return this.#view.getUint32(this.#advance(4, what), true);
  }

  int32(what: string): number {
    return this.#view.getInt32(this.#advance(4, what), true);
  }

  int64(what: string): bigint {
    return this.#view.getBigInt64(this.#advance(8, what), true);
  }

  float64(what: string): number {
    return this.#view.getFloat64(this.#advance(8, what), true);
  }

  /** A count or size, of as many bits as this blob's counts have. */
  count(what: string): number {
    if (this.dims === 32) return this.uint32(what);
    const place = this.#advance(8, what);
    const value = this.#view.getUint32(place + 4, true) * 2 ** 32 + this.#view.getUint32(place, true);
    if (value > Number.MAX_SAFE_INTEGER) this.fail(`Expected a ${what} that a blob can have, got ${value}`, place);
    return value;
  }

  /** Fails unless so many things of so many bytes can still follow. */
  expectRoom(count: number, bytesEach: number, what: string): void {
    if (count * bytesEach > this.left) {
      this.fail(`Expected at least ${count * bytesEach} bytes for ${count} (${what}), got ${this.left}`);
    }
  }

  /** A window on the next bytes. */
  take(length: number, what: string): Uint8Array {
    const place = this.#advance(length, what);
    return this.bytes.subarray(place, place + length);
  }

  text(length: number, what: string): string {
    const place = this.#advance(length, what);
    this.charge(length * 2);
    return this.#decode(place, place + length, what);
  }

  /** A text that ends with a NUL byte, which is passed over. */
  name(what: string): string {
    const start = this.#position;
    const end = this.bytes.indexOf(0, start);
    if (end < 0 || end >= this.#end) this.fail(`Expected a ${what} that ends with a NUL byte, found none`, start);
    this.#position = end + 1;
    this.charge((end - start) * 2 + 16);
    return this.#decode(start, end, what);
  }

  /** What a function reads, which has to be exactly that many bytes. */
  within<T>(length: number, read: () => T): T {
    if (length > this.left) this.fail(`Expected ${length} bytes of a value, got ${this.left}`);
    const outer = this.#end;
    this.#end = this.#position + length;
    const value = read();
    this.expectEnd();
    this.#end = outer;
    return value;
  }

  expectEnd(): void {
    if (this.left > 0) this.fail(`Expected the end of a value, got ${this.left} more bytes`);
  }

  /** Counts memory that a value is about to take. */
  charge(bytes: number): void {
    this.#budget -= bytes;
    if (this.#budget < 0) this.fail('Expected a blob that fits in the memory it may take, got more');
  }

  fail(message: string, place = this.#position): never {
    throw new BlobError(message, place);
  }

  #advance(length: number, what: string): number {
    const place = this.#position;
    if (length > this.#end - place) this.fail(`Expected ${length} bytes of a ${what}, got ${this.left}`);
    this.#position = place + length;
    return place;
  }

  #decode(start: number, end: number, what: string): string {
    if (end - start <= short) {
      let text = '';
      let place = start;
      for (; place < end; place += 1) {
        const unit = this.bytes[place] as number;
        if (unit >= 0x80) break;
        text += String.fromCharCode(unit);
      }
      if (place === end) return text;
    }
    try {
      return decoder.decode(this.bytes.subarray(start, end));
    } catch {
      return this.fail(`Expected a ${what} in UTF-8, got other bytes`, start);
    }
  }
}
