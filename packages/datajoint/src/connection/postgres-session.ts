import { translatePostgresError } from '../dialect/postgres/errors.ts';
import { CancelledError, DataJointError, LostConnectionError, TimeoutError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import type { BatchLimit } from './batch-limit.ts';
import { cancellationOf } from './cancellation.ts';
import type {
  Cell,
  DriverSession,
  ExecuteOptions,
  RecordBatch,
  RecordFormat,
  ResultSet,
  ServerInfo,
} from './driver.ts';
import { Patience } from './patience.ts';
import { PostgresCellRows } from './postgres-cell-rows.ts';
import type { PostgresLink } from './postgres-link.ts';
import { PostgresRecordRows } from './postgres-record-rows.ts';
import type { PostgresRows } from './postgres-rows.ts';
import { PostgresRun } from './postgres-run.ts';
import { postgresTimeLimit } from './postgres-settings.ts';
import { PostgresStatements } from './postgres-statements.ts';
import { RunBatches } from './run-batches.ts';
import { whenAborted } from './when-aborted.ts';
import { withoutLimit } from './without-limit.ts';

type Row = readonly Cell[];

export interface PostgresSessionOptions {
  readonly link: PostgresLink;
  /** Milliseconds the server was told a statement may run; 0 for ever. */
  readonly statementTimeout: number;
  /** Stops, over a connection of its own, what the session is running on the server. */
  readonly cancel: () => Promise<void>;
}

/** What a batch of a stream is limited to; one row may be larger than all that. */
const cellBatch: BatchLimit = { rows: 500, bytes: 64 * 1024 };
/** Records need no more memory than their text: a page of a thousand is one batch as a rule. */
const recordBatch: BatchLimit = { rows: 5000, bytes: 192 * 1024, isFilled: true };

/** How long after its own limit a server is believed to be stuck, in milliseconds. */
const grace = 2000;

/** How long stopping a statement on the server may keep whoever stopped it waiting, in milliseconds. */
const cancelTimeout = 2000;

/** How long a server may take to obey before it is told again, in milliseconds. */
const cancelPause = 100;

/** A session of PostgreSQL over `pg`. */
export class PostgresSession implements DriverSession {
  readonly server: ServerInfo;
  readonly #options: PostgresSessionOptions;
  readonly #statements: PostgresStatements;
  readonly #patience: Patience;
  #run: PostgresRun<unknown> | undefined;
  #isEnded = false;

  constructor(options: PostgresSessionOptions) {
    this.#options = options;
    const { link, statementTimeout } = options;
    const { client, socket, version, isEncrypted, isPooled } = link;
    this.#patience = new Patience(statementTimeout > 0 ? statementTimeout + grace : 0, () => this.#giveUp());
    this.#statements = new PostgresStatements(isPooled);
    this.server = { product: 'postgresql', version, sessionId: client.processID, isEncrypted };
    client.on('error', (error) => this.#end(translatePostgresError(error)));
    socket.once('close', () => this.#end(lost()));
    if (socket.destroyed) this.#isEnded = true;
  }

  get isUsable(): boolean {
    return !this.#isEnded;
  }

  execute(statement: Statement, options: ExecuteOptions = {}): Promise<ResultSet> {
    try {
      return this.#begin(statement, new PostgresCellRows(), options).all();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  stream(statement: Statement, options: ExecuteOptions = {}): AsyncIterableIterator<readonly Row[]> {
    return this.#batches(statement, () => new PostgresCellRows(cellBatch), cellBatch, options);
  }

  records(
    statement: Statement,
    format: RecordFormat,
    options: ExecuteOptions = {},
  ): AsyncIterableIterator<RecordBatch> {
    return this.#batches(statement, () => new PostgresRecordRows(format), recordBatch, options);
  }

  #batches<Batch>(
    statement: Statement,
    rows: () => PostgresRows<Batch>,
    limit: BatchLimit,
    options: ExecuteOptions,
  ): AsyncIterableIterator<Batch> {
    const { statementTimeout } = this.#options;
    const read = (): AsyncIterableIterator<Batch> =>
      new RunBatches({
        begin: () => this.#begin(statement, rows(), options, limit),
        stop: (run) => this.#stop(run, new CancelledError('The rest of the rows was not wanted.')),
      });
    if (options.isUnlimited !== true || statementTimeout === 0) return read();
    const limits = { lift: postgresTimeLimit(0), restore: postgresTimeLimit(statementTimeout) };
    return withoutLimit(this, limits, read);
  }

  async close(): Promise<void> {
    const { client, socket } = this.#options.link;
    if (this.#isEnded || this.#run !== undefined) return this.destroy();
    this.#isEnded = true;
    await within(1000, client.end());
    socket.destroy();
  }

  destroy(): void {
    this.#end(new LostConnectionError('The connection to the database was closed.'));
  }

  #begin<Batch>(
    statement: Statement,
    rows: PostgresRows<Batch>,
    { signal, typedBy }: ExecuteOptions,
    limit?: BatchLimit,
  ): PostgresRun<Batch> {
    if (signal?.aborted) throw cancellationOf(signal);
    if (this.#isEnded) throw lost();
    if (this.#run !== undefined)
      throw new DataJointError('A session runs one statement at a time, and one is running.');
    let leave: (() => void) | undefined;
    const run = new PostgresRun(this.#options.link, statement, rows, {
      statements: this.#statements,
      patience: this.#patience,
      typedBy,
      limit,
      onSettled: (isInOrder) => {
        leave?.();
        this.#run = undefined;
        if (!isInOrder) this.destroy();
      },
    });
    if (run.isSettled) return run;
    this.#run = run;
    leave = whenAborted(signal, (aborted) => void this.#stop(run, cancellationOf(aborted)));
    return run;
  }

  /** Stops the statement on the server. The session goes with it: a late cancel would hit the next statement. */
  async #stop(run: PostgresRun<unknown>, reason: DataJointError): Promise<void> {
    if (run.isSettled || this.#isEnded) return;
    this.#isEnded = true;
    run.willStop(reason);
    const giveUp = performance.now() + cancelTimeout;
    for (let left: number = cancelTimeout; left > 0 && !run.isSettled; left = giveUp - performance.now()) {
      await within(left, this.#options.cancel());
      // A server passes over what comes between two messages, as before a query's planning and after it: once more then.
      await within(Math.min(left, cancelPause), run.settled);
    }
    run.fail(reason);
    this.#options.link.socket.destroy();
  }

  /** The server says nothing any more. */
  #giveUp(): void {
    // It may wake up and go on with the statement otherwise.
    if (!this.#isEnded) void within(cancelTimeout, this.#options.cancel());
    this.#end(new TimeoutError('The database did not answer in time.'));
  }

  #end(reason: DataJointError): void {
    this.#isEnded = true;
    this.#run?.fail(reason);
    this.#patience.stop();
    this.#options.link.socket.destroy();
  }
}

const lost = (): LostConnectionError => new LostConnectionError('The connection to the database was lost.');

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
