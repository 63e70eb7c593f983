import { sqlStateOf, translatePostgresError } from '../dialect/postgres/errors.ts';
import { type DataJointError, LostConnectionError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import type { Cell } from './driver.ts';
import { affectedRowsOf, isBytesType, toCells, undoneCommit } from './postgres-answer.ts';
import type { PostgresClient, PostgresConnection, PostgresExchange } from './postgres-client.ts';
import { toWireParams } from './postgres-params.ts';
import { rowSize } from './row-size.ts';
import { inTurn } from './stream-turns.ts';

export type Row = readonly Cell[];

export interface PostgresRunOptions {
  /** Stop reading the socket while this much is not yet taken; without it everything is kept. */
  readonly limit?: { readonly rows: number; readonly bytes: number } | undefined;
  /** Milliseconds the server may stay silent; 0 for ever. */
  readonly patience: number;
  readonly onImpatient: () => void;
}

/**
 * One statement on the wire of a session: its rows as they arrive, and its end.
 *
 * All of it is sent at once, for one round trip. A query whose rows are not taken is held up by not reading the socket,
 * rather than by asking for so many rows at a time: that would deny it parallel plans, and rows differ in size.
 */
export class PostgresRun {
  columns: readonly string[] = [];
  affectedRows = 0;
  /** Whether, where it failed, that is what the server answered, and the session is in order. */
  isAnswered = false;
  readonly #socket: PostgresConnection['stream'];
  readonly #statement: Statement;
  readonly #options: PostgresRunOptions;
  #isBytes: readonly boolean[] = [];
  #rows: Row[] = [];
  #bytes = 0;
  #rowsSinceSign = 0;
  #isPaused = false;
  /** Whether it is to go on as soon as its turn comes. */
  #isInLine = false;
  #isSettled = false;
  #error: DataJointError | undefined;
  #stopReason: DataJointError | undefined;
  readonly #settled: Promise<void>;
  #onSettled: () => void = () => undefined;
  #wake: (() => void) | undefined;
  #patience: NodeJS.Timeout | undefined;

  /** Sends the statement. Throws an InvalidValueError for a value that cannot be sent. */
  constructor(client: PostgresClient, statement: Statement, options: PostgresRunOptions) {
    this.#socket = client.connection.stream;
    this.#statement = statement;
    this.#options = options;
    this.#settled = new Promise((resolve) => {
      this.#onSettled = resolve;
    });
    client.query(this.#exchange());
    if (options.patience > 0) this.#patience = setTimeout(options.onImpatient, options.patience);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Fulfilled once it has ended, in either way. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Rows that have arrived, at least one and no more than the limit; undefined after the last. */
  async next(): Promise<Row[] | undefined> {
    while (this.#rows.length === 0 && !this.#isSettled) await this.#signOfLife();
    if (this.#error !== undefined) throw this.#error;
    if (this.#rows.length === 0) return undefined;
    const rows = this.#takeBatch();
    if (this.#rows.length === 0) this.#giveWay();
    return rows;
  }

  /** All rows, once the statement has ended. */
  async all(): Promise<Row[]> {
    while (!this.#isSettled) await this.#signOfLife();
    if (this.#error !== undefined) throw this.#error;
    return this.#rows;
  }

  /** Ends it for whoever waits for it. Does nothing when it has ended. */
  fail(error: DataJointError): void {
    if (this.#isSettled) return;
    this.#error = this.#stopReason ?? error;
    this.#rows = [];
    this.#settle();
  }

  /**
   * Says why the statement is being stopped, which the server, answering that it was, does not know. Its rows are let
   * pass from now on, to hear that answer.
   */
  willStop(reason: DataJointError): void {
    this.#stopReason = reason;
    this.#rows = [];
    this.#goOn();
    clearTimeout(this.#patience);
  }

  #exchange(): PostgresExchange {
    const { text } = this.#statement;
    const { types, values } = toWireParams(this.#statement);
    return {
      submit: (connection) => {
        connection.stream.cork();
        connection.parse({ text, types });
        connection.bind({ values });
        connection.describe({ type: 'P' });
        connection.execute({});
        connection.sync();
        connection.stream.uncork();
        return null;
      },
      handleRowDescription: ({ fields }) => {
        this.columns = fields.map((field) => field.name);
        this.#isBytes = fields.map(isBytesType);
      },
      handleDataRow: ({ fields }) => this.#take(fields),
      handleCommandComplete: ({ text: tag }) => {
        this.affectedRows = affectedRowsOf(tag);
        const undone = undoneCommit(text, tag);
        if (undone !== undefined) this.#answer(undone);
      },
      handleEmptyQuery: () => undefined,
      handlePortalSuspended: () => undefined,
      handleReadyForQuery: () => {
        if (this.#stopReason !== undefined) this.fail(this.#stopReason);
        this.#settle();
      },
      handleCopyInResponse: (connection) => {
        connection.sendCopyFail('There is nothing to copy.');
        // A server that waits for data to copy does not see the one sent before.
        connection.sync();
      },
      handleCopyData: () => undefined,
      handleError: (error) => {
        const reason = translatePostgresError(error, this.#statement);
        if (sqlStateOf(error) === undefined || reason instanceof LostConnectionError) this.fail(reason);
        else this.#answer(reason);
      },
    };
  }

  #answer(error: DataJointError): void {
    if (!this.#isSettled) this.isAnswered = true;
    this.fail(error);
  }

  #take(fields: (string | null)[]): void {
    if (this.#isSettled || this.#stopReason !== undefined) return;
    const row = toCells(fields, this.#isBytes);
    this.#rows.push(row);
    if (++this.#rowsSinceSign >= 64) {
      this.#rowsSinceSign = 0;
      if (!this.#isPaused) this.#patience?.refresh();
    }
    const { limit } = this.#options;
    if (limit === undefined) return;
    this.#bytes += rowSize(row);
    if (this.#rows.length >= limit.rows || this.#bytes >= limit.bytes) this.#pause();
    // Whoever waits runs after the whole chunk that is being read now, so that batches do not get small.
    this.#wake?.();
  }

  /** A chunk may hold many more rows than the limit. */
  #takeBatch(): Row[] {
    const { rows: most, bytes: largest } = this.#options.limit ?? { rows: Infinity, bytes: Infinity };
    let count = 0;
    let bytes = 0;
    while (count < this.#rows.length && count < most && bytes < largest) bytes += rowSize(this.#rows[count++] as Row);
    this.#bytes -= bytes;
    return this.#rows.splice(0, count);
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
    // It is our consumer who is slow now.
    clearTimeout(this.#patience);
  }

  /** Goes on, but not at once. */
  #giveWay(): void {
    if (this.#isSettled || this.#isInLine) return;
    this.#pause();
    this.#isInLine = true;
    inTurn(() => this.#goOn());
  }

  #goOn(): void {
    this.#isInLine = false;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.#isSettled && this.#patience !== undefined) {
      this.#patience = setTimeout(this.#options.onImpatient, this.#options.patience);
    }
    this.#socket.resume();
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#patience);
    // What it held up is not this statement's any more.
    this.#goOn();
    this.#onSettled();
    this.#wake?.();
  }

  async #signOfLife(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
