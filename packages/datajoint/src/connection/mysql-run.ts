import { translateMysqlError } from '../dialect/mysql/errors.ts';
import { type DataJointError, InvalidValueError } from '../errors.ts';
import type { Param, Statement } from '../sql/sql.ts';
import { type BatchLimit, isFull } from './batch-limit.ts';
import type { MysqlCommand, MysqlConnection, MysqlField, MysqlRowParser } from './mysql-link.ts';
import type { MysqlRows } from './mysql-rows.ts';

/** Wraps a 64-bit integer for the wire. */
export type IntegerParam = (value: bigint) => unknown;

export interface MysqlRunOptions {
  /** Of what is not yet taken; without it everything is kept. */
  readonly limit?: BatchLimit | undefined;
  /** Milliseconds the server may stay silent; 0 for ever. */
  readonly patience: number;
  readonly onImpatient: () => void;
  readonly integerParam: IntegerParam;
}

// MariaDB and MySQL number them alike.
const geometryType = 255;
const vectorType = 242;
const blobType = 252;

/** ER_UNSUPPORTED_PS: this kind of statement cannot be prepared. */
const notPreparable = 1295;

/** Statements worth preparing; the others run as text, unless they have parameters. */
const preparable = /^[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES)\b/i;

/** One statement on the wire of a session: its rows as they arrive, and its end. */
export class MysqlRun<Batch> {
  affectedRows = 0;
  #fields: readonly MysqlField[] = [];
  readonly #connection: MysqlConnection;
  readonly #options: MysqlRunOptions;
  readonly #rows: MysqlRows<Batch>;
  #hasRows = false;
  #rowsSinceSign = 0;
  #isPaused = false;
  #isSettled = false;
  #error: DataJointError | undefined;
  #stopReason: DataJointError | undefined;
  #wake: (() => void) | undefined;
  #patience: NodeJS.Timeout | undefined;

  /** Sends the statement. Throws an InvalidValueError for a value that cannot be sent. */
  constructor(connection: MysqlConnection, statement: Statement, rows: MysqlRows<Batch>, options: MysqlRunOptions) {
    this.#connection = connection;
    this.#rows = rows;
    this.#options = options;
    const values = statement.params.map((param) => toWire(param, options.integerParam));
    const sql = statement.text;
    if (values.length === 0 && !preparable.test(sql)) {
      this.#listen(connection.query({ sql }));
    } else {
      this.#listen(this.#parsed(connection.execute({ sql, values })), () => {
        if (values.length > 0) return false;
        this.#listen(connection.query({ sql }));
        return true;
      });
    }
    if (options.patience > 0) this.#patience = setTimeout(options.onImpatient, options.patience);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Their names, which nobody asks for as a rule and which are texts only then. */
  get columns(): readonly string[] {
    return this.#fields.map(({ name }) => name);
  }

  /** The rows that have arrived, at least one; undefined after the last. */
  async next(): Promise<Batch | undefined> {
    while (!this.#isReady && !this.#isSettled) await this.#signOfLife();
    if (this.#error !== undefined) throw this.#error;
    if (this.#rows.count === 0) return undefined;
    const batch = this.#rows.batch();
    this.#goOn();
    return batch;
  }

  /** All rows, once the statement has ended. */
  async all(): Promise<Batch> {
    while (!this.#isSettled) await this.#signOfLife();
    if (this.#error !== undefined) throw this.#error;
    return this.#rows.batch();
  }

  /** Ends it for whoever waits for it. Does nothing when it has ended. */
  fail(error: DataJointError): void {
    if (this.#isSettled) return;
    this.#error = error;
    this.#settle();
  }

  /** Says why the statement is being stopped, which the server, answering that it was, does not know. */
  willStop(reason: DataJointError): void {
    this.#stopReason = reason;
  }

  #listen(command: MysqlCommand, runOtherwise?: () => boolean): void {
    let isSuperseded = false;
    command
      .on('fields', (fields) => this.#takeFields(fields))
      .on('result', (row) => this.#take(row))
      .on('error', (error) => {
        const { errno } = (error ?? {}) as { readonly errno?: unknown };
        if (errno === notPreparable && runOtherwise?.() === true) isSuperseded = true;
        else this.fail(this.#stopReason ?? translateMysqlError(error));
      })
      .on('end', () => {
        if (!isSuperseded) this.#settle();
      });
  }

  /** Has the rows of a prepared statement read for what is to become of them. */
  #parsed(command: MysqlCommand): MysqlCommand {
    const { buildParserFromFields: build } = command;
    if (build === undefined) return command;
    command.buildParserFromFields = (fields, connection) => {
      const parser = this.#rows.parserFor(fields);
      if (parser === undefined) return build.call(command, fields, connection);
      given = parser;
      return Given;
    };
    return command;
  }

  #takeFields(fields: readonly MysqlField[] | undefined): void {
    this.#hasRows = fields !== undefined;
    this.#fields = fields ?? [];
    for (const field of this.#fields) {
      // Their bytes, in place of what the driver would make of them.
      if (field.columnType === geometryType || field.columnType === vectorType) field.columnType = blobType;
    }
  }

  #take(row: unknown): void {
    if (this.#isSettled) return;
    if (!this.#hasRows) {
      this.affectedRows = (row as { readonly affectedRows?: number } | null)?.affectedRows ?? 0;
      return;
    }
    const rows = this.#rows;
    rows.take(row);
    if (++this.#rowsSinceSign >= 64) {
      this.#rowsSinceSign = 0;
      this.#patience?.refresh();
    }
    const { limit } = this.#options;
    if (limit === undefined) return;
    if (isFull(rows, limit)) this.#pause();
    // Whoever waits runs after the whole chunk that is being read now, so that batches do not get small.
    if (this.#isReady) this.#wake?.();
  }

  /** Whether there is a batch to be given. */
  get #isReady(): boolean {
    const { limit } = this.#options;
    return limit?.isFilled === true ? isFull(this.#rows, limit) : this.#rows.count > 0;
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#connection.pause();
    // It is our consumer who is slow now.
    clearTimeout(this.#patience);
  }

  #goOn(): void {
    if (this.#isSettled || !this.#isPaused) return;
    this.#isPaused = false;
    if (this.#patience !== undefined) this.#patience = setTimeout(this.#options.onImpatient, this.#options.patience);
    this.#connection.resume();
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#patience);
    this.#wake?.();
  }

  async #signOfLife(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}

let given: MysqlRowParser | undefined;

/** A class whose instance is the parser that was given last: it is made at once, and a class for each would be dear. */
const Given = function Parser() {
  return given;
} as unknown as new () => MysqlRowParser;

/** Bytes that are copied sooner than looked at in place. */
const smallArray = 64;

/** Only numbers, strings, bytes and null reach `mysql2`: objects would be expanded to SQL or JSON. */
function toWire(param: Param, integerParam: IntegerParam): unknown {
  if (param === null || typeof param === 'number') return param;
  if (typeof param === 'string') {
    if (!(param as WellFormed).isWellFormed()) {
      throw new InvalidValueError('A text holds half of a character (a lone surrogate), which no database stores.');
    }
    return param;
  }
  if (typeof param === 'bigint') {
    if (param < -(2n ** 63n) || param >= 2n ** 64n) {
      throw new InvalidValueError(`An integer is out of the range of 64 bits: ${param}.`);
    }
    return integerParam(param);
  }
  if (param instanceof Uint8Array) {
    if (Buffer.isBuffer(param)) return param;
    // Those of small arrays are not in a buffer of their own until somebody asks for it.
    return param.length <= smallArray ? Buffer.from(param) : Buffer.from(param.buffer, param.byteOffset, param.length);
  }
  throw new TypeError(`Expected a string, a number, a bigint, bytes or null as a parameter, got ${typeof param}.`);
}

/** In Node 20, not yet in the library of ES2023. */
type WellFormed = string & { isWellFormed(): boolean };
