import type { RecordBatch } from './driver.ts';

/** Buffers to write in, used again and again: those made anew for each batch would soon have the garbage collected. */
const spare: Buffer[] = [];
const spareSize = 224 * 1024;
const mostSpare = 16;

const nothing = Buffer.alloc(0);

const quote = 34;
const comma = 44;
const minus = 45;
const point = 46;
const zero = 48;
const backslash = 92;
const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;

/** By byte: 1 where it stands for itself in a text of JSON. */
const isPlainByte = new Uint8Array(256).fill(1, 0x20, 0x80);
for (const special of '"\\NI') isPlainByte[special.charCodeAt(0)] = 0;

/** Of `N` and `I`, with which the words begin that the codec writes in another way (NaN, Infinity). */
function isLoneCapital(byte: number, next: number | undefined): boolean {
  return (byte === 0x4e && next !== 0x61) || (byte === 0x49 && next !== 0x6e);
}

/**
 * Records as bytes of JSON, while they are written: one after the other, with commas between. Whoever writes makes room
 * first; what is out of the ordinary is left to be written as a string.
 */
export class RecordBytes {
  #out: Buffer = nothing;
  /** Where the next byte goes, and where the last record begins. */
  #to = 0;
  #last = 0;
  #count = 0;

  /** Records that have ended. */
  get count(): number {
    return this.#count;
  }

  get size(): number {
    return this.#to;
  }

  /** Begins a record, with a comma after the one before. @param most bytes that are going to be written at most. */
  begin(most: number): void {
    this.#makeRoom(most + 1);
    if (this.#count > 0) this.byte(comma);
    this.#last = this.#to;
  }

  end(): void {
    this.#count += 1;
  }

  /** The records since the last batch. */
  batch(): RecordBatch {
    const [last, count] = [this.#last, this.#count];
    const json = Buffer.from(this.#out.subarray(0, this.#to));
    if (this.#out.length === spareSize && spare.length < mostSpare) spare.push(this.#out);
    this.#out = nothing;
    this.#to = 0;
    this.#count = 0;
    return { count, json, last: () => json.toString('utf8', last) };
  }

  byte(byte: number): void {
    this.#out[this.#to] = byte;
    this.#to += 1;
  }

  /** One by one: most are so few that to ask for a copy takes longer. */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    let to = this.#to;
    for (let from = start; from < end; from += 1) out[to++] = bytes[from] as number;
    this.#to = to;
  }

  /** @param most bytes that are to be free after it. */
  string(text: string, most: number): void {
    this.#makeRoom(3 * text.length + most);
    this.#to += this.#out.write(text, this.#to);
  }

  /** A text of ASCII as a string of JSON; false, and nothing is written, for one that is not, or has other escapes than those of `"` and `\`. */
  text(bytes: Uint8Array, start: number, end: number): boolean {
    const out = this.#out;
    let to = this.#to;
    out[to++] = quote;
    for (let from = start; from < end; from += 1) {
      const byte = bytes[from] as number;
      if (isPlainByte[byte] !== 1) {
        if (byte === quote || byte === backslash) out[to++] = backslash;
        else if (!isLoneCapital(byte, from + 1 < end ? bytes[from + 1] : undefined)) return false;
      }
      out[to++] = byte;
    }
    out[to++] = quote;
    this.#to = to;
    return true;
  }

  /** A safe integer. */
  integer(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.byte(minus);
      rest = -rest;
    }
    let count = 1;
    for (let power = 10; power <= rest; power *= 10) count += 1;
    this.#digits(rest, count);
  }

  /** Numbers with few digits, which are most: an integer, or one by a power of ten; false, and nothing is written, for others. */
  number(value: number): boolean {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.integer(value);
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
    const power = powers[decimals] as number;
    const whole = Math.floor(scaled / power);
    if (isNegative) this.byte(minus);
    this.integer(whole);
    this.byte(point);
    this.#digits(scaled - whole * power, decimals);
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
