import type { Dialect } from '../dialect/dialect.ts';
import { DataJointError } from '../errors.ts';
import type { Sql } from '../sql/sql.ts';
import { cancellationOf } from './cancellation.ts';
import type { Cell, DriverSession, ExecuteOptions, ResultSet } from './driver.ts';
import type { Executor } from './executor.ts';

type Afterwards = (isKept: boolean) => Promise<void>;

/**
 * What a transaction's callback runs its statements with; all go over one session, one after the other.
 *
 * Made by `Connection.transaction`, and of no use once its callback has ended.
 */
export class Transaction implements Executor {
  readonly dialect: Dialect;
  readonly #session: DriverSession;
  readonly #signal: AbortSignal | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isStreaming = false;
  #hasEnded = false;
  #afterwards: Afterwards[] = [];

  constructor(dialect: Dialect, session: DriverSession, signal?: AbortSignal) {
    this.dialect = dialect;
    this.#session = session;
    this.#signal = signal;
  }

  /** False once the callback has ended. */
  get isOpen(): boolean {
    return !this.#hasEnded;
  }

  /** Runs a statement after those that were given before. */
  execute(sql: Sql, options: ExecuteOptions = {}): Promise<ResultSet> {
    const result = this.#last.then(async () => {
      this.#check();
      return await this.#session.execute(sql.toStatement(this.dialect.syntax), this.#with(options));
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /**
   * Runs a query and yields its rows in batches. Nothing else can run before it has ended, and leaving it early (`break`)
   * ends the transaction as well, because only that stops a query at once.
   */
  async *stream(sql: Sql, options: ExecuteOptions = {}): AsyncGenerator<readonly (readonly Cell[])[], void, undefined> {
    await this.#last;
    this.#check();
    this.#isStreaming = true;
    try {
      yield* this.#session.stream(sql.toStatement(this.dialect.syntax), this.#with(options));
    } finally {
      this.#isStreaming = false;
    }
  }

  /** Has something done when the outcome is known: for what was done outside the database. */
  afterwards(run: Afterwards): void {
    this.#afterwards.push(run);
  }

  /** Says the outcome: whether what was written is there, or may be. What was to be done then cannot fail the transaction. */
  async conclude(isKept: boolean): Promise<void> {
    const all = this.#afterwards;
    this.#afterwards = [];
    for (const run of all.reverse()) await run(isKept).catch(() => undefined);
  }

  /** Waits for the statements under way and takes no more. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#last;
  }

  #check(): void {
    if (this.#hasEnded) throw new DataJointError('The transaction has ended. Use its statements inside its callback.');
    if (this.#isStreaming) {
      throw new DataJointError('A transaction runs one statement at a time. Read the stream to its end first.');
    }
    if (this.#signal?.aborted) throw cancellationOf(this.#signal);
  }

  #with({ signal, typedBy }: ExecuteOptions): ExecuteOptions {
    const own = this.#signal;
    if (signal === undefined || own === undefined || signal === own) return { signal: signal ?? own, typedBy };
    return { signal: AbortSignal.any([signal, own]), typedBy };
  }
}
