import { sqlStateOf, translatePostgresError } from '../dialect/postgres/errors.ts';
import { type DataJointError, LostConnectionError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { type BatchLimit, isFull } from './batch-limit.ts';
import type { Cell, ResultSet } from './driver.ts';
import type { Patience } from './patience.ts';
import { affectedRowsOf, undoneCommit } from './postgres-answer.ts';
import type { PostgresClient, PostgresConnection, PostgresExchange, PostgresField } from './postgres-client.ts';
import type { PostgresLink } from './postgres-link.ts';
import { toWireParams, type WireParams } from './postgres-params.ts';
import { requestBytes } from './postgres-request.ts';
import type { PostgresRows } from './postgres-rows.ts';
import type { PostgresStatements, PreparedStatement } from './postgres-statements.ts';
import { type BatchRun, over } from './run-batches.ts';

export interface PostgresRunOptions {
  /** What the session keeps prepared. */
  readonly statements: PostgresStatements;
  /** See `ExecuteOptions`. */
  readonly typedBy: string | undefined;
  /** Stop reading the socket while this much is not yet taken; without it everything is kept. */
  readonly limit?: BatchLimit | undefined;
  /** With the server's silence. */
  readonly patience: Patience;
  /** Called when it has ended, before anybody else hears of it; with whether the session is in order. */
  readonly onSettled: (isInOrder: boolean) => void;
}

/**
 * Classes of errors by which a statement that was prepared earlier may fail only for that: tables or their columns have
 * changed since, or whoever is between here and the server does not know it, or knows another one.
 */
const mayBeOutdated = /^(?:0A|22|26|42)/;
const isUnknownToServer = /^(?:26000|42P05)$/;

/**
 * One statement on the wire of a session: its rows as they arrive, and its end.
 *
 * All of it is sent at once, for one round trip. A query whose rows are not taken is held up by not reading the socket,
 * rather than by asking for so many rows at a time: that would deny it parallel plans, and rows differ in size.
 */
export class PostgresRun<Batch> implements BatchRun<Batch> {
  #columns: readonly string[] = [];
  #affectedRows = 0;
  /** Whether, where it failed, that is what the server answered. */
  #isAnswered = false;
  readonly #link: PostgresLink;
  readonly #socket: PostgresConnection['stream'];
  readonly #statement: Statement;
  readonly #params: WireParams;
  readonly #rows: PostgresRows<Batch>;
  readonly #options: PostgresRunOptions;
  #hasRows = false;
  #rowsSinceSign = 0;
  #isPaused = false;
  #isSettled = false;
  #error: DataJointError | undefined;
  #stopReason: DataJointError | undefined;
  readonly #settled: Promise<void>;
  #end: () => void = () => undefined;
  /** Gives what has arrived to whoever waits for it. */
  #give: (() => void) | undefined;

  /** Sends the statement. Throws an InvalidValueError for a value that cannot be sent. */
  constructor(link: PostgresLink, statement: Statement, rows: PostgresRows<Batch>, options: PostgresRunOptions) {
    this.#link = link;
    this.#socket = link.client.connection.stream;
    this.#statement = statement;
    this.#params = toWireParams(statement);
    this.#rows = rows;
    this.#options = options;
    this.#settled = new Promise((resolve) => {
      this.#end = resolve;
    });
    const isInTransaction = isBegun(link.client);
    const prepared = options.statements.find(statement, this.#params.types, {
      typedBy: options.typedBy,
      isInTransaction,
    });
    link.messages.rows = (bytes, start, end) => this.#take(bytes, start, end);
    link.client.query(this.#exchange(prepared, !isInTransaction));
    if (!this.#isSettled) options.patience.begin();
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Fulfilled once it has ended, in either way. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  next(): Promise<IteratorResult<Batch, undefined>> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        if (this.#error !== undefined) reject(this.#error);
        else if (this.#rows.count === 0) resolve(over);
        else {
          resolve({ done: false, value: this.#rows.batch() });
          if (this.#rows.count === 0) this.#goOn();
        }
      };
      if (this.#isReady || this.#isSettled) give();
      else this.#give = give;
    });
  }

  /** All there is, once the statement has ended. */
  all(this: PostgresRun<readonly (readonly Cell[])[]>): Promise<ResultSet> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        if (this.#error !== undefined) reject(this.#error);
        else resolve({ columns: this.#columns, rows: this.#rows.batch(), affectedRows: this.#affectedRows });
      };
      if (this.#isSettled) give();
      else this.#give = give;
    });
  }

  /** Ends it for whoever waits for it. Does nothing when it has ended. */
  fail(error: DataJointError): void {
    if (this.#isSettled) return;
    this.#error = this.#stopReason ?? error;
    this.#settle();
  }

  /**
   * Says why the statement is being stopped, which the server, answering that it was, does not know. Its rows are let
   * pass from now on, to hear that answer.
   */
  willStop(reason: DataJointError): void {
    this.#stopReason = reason;
    this.#goOn();
    this.#options.patience.end();
  }

  /** @param mayRepeat whether it can be sent once more, as it is, should it have been prepared for what is no more. */
  #exchange(prepared: PreparedStatement | undefined, mayRepeat: boolean): PostgresExchange {
    const { text } = this.#statement;
    const { statements } = this.#options;
    let fields: readonly PostgresField[] | undefined = prepared?.fields;
    const describe = (columns: readonly PostgresField[]): void => {
      fields = columns;
      this.#columns = columns.map((field) => field.name);
      this.#rows.describe(columns);
    };
    return {
      submit: ({ stream }) => {
        const { name = '', isPrepared = false } = prepared ?? {};
        const request = requestBytes({
          unwanted: statements.takeUnwanted(),
          name,
          text: isPrepared ? undefined : text,
          params: this.#params,
          isDescribed: fields === undefined,
        });
        if (fields !== undefined) describe(fields);
        if (stream.writable) stream.write(request);
        return null;
      },
      handleRowDescription: ({ fields: columns }) => describe(columns),
      handleDataRow: () => undefined,
      handleCommandComplete: ({ text: tag }) => {
        if (prepared !== undefined) {
          prepared.isPrepared = true;
          prepared.fields = fields ?? [];
        }
        this.#affectedRows = affectedRowsOf(tag);
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
        const state = sqlStateOf(error);
        if (prepared !== undefined) {
          const isOutdated = mayBeOutdated.test(state ?? '');
          if (isOutdated || !prepared.isPrepared) statements.forget(prepared);
          if (isUnknownToServer.test(state ?? '')) statements.turnOff();
          if (isOutdated && mayRepeat && !this.#hasRows && !this.#isSettled && this.#stopReason === undefined) {
            this.#link.client.query(this.#exchange(undefined, false));
            return;
          }
        }
        const reason = translatePostgresError(error, this.#statement);
        if (state === undefined || reason instanceof LostConnectionError) this.fail(reason);
        else this.#answer(reason);
      },
    };
  }

  #answer(error: DataJointError): void {
    if (!this.#isSettled) this.#isAnswered = true;
    this.fail(error);
  }

  #take(bytes: Buffer, start: number, end: number): void {
    if (this.#isSettled || this.#stopReason !== undefined) return;
    const rows = this.#rows;
    this.#hasRows = true;
    rows.take(bytes, start, end);
    if (++this.#rowsSinceSign >= 64) {
      this.#rowsSinceSign = 0;
      if (!this.#isPaused) this.#options.patience.begin();
    }
    const { limit } = this.#options;
    if (limit === undefined) return;
    if (isFull(rows, limit)) this.#pause();
    if (this.#give === undefined || !this.#isReady) return;
    // After the whole chunk that is being read now, so that batches do not get small.
    queueMicrotask(this.#give);
    this.#give = undefined;
  }

  /** Whether there is a batch to be given. */
  get #isReady(): boolean {
    const { limit } = this.#options;
    return limit?.isFilled === true ? isFull(this.#rows, limit) : this.#rows.count > 0;
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
    // It is our consumer who is slow now.
    this.#options.patience.end();
  }

  #goOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.#isSettled) this.#options.patience.begin();
    this.#socket.resume();
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#options.patience.end();
    this.#link.messages.rows = undefined;
    // What it held up is not this statement's any more.
    this.#goOn();
    this.#options.onSettled(this.#error === undefined || this.#isAnswered);
    this.#end();
    this.#give?.();
    this.#give = undefined;
  }
}

const isBegun = (client: PostgresClient): boolean => !['I', null].includes(client.getTransactionStatus());
