import { OverloadedError } from '../errors.ts';
import { cancellationOf } from './cancellation.ts';
import type { ExecuteOptions } from './driver.ts';
import { whenAborted } from './when-aborted.ts';

/** Milliseconds after which a statement is slow that the database has not begun to answer. */
const slow = 150;

/** Statements that are remembered at most, and the longest one, in characters. */
const most = 1000;
const longest = 4096;

/** A statement that has been let begin. */
export interface Begun {
  /** Says that the database has begun to answer, or will not. Saying it again does nothing. */
  answered(): void;
}

interface Waiter {
  readonly text: string;
  begin(): void;
}

export interface SlowOptions {
  /** Slow statements at once. */
  readonly max: number;
  /** Milliseconds to wait for one's turn. */
  readonly patience: number;
  /** How many may wait. */
  readonly maxWaiting: number;
}

/**
 * Lets only a few of one user's queries run at once that keep the database busy: as many as there are sessions would take all its
 * processors, and everybody else would wait for theirs. Which these are is learnt from how long they took before; of those that
 * are new, no more of the same run at once until one has been answered. All others never wait here.
 */
export class SlowStatements {
  readonly #options: SlowOptions;
  /** By their text, whether they were slow; those longest known come first. */
  readonly #known = new Map<string, boolean>();
  /** Those that were let begin and are not answered. */
  readonly #running = new Set<{ readonly text: string; readonly began: number }>();
  readonly #waiters: Waiter[] = [];

  constructor(options: SlowOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /**
   * Lets a statement begin, now or in its turn.
   * @throws OverloadedError when that does not come in time, or too many wait already; CancelledError.
   */
  enter(text: string, { signal, goesFirst }: ExecuteOptions): Begun | Promise<Begun> {
    if (goesFirst === true || this.#mayBegin(text)) return this.#begin(text);
    if (signal?.aborted) throw cancellationOf(signal);
    if (this.#waiters.length >= this.#options.maxWaiting) throw tooMany();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        leave();
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const waiter: Waiter = {
        text,
        begin: () => {
          settle();
          resolve(this.#begin(text));
        },
      };
      const timer = setTimeout(() => fail(tooMany()), this.#options.patience);
      const leave = whenAborted(signal, (aborted) => fail(cancellationOf(aborted)));
      this.#waiters.push(waiter);
    });
  }

  #mayBegin(text: string): boolean {
    const isSlow = this.#known.get(text);
    if (isSlow === false) return true;
    let count = 0;
    for (const other of this.#running) {
      const isCounted = isSlow === true ? this.#isSlow(other) : other.text === text;
      if (isCounted) count += 1;
    }
    return count < this.#options.max;
  }

  #isSlow({ text, began }: { readonly text: string; readonly began: number }): boolean {
    return this.#known.get(text) === true || performance.now() - began > slow;
  }

  #begin(text: string): Begun {
    const running = { text, began: performance.now() };
    this.#running.add(running);
    return {
      answered: () => {
        if (!this.#running.delete(running)) return;
        this.#learn(text, performance.now() - running.began > slow);
        for (const waiter of [...this.#waiters]) if (this.#mayBegin(waiter.text)) waiter.begin();
      },
    };
  }

  #learn(text: string, isSlow: boolean): void {
    if (this.#known.get(text) === isSlow || text.length > longest) return;
    this.#known.delete(text);
    this.#known.set(text, isSlow);
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest);
  }
}

const tooMany = (): OverloadedError =>
  new OverloadedError(
    'As much as this user may have the database do at once is under way, and did not end in time. Try again shortly.',
  );
