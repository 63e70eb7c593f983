import type { MysqlColumns } from './mysql-columns.ts';
import { type MysqlConnection, mostPrepared } from './mysql-link.ts';

/** Longer ones, long lists, seldom come again. Those of inserts are shorter. */
const longest = 16_384;

/** A statement that the server has been told. */
export interface PreparedStatement {
  readonly id: number;
  /** Those of its rows when it ran last. */
  columns?: MysqlColumns;
}

/**
 * The statements that one session keeps prepared, by their texts: those used longest ago are closed first. The driver would
 * keep them itself, and look for them anew with each use, by texts it puts together for that.
 */
export class MysqlStatements {
  readonly #connection: MysqlConnection;
  readonly #known = new Map<string, PreparedStatement>();
  #latest: string | undefined;

  constructor(connection: MysqlConnection) {
    this.#connection = connection;
  }

  find(text: string): PreparedStatement | undefined {
    const known = this.#known.get(text);
    if (known === undefined || text === this.#latest) return known;
    this.#known.delete(text);
    this.#known.set(text, known);
    this.#latest = text;
    return known;
  }

  keep(text: string, statement: PreparedStatement): PreparedStatement {
    if (text.length > longest) return statement;
    this.#known.set(text, statement);
    this.#latest = text;
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostPrepared && oldest !== undefined) this.#forget(oldest);
    return statement;
  }

  /** Closes what is not kept, when it has run. */
  ran(text: string): void {
    if (text.length > longest) this.#forget(text);
  }

  #forget(text: string): void {
    this.#known.delete(text);
    this.#connection.unprepare({ sql: text });
  }
}
