import { translateMysqlError } from '../dialect/mysql/errors.ts';
import type { DataJointError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { type BatchLimit, isFull } from './batch-limit.ts';
import type { MysqlCommand, MysqlConnection, MysqlField, MysqlRowParser } from './mysql-link.ts';
import { type IntegerParam, toWire } from './mysql-params.ts';
import { executeRequest } from './mysql-request.ts';
import type { MysqlRows } from './mysql-rows.ts';
import type { MysqlStatements, PreparedStatement } from './mysql-statements.ts';
import { MysqlWrite } from './mysql-write.ts';
import type { Patience } from './patience.ts';

export interface MysqlRunOptions {
  /** What the session keeps prepared. */
  readonly statements: MysqlStatements;
  /** Of what is not yet taken; without it everything is kept. */
  readonly limit?: BatchLimit | undefined;
  /** With the server's silence. */
  readonly patience: Patience;
  readonly integerParam: IntegerParam;
}

// MariaDB and MySQL number them alike.
const geometryType = 255;
const vectorType = 242;
const blobType = 252;

/** ER_UNSUPPORTED_PS: this kind of statement cannot be prepared. */
const isNotPreparable = (error: unknown): boolean => (error as { readonly errno?: unknown } | null)?.errno === 1295;

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

  /** Sends the statement. Throws an InvalidValueError for a value that cannot be sent. */
  constructor(connection: MysqlConnection, statement: Statement, rows: MysqlRows<Batch>, options: MysqlRunOptions) {
    this.#connection = connection;
    this.#rows = rows;
    this.#options = options;
    const isPrepared = statement.params.length > 0 || preparable.test(statement.text);
    if (isPrepared) this.#prepare(statement);
    else this.#listen(connection.query(statement.text));
    if (!this.#isSettled) options.patience.begin();
  }

  #prepare({ text, params }: Statement): void {
    const { statements, integerParam } = this.#options;
    const known = statements.find(text);
    if (known !== undefined) {
      this.#execute(known, params);
      return;
    }
    // What cannot be sent is refused before anything is.
    for (const param of params) toWire(param, integerParam);
    this.#connection.prepare(text, (error, prepared) => {
      if (isNotPreparable(error) && params.length === 0) this.#listen(this.#connection.query(text));
      else if (error) this.#refuse(error);
      // It would be done before it can be stopped.
      else if (this.#stopReason !== undefined) this.fail(this.#stopReason);
      else this.#execute(statements.keep(text, prepared), params);
    });
  }

  #execute({ prepared, isWrite }: PreparedStatement, params: Statement['params']): void {
    if (!isWrite) {
      const values = params.map((param) => toWire(param, this.#options.integerParam));
      this.#listen(this.#parsed(prepared.execute(values)));
      return;
    }
    const write = new MysqlWrite({
      request: executeRequest(prepared.id, params),
      onWritten: (rows) => {
        this.affectedRows = rows;
        this.#settle();
      },
      onFailed: (error) => this.#refuse(error),
    });
    this.#connection.addCommand(write);
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

  #listen(command: MysqlCommand): void {
    command
      .on('fields', (fields) => this.#takeFields(fields))
      .on('result', (row) => this.#take(row))
      .on('error', (error) => this.#refuse(error))
      .on('end', () => this.#settle());
  }

  #refuse(error: unknown): void {
    this.fail(this.#stopReason ?? translateMysqlError(error, { isStatement: true }));
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
      this.#options.patience.begin();
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
    this.#options.patience.end();
  }

  #goOn(): void {
    if (this.#isSettled || !this.#isPaused) return;
    this.#isPaused = false;
    this.#options.patience.begin();
    this.#connection.resume();
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#options.patience.end();
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
