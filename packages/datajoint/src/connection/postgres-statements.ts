import type { Statement } from '../sql/sql.ts';
import { catalogTypes } from './driver.ts';
import type { PostgresField } from './postgres-client.ts';

/** A statement that the server keeps under a name. */
export interface PreparedStatement {
  readonly name: string;
  /** Whether the server has been told it. */
  isPrepared: boolean;
  /** The columns of its rows, none where it has no rows; undefined until it has run once. */
  fields: readonly PostgresField[] | undefined;
}

/** What was seen of a statement. */
interface Seen {
  readonly size: number;
  /** Undefined until it comes a second time. */
  prepared?: PreparedStatement;
  /** How often it has run under this name. */
  runs: number;
}

/** Statements worth it: of others, neither is much to be read nor anything to be planned. */
const preparable = /^[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES)\b/i;
const isInsert = (text: string): boolean => /^\s*INSERT\b/i.test(text);

/** Longer ones, long lists, seldom come again. Those of inserts are shorter. */
const longest = 16_384;
/** What is known of at most: statements, and the characters of their texts. The server keeps about ten times as many bytes. */
const most = { statements: 100, size: 256 * 1024 };
/** From the next run on, PostgreSQL may take one plan for all values. */
const plannedRuns = 5;

/**
 * The statements that one session keeps prepared, so that the server need not read, understand and plan them each time.
 *
 * The types of parameters are fixed when a statement is prepared, while columns may get others later: so a statement with
 * parameters is kept only as long as what their types follow from (`ExecuteOptions.typedBy`) is the same.
 *
 * PostgreSQL plans a statement for the values it is given five times, and then may go on with a plan for any values,
 * which can be a hundred times slower for the next ones. That is good for what is asked of the catalog, whose plans cost
 * more than their execution, and for inserts, which have but one. Others are prepared anew before it comes to that.
 *
 * @see https://www.postgresql.org/docs/current/sql-prepare.html#SQL-PREPARE-NOTES
 */
export class PostgresStatements {
  readonly #seen = new Map<string, Seen>();
  #size = 0;
  #count = 0;
  #unwanted: string[] = [];
  #isOff: boolean;

  /** @param isOff keeps none: between here and the server is what lends sessions, a statement at a time. */
  constructor(isOff = false) {
    this.#isOff = isOff;
  }

  /**
   * The prepared form of a statement, to be told to the server if it is not yet; undefined where it is sent as it is.
   * @param typedBy see `ExecuteOptions`.
   * @param isInTransaction where a statement that has become impossible could not be sent again, as it ends the transaction.
   */
  find(
    { text, params }: Statement,
    types: readonly number[],
    { typedBy, isInTransaction }: { readonly typedBy: string | undefined; readonly isInTransaction: boolean },
  ): PreparedStatement | undefined {
    const isTyped = params.length === 0 || typedBy !== undefined;
    if (this.#isOff || !isTyped || text.length > longest || !preparable.test(text)) return undefined;
    if (isInTransaction && !isInsert(text)) return undefined;
    const seen = this.#see(`${params.length > 0 ? typedBy : ''} ${types.some(Boolean) ? types.join() : ''} ${text}`);
    if (seen === undefined) return undefined;
    const isForAnyValue = params.length === 0 || typedBy === catalogTypes || isInsert(text);
    if (seen.prepared !== undefined && !isForAnyValue && seen.runs >= plannedRuns) this.#close(seen);
    if (seen.prepared === undefined) {
      this.#count += 1;
      seen.prepared = { name: `pharus_${this.#count}`, isPrepared: false, fields: undefined };
      seen.runs = 0;
    }
    seen.runs += 1;
    return seen.prepared;
  }

  /** The names of those that the server need not keep any longer, each once. */
  takeUnwanted(): readonly string[] {
    const names = this.#unwanted;
    if (names.length > 0) this.#unwanted = [];
    return names;
  }

  /** Has it prepared anew when it comes again: it failed. */
  forget(prepared: PreparedStatement): void {
    for (const seen of this.#seen.values()) if (seen.prepared === prepared) this.#close(seen);
  }

  /** Keeps none from now on: what this session prepares, another one of the server is asked for. */
  turnOff(): void {
    this.#isOff = true;
    this.#seen.clear();
    this.#unwanted = [];
  }

  /** Undefined where it is seen for the first time. */
  #see(key: string): Seen | undefined {
    const seen = this.#seen.get(key);
    if (seen !== undefined) this.#seen.delete(key);
    else this.#size += key.length;
    this.#seen.set(key, seen ?? { size: key.length, runs: 0 });
    for (const [oldest, old] of this.#seen) {
      if (this.#seen.size <= most.statements && this.#size <= most.size) break;
      this.#seen.delete(oldest);
      this.#size -= old.size;
      this.#close(old);
    }
    return seen;
  }

  #close(seen: Seen): void {
    if (seen.prepared !== undefined) this.#unwanted.push(seen.prepared.name);
    delete seen.prepared;
  }
}
