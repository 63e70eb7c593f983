import { translatePostgresError } from '../dialect/postgres/errors.ts';
import { DataJointError, LostConnectionError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { cancellationOf } from './cancellation.ts';
import type { Cell, DriverSession, ExecuteOptions, ResultSet, ServerInfo } from './driver.ts';
import type { PgliteAnswer } from './pglite-answer.ts';
import type { PgliteInstance } from './pglite-instance.ts';
import type { EndTurn, Turns } from './pglite-turns.ts';
import { affectedRowsOf, undoneCommit } from './postgres-answer.ts';

type Row = readonly Cell[];

/** What a batch of a stream is limited to, roughly: rows differ in size. */
const batch = { rows: 500, bytes: 64 * 1024 };

/** How many rows the first batch of a stream has. */
const firstBatch = 32;

/** Queries whose rows can be fetched bit by bit; of others there are few, and all rows are taken at once. */
const isQuery = (text: string): boolean =>
  /^[\s(]*(?:SELECT|VALUES|TABLE|WITH)\b/i.test(text) && !/\b(?:INSERT|UPDATE|DELETE|MERGE|INTO|SHARE)\b/i.test(text);

let cursors = 0;

/** How long a session that is dropped gives what it runs to end, in milliseconds. */
const dropTimeout = 1000;

export interface PgliteSessionOptions {
  readonly sessionId?: number;
  /** Milliseconds a statement may run; 0 for ever. */
  readonly timeout?: number | undefined;
}

/**
 * A session of the embedded database, of which all others are sessions too: it has the database for itself for the time
 * of a statement, or of a transaction.
 */
export class PgliteSession implements DriverSession {
  readonly server: ServerInfo;
  readonly #instance: PgliteInstance;
  readonly #turns: Turns;
  readonly #timeout: number;
  /** There while a transaction is under way. */
  #endTurn: EndTurn | undefined;
  #isInTransaction = false;
  #isBusy = false;
  #isEnded = false;

  constructor(instance: PgliteInstance, turns: Turns, { sessionId = 0, timeout = 0 }: PgliteSessionOptions = {}) {
    this.#instance = instance;
    this.#turns = turns;
    this.#timeout = timeout;
    this.server = { product: 'postgresql', version: instance.version, sessionId, isEncrypted: false };
  }

  get isUsable(): boolean {
    return !this.#isEnded && this.#instance.isUsable;
  }

  async execute(statement: Statement, options: ExecuteOptions = {}): Promise<ResultSet> {
    this.#begin(options);
    try {
      const { columns, rows, tag } = await this.#run(statement, options);
      return { columns, rows, affectedRows: affectedRowsOf(tag) };
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Outside a transaction, the database holds the rows ready, and others have their turns between the batches: a
   * consumer that stalls stalls nobody else.
   */
  async *stream(statement: Statement, options: ExecuteOptions = {}): AsyncGenerator<readonly Row[], void, undefined> {
    this.#begin(options);
    try {
      if (isQuery(statement.text)) yield* this.#fetch(statement, options);
      else yield* inBatches((await this.#run(statement, options)).rows);
    } finally {
      this.#isBusy = false;
    }
  }

  async close(): Promise<void> {
    this.destroy();
  }

  destroy(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#endTurn === undefined) return;
    // After what it runs, and before what others are going to run.
    this.#instance
      .run({ text: 'ROLLBACK', params: [] }, { timeout: dropTimeout })
      .catch(() => undefined)
      .finally(() => this.#leave());
  }

  #begin({ signal }: ExecuteOptions): void {
    if (signal?.aborted) throw cancellationOf(signal);
    this.#check();
    if (this.#isBusy) throw new DataJointError('A session runs one statement at a time, and one is running.');
    this.#isBusy = true;
  }

  #check(): void {
    this.#noteLoss();
    if (!this.isUsable) throw closed();
  }

  /** Runs a statement in a turn of its own, or in that of the transaction, which it may begin or end. */
  async #run(statement: Statement, { signal, isUnlimited }: ExecuteOptions = {}): Promise<PgliteAnswer> {
    if (this.#endTurn === undefined) this.#endTurn = await this.#turns.take(signal);
    let answer: PgliteAnswer | undefined;
    try {
      this.#check();
      const timeout = isUnlimited === true ? 0 : this.#timeout;
      answer = await this.#instance.run(statement, { signal, timeout });
      this.#isInTransaction = answer.status !== 'I';
    } catch (error) {
      throw this.#isEnded ? closed(error) : error;
    } finally {
      this.#noteLoss();
      if (!this.#isInTransaction || this.#isEnded) this.#leave();
    }
    if (answer.error !== undefined) throw translatePostgresError(answer.error, statement);
    const undone = undoneCommit(statement.text, answer.tag);
    if (undone !== undefined) throw undone;
    return answer;
  }

  /** Of a transaction under way when the database ended nothing is left. */
  #noteLoss(): void {
    if (!this.#isInTransaction || this.#instance.isRunning) return;
    this.#isEnded = true;
    this.#isInTransaction = false;
  }

  #leave(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }

  async *#fetch(statement: Statement, options: ExecuteOptions): AsyncGenerator<readonly Row[], void, undefined> {
    cursors += 1;
    const cursor = `pharus_${cursors}`;
    const isHeld = !this.#isInTransaction;
    const text = `DECLARE ${cursor} NO SCROLL CURSOR ${isHeld ? 'WITH HOLD ' : ''}FOR ${statement.text}`;
    await this.#run({ ...statement, text }, options);
    const { restarts } = this.#instance;
    try {
      for (let count = firstBatch; ; ) {
        if (options.signal?.aborted) throw cancellationOf(options.signal);
        const { rows } = await this.#run({ text: `FETCH ${count} FROM ${cursor}`, params: [] }, options);
        if (rows.length > 0) yield rows;
        if (rows.length < count) return;
        count = nextCount(rows);
      }
    } catch (error) {
      throw restarts === this.#instance.restarts ? error : closed(error);
    } finally {
      const close = { text: `CLOSE ${cursor}`, params: [] };
      // What is held is let go whatever has become of this session, and nobody waits for it.
      if (isHeld) void new PgliteSession(this.#instance, this.#turns).execute(close).catch(() => undefined);
      // With a transaction that failed or ended it is gone.
      else if (this.isUsable) await this.#run(close).catch(() => undefined);
    }
  }
}

/** How many rows to fetch next, after some of this size. */
function nextCount(rows: readonly Row[]): number {
  let bytes = 1;
  for (const cell of rows.flat()) bytes += typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 8;
  return Math.max(1, Math.min(batch.rows, rows.length * 4, Math.floor((rows.length * batch.bytes) / bytes)));
}

const closed = (cause?: unknown): LostConnectionError =>
  new LostConnectionError('The connection to the database was closed.', { cause });

function* inBatches(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += batch.rows) yield rows.slice(start, start + batch.rows);
}
