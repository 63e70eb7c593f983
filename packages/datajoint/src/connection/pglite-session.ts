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

/**
 * A session of the embedded database, of which all others are sessions too: it has the database for itself for the time
 * of a statement, or of a transaction.
 */
export class PgliteSession implements DriverSession {
  readonly server: ServerInfo;
  readonly #instance: PgliteInstance;
  readonly #turns: Turns;
  /** There while a transaction is under way. */
  #endTurn: EndTurn | undefined;
  #isInTransaction = false;
  #isBusy = false;
  #isEnded = false;

  constructor(instance: PgliteInstance, turns: Turns, sessionId: number) {
    this.#instance = instance;
    this.#turns = turns;
    this.server = { product: 'postgresql', version: instance.version, sessionId, isEncrypted: false };
  }

  get isUsable(): boolean {
    return !this.#isEnded && this.#instance.isUsable;
  }

  async execute(statement: Statement, { signal }: ExecuteOptions = {}): Promise<ResultSet> {
    this.#begin(signal);
    try {
      const { columns, rows, tag } = await this.#run(statement, signal);
      return { columns, rows, affectedRows: affectedRowsOf(tag) };
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Outside a transaction, the database holds the rows ready, and others have their turns between the batches: a
   * consumer that stalls stalls nobody else.
   */
  async *stream(
    statement: Statement,
    { signal }: ExecuteOptions = {},
  ): AsyncGenerator<readonly Row[], void, undefined> {
    this.#begin(signal);
    try {
      if (isQuery(statement.text)) yield* this.#fetch(statement, signal);
      else yield* inBatches((await this.#run(statement, signal)).rows);
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
    // It has been run when this returns.
    this.#instance.run({ text: 'ROLLBACK', params: [] }).catch(() => undefined);
    this.#leave();
  }

  #begin(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw cancellationOf(signal);
    this.#check();
    if (this.#isBusy) throw new DataJointError('A session runs one statement at a time, and one is running.');
    this.#isBusy = true;
  }

  #check(): void {
    if (!this.isUsable) throw new LostConnectionError('The connection to the database was closed.');
  }

  /** Runs a statement in a turn of its own, or in that of the transaction, which it may begin or end. */
  async #run(statement: Statement, signal?: AbortSignal): Promise<PgliteAnswer> {
    if (this.#endTurn === undefined) this.#endTurn = await this.#turns.take(signal);
    // What else the process has to do comes in between the statements of a transaction.
    else await new Promise((resolve) => setImmediate(resolve));
    let answer: PgliteAnswer | undefined;
    try {
      this.#check();
      answer = await this.#instance.run(statement);
      this.#isInTransaction = answer.status !== 'I';
    } finally {
      if (!this.#isInTransaction || this.#isEnded) this.#leave();
    }
    if (answer.error !== undefined) throw translatePostgresError(answer.error, statement);
    const undone = undoneCommit(statement.text, answer.tag);
    if (undone !== undefined) throw undone;
    return answer;
  }

  #leave(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }

  async *#fetch(statement: Statement, signal?: AbortSignal): AsyncGenerator<readonly Row[], void, undefined> {
    cursors += 1;
    const cursor = `pharus_${cursors}`;
    const isHeld = !this.#isInTransaction;
    const text = `DECLARE ${cursor} NO SCROLL CURSOR ${isHeld ? 'WITH HOLD ' : ''}FOR ${statement.text}`;
    await this.#run({ ...statement, text }, signal);
    try {
      for (let count = firstBatch; ; ) {
        if (signal?.aborted) throw cancellationOf(signal);
        const { rows } = await this.#run({ text: `FETCH ${count} FROM ${cursor}`, params: [] }, signal);
        if (rows.length > 0) yield rows;
        if (rows.length < count) return;
        count = nextCount(rows);
      }
    } finally {
      const close = { text: `CLOSE ${cursor}`, params: [] };
      // What is held is let go whatever has become of this session, and nobody waits for it.
      if (isHeld) void new PgliteSession(this.#instance, this.#turns, 0).execute(close).catch(() => undefined);
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

function* inBatches(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += batch.rows) yield rows.slice(start, start + batch.rows);
}
