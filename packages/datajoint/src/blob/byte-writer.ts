import type { Dims } from './byte-reader.ts';

/** A buffer that grows as it is written to; numbers are little-endian. */
export class ByteWriter {
  /** Bits of counts and sizes. */
  readonly dims: Dims;
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(dims: Dims = 64) {
    this.dims = dims;
  }

  /** What has been written. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  uint8(value: number): void {
    const place = this.#take(1);
    this.#view.setUint8(place, value);
  }

  uint16(value: number): void {
    const place = this.#take(2);
    this.#view.setUint16(place, value, true);
  }

  uint32(value: number): void {
    const place = this.#take(4);
    this.#view.setUint32(place, value, true);
  }

  int32(value: number): void {
    this.uint32(value);
  }

  int64(value: bigint): void {
    const place = this.#take(8);
    this.#view.setBigInt64(place, value, true);
  }

  float64(value: number): void {
    const place = this.#take(8);
    this.#view.setFloat64(place, value, true);
  }

  /** A count or size, of as many bits as this blob's counts have. */
  count(value: number): void {
    this.#setCount(this.#take(this.dims / 8), value);
  }

  bytes(content: Uint8Array): void {
    const place = this.#take(content.length);
    this.#bytes.set(content, place);
  }

  /** Runs a writer and puts the number of bytes it wrote before them. */
  sized(write: () => void): void {
    const size = this.dims / 8;
    const place = this.#take(size);
    write();
    this.#setCount(place, this.#length - place - size);
  }

  #setCount(place: number, value: number): void {
    const highest = 2 ** 32;
    if (this.dims === 64) this.#view.setUint32(place + 4, Math.floor(value / highest), true);
    else if (value >= highest) throw new RangeError(`Expected a count of 32 bits, got ${value}.`);
    this.#view.setUint32(place, value % highest, true);
  }

  /** Makes room and tells where it begins. Comes before any use of the buffer or its view, which it may replace. */
  #take(size: number): number {
    const place = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, place));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return place;
  }
}
