import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dialect } from '../dialect/dialect.ts';
import { ConcurrencyError, DataJointError, LostConnectionError, TimeoutError, UnreachableError } from '../errors.ts';
import type { Sql, Statement } from '../sql/sql.ts';
import { cancellationOf } from './cancellation.ts';
import type {
  Cell,
  ConnectOptions,
  Driver,
  DriverSession,
  ExecuteOptions,
  RecordBatch,
  RecordFormat,
  ResultSet,
} from './driver.ts';
import type { Executor } from './executor.ts';
import { LeasedBatches } from './leased-batches.ts';
import { mysqlDriver } from './mysql-driver.ts';
import { type Lease, type PoolOptions, type PoolState, poolOptions, SessionPool } from './pool.ts';
import { type Begun, SlowStatements } from './slow-statements.ts';
import { Transaction } from './transaction.ts';
import { writtenRecords } from './written-records.ts';

export interface ConnectionOptions extends ConnectOptions {
  readonly dialect: Dialect;
  /** What opens sessions; default: `mysql2`. */
  readonly driver?: Driver | undefined;
  readonly pool?: PoolOptions | undefined;
}

export interface TransactionOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * How often the whole callback is run again, in a new transaction, after a {@link ConcurrencyError} other than a wait in vain; at most 3,
   * default 0. For callbacks that do nothing outside the database.
   */
  readonly retries?: number | undefined;
}

const maxRetries = 3;

/** Milliseconds for a session of which nothing is wanted any more to undo its transaction. */
const rollbackTimeout = 2000;

/** A database as one user sees it: sessions with the same credentials, pooled. Nothing connects before it is needed. */
export class Connection implements Executor {
  readonly dialect: Dialect;
  readonly #pool: SessionPool;
  readonly #slow: SlowStatements | undefined;
  readonly #transaction = new AsyncLocalStorage<Transaction>();
  /** Transactions whose callbacks have not ended. */
  #underWay = 0;

  constructor({ dialect, driver = mysqlDriver, pool, ...options }: ConnectionOptions) {
    this.dialect = dialect;
    this.#pool = new SessionPool(() => driver.connect(options), pool);
    const { acquireTimeout, maxWaiting } = poolOptions(pool);
    // It holds nothing up meanwhile, so that it may wait as long as it may run.
    const patience = Math.max(acquireTimeout, options.statementTimeout ?? 0);
    this.#slow =
      pool?.maxSlow === undefined ? undefined : new SlowStatements({ max: pool.maxSlow, patience, maxWaiting });
  }

  /** How many sessions there are. */
  get state(): PoolState {
    const { waiting, ...state } = this.#pool.state;
    return { ...state, waiting: waiting + (this.#slow?.waiting ?? 0) };
  }

  /**
   * Proves the credentials by opening a session with them, which stays in the pool.
   * @throws AuthenticationError, UnreachableError or OverloadedError.
   */
  async verify({ signal }: ExecuteOptions = {}): Promise<void> {
    (await this.#pool.acquire({ signal, fresh: true })).release();
  }

  /**
   * Runs a statement outside any transaction. A query that meets a session lost since its last use runs again on
   * another; a statement that writes never does.
   */
  execute(sql: Sql, options: ExecuteOptions = {}): Promise<ResultSet> {
    return this.#leased(sql, options, (session, statement) => session.execute(statement, options));
  }

  /** Runs a statement right after another one on the same session, which says how this one is to be run. */
  executeAfter(first: Sql, sql: Sql, options: ExecuteOptions = {}): Promise<ResultSet> {
    return this.#leased(sql, options, async (session, statement) => {
      await session.execute(first.toStatement(this.dialect.syntax), options);
      return await session.execute(statement, options);
    });
  }

  stream(sql: Sql, options: ExecuteOptions = {}): AsyncIterableIterator<readonly (readonly Cell[])[], undefined> {
    return this.#streamed(sql, options, (session, statement) => session.stream(statement, options));
  }

  records(sql: Sql, format: RecordFormat, options: ExecuteOptions = {}): AsyncIterableIterator<RecordBatch, undefined> {
    return this.#streamed(
      sql,
      options,
      (session, statement) =>
        session.records?.(statement, format, options) ?? writtenRecords(session.stream(statement, options), format),
    );
  }

  #streamed<Batch>(
    sql: Sql,
    options: ExecuteOptions,
    open: (session: DriverSession, statement: Statement) => AsyncIterable<Batch>,
  ): AsyncIterableIterator<Batch, undefined> {
    const statement = sql.toStatement(this.dialect.syntax);
    return new LeasedBatches({
      enter: () => this.#enter(statement, options),
      acquire: (fresh) => this.#pool.acquire({ ...options, fresh }),
      open: ({ session }) => open(session, statement)[Symbol.asyncIterator](),
      mayRetry: (error) => isLost(error) && canRepeat(statement),
    });
  }

  /**
   * Runs a callback in a transaction, which is committed when it ends and undone when it throws.
   *
   * @throws ConcurrencyError when another transaction was in the way, also after `retries`. A LostConnectionError with
   * `details.outcome` `unknown` when the connection was lost while committing; it is never run again then.
   */
  async transaction<T>(
    run: (transaction: Transaction) => Promise<T>,
    { signal, retries = 0 }: TransactionOptions = {},
  ): Promise<T> {
    if (this.#transaction.getStore()?.isOpen) {
      throw new DataJointError(
        'A transaction is under way: transactions cannot be nested. Use the one that was given.',
      );
    }
    for (let left = Math.min(retries, maxRetries); ; left -= 1) {
      try {
        return await this.#transact(run, signal);
      } catch (error) {
        if (!(error instanceof ConcurrencyError) || error.details.isUndone === false || left <= 0) throw error;
      }
      // Whoever was in the way gets time to finish, and two that were in each other's do not meet again.
      await new Promise((resolve) => setTimeout(resolve, 10 + 40 * Math.random()));
    }
  }

  /** Waits for what runs, then closes all sessions. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #transact<T>(run: (transaction: Transaction) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const lease = await this.#begin(signal);
    const { session } = lease;
    const transaction = new Transaction(this.dialect, session, signal);
    let isKept = false;
    try {
      let result: T;
      try {
        this.#underWay += 1;
        result = await this.#transaction.run(transaction, () => run(transaction));
        if (signal?.aborted) throw cancellationOf(signal);
      } finally {
        await transaction.end();
        this.#underWay -= 1;
        // Node 20 follows every promise of the process as long as it is in use.
        if (this.#underWay === 0) this.#transaction.disable();
      }
      // From here on nobody knows, should the connection be lost.
      isKept = true;
      await commit(session);
      return result;
    } catch (error) {
      isKept &&= error instanceof LostConnectionError;
      await rollBack(session);
      throw error;
    } finally {
      lease.release();
      await transaction.conclude(isKept);
    }
  }

  /** A session with a transaction begun. */
  async #begin(signal: AbortSignal | undefined): Promise<Lease> {
    for (let fresh = false; ; fresh = true) {
      const lease = await this.#pool.acquire({ signal, fresh });
      try {
        await lease.session.execute({ text: this.dialect.startTransaction, params: [] }, { signal });
        return lease;
      } catch (error) {
        lease.release();
        // Nothing was done yet, so that a lost session can be replaced.
        if (fresh || !isLost(error)) throw error;
      }
    }
  }

  async #leased<T>(
    sql: Sql,
    options: ExecuteOptions,
    use: (session: DriverSession, statement: Statement) => Promise<T>,
  ): Promise<T> {
    const statement = sql.toStatement(this.dialect.syntax);
    const { signal, goesFirst } = options;
    const entered = this.#enter(statement, options);
    const begun = entered instanceof Promise ? await entered : entered;
    try {
      const lease = await this.#pool.acquire({ signal, goesFirst });
      try {
        return await use(lease.session, statement);
      } catch (error) {
        if (!isLost(error)) throw error;
        if (!canRepeat(statement)) throw lostWrite(error);
      } finally {
        lease.release();
      }
      const other = await this.#pool.acquire({ signal, goesFirst, fresh: true });
      try {
        return await use(other.session, statement);
      } finally {
        other.release();
      }
    } finally {
      begun?.answered();
    }
  }

  /** Waits where too many of the user's queries keep the database busy. Writes are let through: nobody knows what they hold up. */
  #enter(statement: Statement, options: ExecuteOptions): Begun | Promise<Begun> | undefined {
    return this.#slow !== undefined && canRepeat(statement) ? this.#slow.enter(statement.text, options) : undefined;
  }
}

const isLost = (error: unknown): boolean =>
  error instanceof LostConnectionError && !(error instanceof UnreachableError);

/** Only what reads. Of the others nobody knows whether they were done when the answer was lost. */
const canRepeat = ({ text }: Statement): boolean => /^[\s(]*(?:SELECT|SHOW)\b/i.test(text);

/** Nobody knows whether a statement that changes something was done when its answer was lost. */
function lostWrite(cause: unknown): LostConnectionError {
  return new LostConnectionError(
    'The connection to the database was lost. Look whether the change was made before trying again.',
    { details: { outcome: 'unknown' }, cause },
  );
}

async function commit(session: DriverSession): Promise<void> {
  try {
    await session.execute({ text: 'COMMIT', params: [] });
  } catch (error) {
    if (!isLost(error) && !(error instanceof TimeoutError)) throw error;
    throw new LostConnectionError(
      'The connection was lost while the changes were being committed. Look whether they were made before trying again.',
      { details: { outcome: 'unknown' }, cause: error },
    );
  }
}

/** Undoes what was done. A session that cannot do so in time is dropped, which has the same effect. */
async function rollBack(session: DriverSession): Promise<void> {
  if (!session.isUsable) return;
  const timer = setTimeout(() => session.destroy(), rollbackTimeout);
  try {
    await session.execute({ text: 'ROLLBACK', params: [] });
  } catch {
    session.destroy();
  } finally {
    clearTimeout(timer);
  }
}
