import { CancelledError } from '../errors.ts';
import type { Lease } from './pool.ts';
import { over } from './run-batches.ts';
import type { Begun } from './slow-statements.ts';

export interface LeasedBatchesOptions<Batch> {
  /** Waits where too much is under way already. */
  readonly enter: () => Begun | Promise<Begun> | undefined;
  /** @param isFresh whether it has to be a session that was not used before. */
  readonly acquire: (isFresh: boolean) => Promise<Lease>;
  readonly open: (lease: Lease) => AsyncIterator<Batch>;
  /** Whether a query that failed before it gave anything can be sent again on another session. */
  readonly mayRetry: (error: unknown) => boolean;
}

/** The rows of a query in batches, over a session that is taken when the first is asked for and given back after the last. */
export class LeasedBatches<Batch> implements AsyncIterableIterator<Batch, undefined> {
  readonly #options: LeasedBatchesOptions<Batch>;
  #begun: Begun | undefined;
  #lease: Lease | undefined;
  #batches: AsyncIterator<Batch> | undefined;
  #isOver = false;
  /** The batch that is being waited for. */
  #running: Promise<unknown> | undefined;
  #leaving: Promise<IteratorResult<Batch, undefined>> | undefined;

  constructor(options: LeasedBatchesOptions<Batch>) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One batch after the other, also for those who ask for several at once. */
  next(): Promise<IteratorResult<Batch, undefined>> {
    if (this.#isOver) return Promise.resolve(over);
    if (this.#running !== undefined) {
      const again = (): Promise<IteratorResult<Batch, undefined>> => this.next();
      return this.#running.then(again, again);
    }
    const running = this.#next();
    this.#running = running;
    return running;
  }

  /** The rest is not wanted. The first batch may be under way, whose session is then given back when it has been taken. */
  return(): Promise<IteratorResult<Batch, undefined>> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #next(): Promise<IteratorResult<Batch, undefined>> {
    try {
      const next = await (this.#batches === undefined ? this.#first() : this.#batches.next());
      if (next.done !== true) return next;
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      this.#running = undefined;
    }
    this.#end();
    return over;
  }

  async #leave(): Promise<IteratorResult<Batch, undefined>> {
    const isRunning = !this.#isOver;
    this.#isOver = true;
    try {
      if (isRunning) await this.#batches?.return?.();
    } finally {
      this.#end();
    }
    return over;
  }

  async #first(): Promise<IteratorResult<Batch>> {
    const { enter, mayRetry } = this.#options;
    const entered = enter();
    this.#begun = entered instanceof Promise ? await entered : entered;
    this.#mustBeWanted();
    let next: IteratorResult<Batch>;
    try {
      next = await this.#open(false);
    } catch (error) {
      if (this.#batches === undefined || !mayRetry(error)) throw error;
      this.#lease?.release();
      next = await this.#open(true);
    }
    this.#begun?.answered();
    return next;
  }

  async #open(isFresh: boolean): Promise<IteratorResult<Batch>> {
    const { acquire, open } = this.#options;
    this.#lease = await acquire(isFresh);
    this.#mustBeWanted();
    this.#batches = open(this.#lease);
    return await this.#batches.next();
  }

  #mustBeWanted(): void {
    if (this.#isOver) throw new CancelledError('The rows were not wanted any more.');
  }

  #end(): void {
    this.#isOver = true;
    this.#begun?.answered();
    this.#lease?.release();
  }
}
