import type { WireParams } from './postgres-params.ts';

/** What is asked of a server at once. */
export interface PostgresRequest {
  /** Prepared statements that it need not keep any longer. */
  readonly unwanted: readonly string[];
  /** The statement's, under which it stays prepared; without one, until the next. */
  readonly name: string;
  /** Undefined where it is prepared. */
  readonly text: string | undefined;
  readonly params: WireParams;
  /** Whether it is to say what columns the rows have. */
  readonly isDescribed: boolean;
}

/** What the messages of a request take at most beside their texts and values: there are six, and each has a few numbers. */
const heads = 64;
/** Longer texts are measured before they are written, for which three bytes a character would be too much. */
const short = 1000;

/**
 * The messages of a request as one piece: a socket takes them far quicker than one by one.
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function requestBytes({ unwanted, name, text, params, isDescribed }: PostgresRequest): Buffer {
  const { types, values } = params;
  let size = heads + 2 * sizeOf(name) + (text === undefined ? 0 : sizeOf(text)) + 6 * types.length;
  for (const each of unwanted) size += heads + sizeOf(each);
  for (const value of values) size += 4 + (value === null ? 0 : sizeOf(value));
  const out = new MessageWriter(size);
  for (const each of unwanted) out.message('C', () => out.kind('S').text(each));
  if (text !== undefined) out.message('P', () => writeParse(out, name, text, types));
  out.message('B', () => writeBind(out, name, params));
  if (isDescribed) out.message('D', () => out.kind('P').text(''));
  out.message('E', () => out.text('').long(0));
  out.message('S', () => out);
  return out.written();
}

function writeParse(out: MessageWriter, name: string, text: string, types: readonly number[]): void {
  out.text(name).text(text);
  // The server finds out the types of those that are left out.
  const isTold = types.some((type) => type !== 0);
  out.short(isTold ? types.length : 0);
  if (isTold) for (const type of types) out.long(type);
}

function writeBind(out: MessageWriter, name: string, { values }: WireParams): void {
  // To the portal that has no name.
  out.text('').text(name);
  const isAllText = !values.some((value) => value instanceof Uint8Array);
  out.short(isAllText ? 0 : values.length);
  if (!isAllText) for (const value of values) out.short(value instanceof Uint8Array ? 1 : 0);
  out.short(values.length);
  for (const value of values) out.value(value);
  // The rows as text.
  out.short(0);
}

const sizeOf = (value: string | Buffer): number =>
  typeof value !== 'string' ? value.length : value.length > short ? Buffer.byteLength(value) : 3 * value.length;

class MessageWriter {
  readonly #out: Buffer;
  #to = 0;

  constructor(size: number) {
    this.#out = Buffer.allocUnsafe(size);
  }

  written(): Buffer {
    return this.#out.subarray(0, this.#to);
  }

  /** A letter, how long the rest is, and the rest. */
  message(kind: string, write: () => unknown): void {
    this.kind(kind);
    const start = this.#to;
    this.long(0);
    write();
    this.#out.writeUInt32BE(this.#to - start, start);
  }

  kind(letter: string): this {
    this.#out[this.#to++] = letter.charCodeAt(0);
    return this;
  }

  short(value: number): this {
    this.#to = this.#out.writeUInt16BE(value, this.#to);
    return this;
  }

  long(value: number): this {
    this.#to = this.#out.writeInt32BE(value, this.#to);
    return this;
  }

  /** With a zero at its end. */
  text(value: string): this {
    this.#characters(value);
    this.#out[this.#to++] = 0;
    return this;
  }

  value(value: string | Buffer | null): void {
    const start = this.#to;
    this.long(-1);
    if (value === null) return;
    if (typeof value === 'string') this.#characters(value);
    else this.#to += value.copy(this.#out, this.#to);
    this.#out.writeInt32BE(this.#to - start - 4, start);
  }

  /** Short texts of ASCII, which most values are, one by one: to ask for it takes longer. */
  #characters(value: string): void {
    const { length } = value;
    if (length <= 40) {
      const out = this.#out;
      let at = 0;
      for (; at < length; at += 1) {
        const code = value.charCodeAt(at);
        if (code > 127) break;
        out[this.#to + at] = code;
      }
      if (at === length) {
        this.#to += length;
        return;
      }
    }
    this.#to += this.#out.write(value, this.#to);
  }
}
