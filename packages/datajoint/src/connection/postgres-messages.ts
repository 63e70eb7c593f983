/** Takes the bytes of a row of an answer, from `start` to before `end`: what follows the head of its message. */
type TakeRow = (bytes: Buffer, start: number, end: number) => void;

/** `D`: a row. */
const dataRow = 68;
/** The kind of a message in one byte, and its length in four, which counts itself. */
const headSize = 5;

/**
 * What comes from a server, message by message. Rows are given to whoever wants them as bytes; everything else goes on
 * to `pg` as it came, which would make texts of all cells.
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class PostgresMessages {
  /** Takes rows while a statement runs. */
  rows: TakeRow | undefined;
  readonly #passOn: (bytes: Buffer) => void;
  /** Bytes still to come of a message that is passed on piece by piece. */
  #left = 0;
  /** What has come of a message that is taken whole, and how many bytes there have to be. */
  #held: Buffer[] = [];
  #size = 0;
  #wanted = 0;

  constructor(passOn: (bytes: Buffer) => void) {
    this.#passOn = passOn;
  }

  take(chunk: Buffer): void {
    const bytes = this.#joined(chunk);
    if (bytes === undefined) return;
    let at = Math.min(this.#left, bytes.length);
    this.#left -= at;
    let passed = 0;
    while (at < bytes.length) {
      const isHeaded = at + headSize <= bytes.length;
      const end = isHeaded ? at + 1 + bytes.readUInt32BE(at + 1) : at + headSize;
      const isRow = isHeaded && bytes[at] === dataRow && this.rows !== undefined;
      if (!isHeaded || (isRow && end > bytes.length)) {
        this.#hold(bytes.subarray(at), end - at);
        break;
      }
      if (isRow) {
        if (passed < at) this.#passOn(bytes.subarray(passed, at));
        this.rows?.(bytes, at + headSize, end);
        passed = end;
      }
      at = Math.min(end, bytes.length);
      this.#left = end - at;
    }
    if (passed < at) this.#passOn(bytes.subarray(passed, at));
  }

  /** What was held and what has come now; undefined while that is not enough. */
  #joined(chunk: Buffer): Buffer | undefined {
    if (this.#held.length === 0) return chunk;
    this.#hold(chunk, this.#wanted);
    if (this.#size < this.#wanted) return undefined;
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#size = 0;
    return bytes;
  }

  #hold(bytes: Buffer, wanted: number): void {
    this.#held.push(bytes);
    this.#size += bytes.length;
    this.#wanted = wanted;
  }
}
