import type { Cell } from './driver.ts';
import { isBytesType, toCells } from './postgres-answer.ts';

/** What the database said to one statement. */
export interface PgliteAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** `INSERT 0 5`. */
  readonly tag: string;
  readonly error: Error | undefined;
  /** Whether it says how the statement ended: not so where the database itself failed. */
  readonly isComplete: boolean;
  /** Idle, in a transaction, in one that failed; undefined where the answer does not end as it must. */
  readonly status: 'I' | 'T' | 'E' | undefined;
}

/** An error field's letter, and what `pg` calls it. */
const errorFields: Readonly<Record<string, string>> = {
  S: 'severity',
  C: 'code',
  D: 'detail',
  H: 'hint',
  P: 'position',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
};

/**
 * Reads the messages of an answer. PGlite's own reader drops a byte order mark at the beginning of a text.
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function readAnswer(bytes: Buffer): PgliteAnswer {
  let columns: readonly string[] = [];
  let isBytes: readonly boolean[] = [];
  const rows: Cell[][] = [];
  let tag = '';
  let error: Error | undefined;
  let isComplete = false;
  let status: PgliteAnswer['status'];
  for (let start = 0; start + 5 <= bytes.length; start += 1 + bytes.readUInt32BE(start + 1)) {
    const message = new MessageReader(bytes, start + 5);
    switch (String.fromCharCode(bytes[start] ?? 0)) {
      case 'T': {
        const fields = message.fields();
        columns = fields.map((field) => field.name);
        isBytes = fields.map(isBytesType);
        break;
      }
      case 'D':
        rows.push(toCells(message.row(), isBytes));
        break;
      case 'C':
        tag = message.text();
        isComplete = true;
        break;
      case 'I':
        isComplete = true;
        break;
      case 'E':
        error ??= message.error();
        isComplete = true;
        break;
      case 'Z':
        status = String.fromCharCode(message.byte()) as PgliteAnswer['status'];
        break;
    }
  }
  return { columns, rows, tag, error, isComplete, status };
}

class MessageReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  /** Up to the zero that ends it. */
  text(): string {
    const start = this.#at;
    const end = this.#bytes.indexOf(0, start);
    this.#at = end + 1;
    return this.#bytes.toString('utf8', start, end);
  }

  fields(): { readonly name: string; readonly dataTypeID: number }[] {
    return Array.from({ length: this.#short() }, () => {
      const name = this.text();
      // Table and column.
      this.#at += 6;
      const dataTypeID = this.#bytes.readUInt32BE(this.#at);
      // Type, its size and modifier, the format.
      this.#at += 12;
      return { name, dataTypeID };
    });
  }

  row(): (string | null)[] {
    return Array.from({ length: this.#short() }, () => {
      const length = this.#bytes.readInt32BE(this.#at);
      this.#at += 4;
      if (length < 0) return null;
      const start = this.#at;
      this.#at += length;
      return this.#bytes.toString('utf8', start, this.#at);
    });
  }

  error(): Error {
    const fields: Record<string, string> = {};
    let text = '';
    for (let kind = this.byte(); kind !== 0; kind = this.byte()) {
      const letter = String.fromCharCode(kind);
      const value = this.text();
      if (letter === 'M') text = value;
      const name = errorFields[letter];
      if (name !== undefined) fields[name] = value;
    }
    return Object.assign(new Error(text), fields);
  }

  #short(): number {
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }
}
