import { OverloadedError } from '@pharus/datajoint';

interface Waiter {
  readonly admit: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The number of database sessions that the whole server may hold open, shared by the pools of all users.
 * A pool takes one before it opens a session and gives it back when the session is closed.
 */
export class SessionBudget {
  readonly #max: number;
  readonly #reclaim: () => boolean;
  readonly #waiters = new Set<Waiter>();
  #taken = 0;

  /** @param reclaim is asked to close sessions that nobody uses when someone has to wait; whether there were any. */
  constructor(max: number, reclaim: () => boolean) {
    this.#max = max;
    this.#reclaim = reclaim;
  }

  get taken(): number {
    return this.#taken;
  }

  get max(): number {
    return this.#max;
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Takes one session, waiting for it in line.
   *
   * @param timeout milliseconds to wait.
   * @throws OverloadedError when none was given back in time.
   */
  async take(timeout: number): Promise<void> {
    if (this.#taken < this.#max && this.#waiters.size === 0) {
      this.#taken += 1;
      return;
    }
    const admitted = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new OverloadedError(
            'Expected a free database session, got none in time; the server is busy, try again shortly.',
          ),
        );
      }, timeout);
      const waiter: Waiter = { admit: resolve, timer };
      this.#waiters.add(waiter);
    });
    this.#reclaim();
    await admitted;
  }

  /** Has sessions closed that nobody uses, for someone whom the database itself has no room for. */
  relieve(): boolean {
    return this.#reclaim();
  }

  /** Gives one session back; the longest waiting pool gets it. */
  give(): void {
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#taken -= 1;
      return;
    }
    this.#waiters.delete(next);
    clearTimeout(next.timer);
    next.admit();
  }
}
