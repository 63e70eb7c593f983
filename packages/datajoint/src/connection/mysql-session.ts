import { translateMysqlError } from '../dialect/mysql/errors.ts';
import { CancelledError, DataJointError, LostConnectionError, TimeoutError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import type { BatchLimit } from './batch-limit.ts';
import { cancellationOf } from './cancellation.ts';
import type { DriverSession, ExecuteOptions, RecordBatch, RecordFormat, ResultSet, ServerInfo } from './driver.ts';
import { MysqlCellRows } from './mysql-cell-rows.ts';
import type { MysqlLink } from './mysql-link.ts';
import { MysqlRecordRows } from './mysql-record-rows.ts';
import type { MysqlRows, Row } from './mysql-rows.ts';
import { MysqlRun } from './mysql-run.ts';
import { serverOf } from './mysql-server.ts';
import { MysqlStatements } from './mysql-statements.ts';
import { mysqlTimeLimit } from './mysql-time-limit.ts';
import { Patience } from './patience.ts';
import { RunBatches } from './run-batches.ts';
import { whenAborted } from './when-aborted.ts';
import { withoutLimit } from './without-limit.ts';

export interface MysqlSessionOptions {
  readonly link: MysqlLink;
  /** Milliseconds the server was told a statement may run; 0 for ever. */
  readonly statementTimeout: number;
  /** Stops, over a connection of its own, what the session is running on the server. */
  readonly kill: () => Promise<void>;
}

/** What a batch of a stream is limited to (roughly: a row more or less, and one row may be larger than all that). */
const cellBatch: BatchLimit = { rows: 500, bytes: 64 * 1024 };
/** Records need no more memory than their text: a page of a thousand is one batch as a rule. */
const recordBatch: BatchLimit = { rows: 5000, bytes: 192 * 1024, isFilled: true };

/** How long after its own limit a server is believed to be stuck, in milliseconds. */
const grace = 2000;

/** How long stopping a statement on the server may keep whoever stopped it waiting, in milliseconds. */
const killTimeout = 2000;

/** A session of MySQL or MariaDB over `mysql2`. */
export class MysqlSession implements DriverSession {
  readonly server: ServerInfo;
  readonly #options: MysqlSessionOptions;
  readonly #statements: MysqlStatements;
  readonly #patience: Patience;
  #run: MysqlRun<unknown> | undefined;
  #isEnded = false;

  constructor(options: MysqlSessionOptions) {
    this.#options = options;
    const { link, statementTimeout } = options;
    const { connection, socket, handshake, isEncrypted } = link;
    this.#statements = new MysqlStatements(connection);
    this.#patience = new Patience(statementTimeout > 0 ? statementTimeout + grace : 0, () => this.#giveUp());
    this.server = { ...serverOf(handshake.serverVersion), sessionId: handshake.connectionId, isEncrypted };
    connection.on('error', (error) => this.#end(translateMysqlError(error)));
    socket.once('close', () => this.#end(new LostConnectionError('The connection to the database was lost.')));
    if (socket.destroyed) this.#isEnded = true;
  }

  get isUsable(): boolean {
    return !this.#isEnded;
  }

  execute(statement: Statement, options: ExecuteOptions = {}): Promise<ResultSet> {
    try {
      return this.#begin(statement, new MysqlCellRows(), options).all();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  stream(statement: Statement, options: ExecuteOptions = {}): AsyncIterableIterator<readonly Row[]> {
    return this.#batches(statement, () => new MysqlCellRows(), cellBatch, options);
  }

  records(
    statement: Statement,
    format: RecordFormat,
    options: ExecuteOptions = {},
  ): AsyncIterableIterator<RecordBatch> {
    return this.#batches(statement, () => new MysqlRecordRows(format), recordBatch, options);
  }

  #batches<Batch>(
    statement: Statement,
    rows: () => MysqlRows<Batch>,
    size: BatchLimit,
    options: ExecuteOptions,
  ): AsyncIterableIterator<Batch> {
    const { link, statementTimeout } = this.#options;
    const limit = (milliseconds: number): string => `SET ${mysqlTimeLimit(link.handshake.serverVersion, milliseconds)}`;
    const read = (): AsyncIterableIterator<Batch> =>
      new RunBatches({
        begin: () => this.#begin(statement, rows(), options, size),
        stop: (run) => this.#stop(run, new CancelledError('The rest of the rows was not wanted.')),
      });
    if (options.isUnlimited !== true || statementTimeout === 0) return read();
    return withoutLimit(this, { lift: limit(0), restore: limit(statementTimeout) }, read);
  }

  async close(): Promise<void> {
    const { connection, socket } = this.#options.link;
    if (this.#isEnded || this.#run !== undefined) return this.destroy();
    this.#isEnded = true;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    connection.end();
    await within(1000, closed);
    socket.destroy();
  }

  destroy(): void {
    this.#end(new LostConnectionError('The connection to the database was closed.'));
  }

  #begin<Batch>(
    statement: Statement,
    rows: MysqlRows<Batch>,
    { signal }: ExecuteOptions,
    limit?: BatchLimit,
  ): MysqlRun<Batch> {
    if (signal?.aborted) throw cancellationOf(signal);
    if (this.#isEnded) throw new LostConnectionError('The connection to the database was lost.');
    if (this.#run !== undefined)
      throw new DataJointError('A session runs one statement at a time, and one is running.');
    let leave: (() => void) | undefined;
    const run = new MysqlRun(this.#options.link.connection, statement, rows, {
      statements: this.#statements,
      patience: this.#patience,
      limit,
      onSettled: (isInOrder) => {
        leave?.();
        this.#run = undefined;
        if (!isInOrder) this.destroy();
        if (!this.#isEnded) this.#statements.ran(statement.text);
      },
    });
    if (run.isSettled) return run;
    this.#run = run;
    leave = whenAborted(signal, (aborted) => void this.#stop(run, cancellationOf(aborted)));
    return run;
  }

  /** Stops the statement on the server. The session goes with it: a late kill would hit the next statement. */
  async #stop(run: MysqlRun<unknown>, reason: DataJointError): Promise<void> {
    if (run.isSettled || this.#isEnded) return;
    this.#isEnded = true;
    run.willStop(reason);
    await within(killTimeout, this.#options.kill());
    run.fail(reason);
    this.#options.link.socket.destroy();
  }

  /** The server says nothing any more. */
  #giveUp(): void {
    // It may wake up and go on with the statement otherwise.
    if (!this.#isEnded) void within(killTimeout, this.#options.kill());
    this.#end(new TimeoutError('The database did not answer in time.'));
  }

  #end(reason: DataJointError): void {
    this.#isEnded = true;
    this.#run?.fail(reason);
    this.#patience.stop();
    this.#options.link.socket.destroy();
  }
}

/** Waits for a promise to settle in either way, but not for longer than that. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise.then(ignore, ignore), timeout]);
  clearTimeout(timer);
}

const ignore = (): void => undefined;
