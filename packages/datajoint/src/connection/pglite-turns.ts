import { LostConnectionError, OverloadedError } from '../errors.ts';
import { cancellationOf } from './cancellation.ts';
import { whenAborted } from './when-aborted.ts';

/** What one who has the turn ends it with. Calling it again does nothing. */
export type EndTurn = () => void;

interface Waiter {
  begin(): void;
  fail(error: Error): void;
}

/** Turns at something that only one can use at a time; who waits longest is next. */
export class Turns {
  readonly #timeout: number;
  readonly #waiters: Waiter[] = [];
  #isTaken = false;
  #isClosed = false;

  /** `timeout` is how long one may have to wait, in milliseconds. */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** @throws OverloadedError when the turn does not come in time, CancelledError, LostConnectionError once closed. */
  async take(signal?: AbortSignal): Promise<EndTurn> {
    if (signal?.aborted) throw cancellationOf(signal);
    if (this.#isClosed) throw closed();
    if (this.#isTaken || this.#waiters.length > 0) await this.#wait(signal);
    this.#isTaken = true;
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      // Not at once: what else there is to do comes in between, however many wait.
      setImmediate(() => this.#next());
    };
  }

  /** Lets nobody have a turn any more. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.fail(closed());
  }

  #next(): void {
    this.#isTaken = false;
    this.#waiters.shift()?.begin();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        leave();
        const index = this.#waiters.indexOf(waiter);
        if (index >= 0) this.#waiters.splice(index, 1);
      };
      const waiter: Waiter = {
        begin: () => {
          // Before anyone else can come.
          this.#isTaken = true;
          settle();
          resolve();
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiter.fail(tooLong()), this.#timeout);
      const leave = whenAborted(signal, (aborted) => waiter.fail(cancellationOf(aborted)));
      this.#waiters.push(waiter);
    });
  }
}

const tooLong = (): OverloadedError =>
  new OverloadedError(
    'The embedded database does one thing at a time, and what others do with it did not end in time. Try again shortly.',
  );

const closed = (): LostConnectionError => new LostConnectionError('The embedded database was closed.');
