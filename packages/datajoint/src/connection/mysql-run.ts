import { translateMysqlError } from '../dialect/mysql/errors.ts';
import { type DataJointError, LostConnectionError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { type BatchLimit, isFull } from './batch-limit.ts';
import type { ResultSet } from './driver.ts';
import type { MysqlColumns } from './mysql-columns.ts';
import { MysqlExecution, type MysqlListener } from './mysql-execution.ts';
import type { MysqlCommand, MysqlConnection, MysqlPacket } from './mysql-link.ts';
import { ExecuteRequest } from './mysql-request.ts';
import type { MysqlRows, Row } from './mysql-rows.ts';
import type { MysqlStatements, PreparedStatement } from './mysql-statements.ts';
import type { Patience } from './patience.ts';
import { type BatchRun, over } from './run-batches.ts';

export interface MysqlRunOptions {
  /** What the session keeps prepared. */
  readonly statements: MysqlStatements;
  /** Of what is not yet taken; without it everything is kept. */
  readonly limit?: BatchLimit | undefined;
  /** With the server's silence. */
  readonly patience: Patience;
  /** Called when it has ended, before anybody else hears of it; with whether the session is in order. */
  readonly onSettled: (isInOrder: boolean) => void;
}

/** ER_UNSUPPORTED_PS: this kind of statement cannot be prepared. */
const isNotPreparable = (error: unknown): boolean => (error as { readonly errno?: unknown } | null)?.errno === 1295;

/** Statements worth preparing; the others run as text, unless they have parameters. */
const preparable = /^[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES|SHOW CREATE TABLE)\b/i;

/** One statement on the wire of a session: its rows as they arrive, and its end. */
export class MysqlRun<Batch> implements BatchRun<Batch>, MysqlListener {
  readonly #connection: MysqlConnection;
  readonly #options: MysqlRunOptions;
  readonly #rows: MysqlRows<Batch>;
  #affectedRows = 0;
  #columns: readonly { readonly name: string }[] = [];
  #hasRows = false;
  #rowsSinceSign = 0;
  #isPaused = false;
  #isSettled = false;
  #error: DataJointError | undefined;
  #stopReason: DataJointError | undefined;
  /** Gives what has arrived to whoever waits for it. */
  #give: (() => void) | undefined;

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
    const { statements } = this.#options;
    const request = new ExecuteRequest(params);
    const known = statements.find(text);
    if (known !== undefined) {
      this.#execute(known, request);
      return;
    }
    this.#connection.prepare(text, (error, prepared) => {
      if (isNotPreparable(error) && params.length === 0) this.#listen(this.#connection.query(text));
      else if (error) this.refuse(error);
      // It would be done before it can be stopped.
      else if (this.#stopReason !== undefined) this.fail(this.#stopReason);
      else this.#execute(statements.keep(text, { id: prepared.id }), request);
    });
  }

  #execute(statement: PreparedStatement, request: ExecuteRequest): void {
    this.#connection.addCommand(new MysqlExecution(statement, request.of(statement.id), this));
  }

  #listen(command: MysqlCommand): void {
    command
      .on('fields', (fields) => {
        this.#hasRows = fields !== undefined;
        this.#columns = fields ?? [];
      })
      .on('result', (result) => {
        if (this.#hasRows) this.#take(result as Row);
        else this.#affectedRows = (result as { readonly affectedRows?: number } | null)?.affectedRows ?? 0;
      })
      .on('error', (error) => this.refuse(error))
      .on('end', () => this.#settle());
  }

  begin(columns: MysqlColumns): void {
    this.#columns = columns.all;
    this.#rows.begin(columns);
  }

  read(packet: MysqlPacket): void {
    if (this.#isSettled) return;
    this.#rows.read(packet);
    this.#arrived();
  }

  end(affectedRows: number): void {
    this.#affectedRows = affectedRows;
    this.#settle();
  }

  refuse(error: unknown): void {
    this.fail(this.#stopReason ?? translateMysqlError(error, { isStatement: true }));
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  next(): Promise<IteratorResult<Batch, undefined>> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        if (this.#error !== undefined) reject(this.#error);
        else if (this.#rows.count === 0) resolve(over);
        else {
          resolve({ done: false, value: this.#rows.batch() });
          this.#goOn();
        }
      };
      if (this.#isReady || this.#isSettled) give();
      else this.#give = give;
    });
  }

  /** All there is, once the statement has ended. */
  all(this: MysqlRun<Row[]>): Promise<ResultSet> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        if (this.#error !== undefined) reject(this.#error);
        else {
          const columns = this.#columns.map(({ name }) => name);
          resolve({ columns, rows: this.#rows.batch(), affectedRows: this.#affectedRows });
        }
      };
      if (this.#isSettled) give();
      else this.#give = give;
    });
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

  #take(row: Row): void {
    if (this.#isSettled) return;
    this.#rows.take(row);
    this.#arrived();
  }

  #arrived(): void {
    if (++this.#rowsSinceSign >= 64) {
      this.#rowsSinceSign = 0;
      this.#options.patience.begin();
    }
    const { limit } = this.#options;
    if (limit === undefined) return;
    if (isFull(this.#rows, limit)) this.#pause();
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
    const { patience, onSettled } = this.#options;
    patience.end();
    onSettled(this.#error === undefined || isAnswer(this.#error));
    this.#give?.();
    this.#give = undefined;
  }
}

/** After an error that is not the server's answer, nothing is known of what is on the wire. */
function isAnswer(error: DataJointError): boolean {
  const { errno } = (error.cause ?? {}) as { readonly errno?: unknown };
  return typeof errno === 'number' && errno >= 1000 && !(error instanceof LostConnectionError);
}
