/** A buffer that grows as it is written to; numbers are little-endian. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

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

  uint64(value: number): void {
    this.#setUint64(this.#take(8), value);
  }

  float64(value: number): void {
    const place = this.#take(8);
    this.#view.setFloat64(place, value, true);
  }

  bytes(content: Uint8Array): void {
    const place = this.#take(content.length);
    this.#bytes.set(content, place);
  }

  /** Runs a writer and puts the number of bytes it wrote before them, as 64 bits. */
  sized(write: () => void): void {
    const place = this.#take(8);
    write();
    this.#setUint64(place, this.#length - place - 8);
  }

  #setUint64(place: number, value: number): void {
    this.#view.setUint32(place, value % 2 ** 32, true);
    this.#view.setUint32(place + 4, Math.floor(value / 2 ** 32), true);
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
