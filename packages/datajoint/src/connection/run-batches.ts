/** A statement that runs on a session and gives its rows in batches. */
export interface BatchRun<Batch> {
  /** Whether it has ended, in either way. */
  readonly isSettled: boolean;
  /** The rows that have arrived, at least one; none after the last. */
  next(): Promise<IteratorResult<Batch, undefined>>;
}

export interface RunBatchesOptions<Run> {
  /** Sends the statement. */
  readonly begin: () => Run;
  /** Stops it, as the rest of its rows is not wanted. */
  readonly stop: (run: Run) => Promise<void>;
}

/**
 * The rows of a statement in batches: it is sent when the first is asked for, and stopped by whoever leaves before the last.
 * What a generator would do, without the three promises that one makes for each batch.
 */
export class RunBatches<Batch, Run extends BatchRun<Batch>> implements AsyncIterableIterator<Batch, undefined> {
  readonly #options: RunBatchesOptions<Run>;
  #run: Run | undefined;
  #isLeft = false;

  constructor(options: RunBatchesOptions<Run>) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Batch, undefined>> {
    if (this.#isLeft) return Promise.resolve(over);
    try {
      this.#run ??= this.#options.begin();
    } catch (error) {
      this.#isLeft = true;
      return Promise.reject(error);
    }
    return this.#run.next();
  }

  async return(): Promise<IteratorResult<Batch, undefined>> {
    this.#isLeft = true;
    if (this.#run?.isSettled === false) await this.#options.stop(this.#run);
    return over;
  }
}

/** After the last batch. */
export const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
