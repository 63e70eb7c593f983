import { OverloadedError } from '@pharus/datajoint';

/** One who holds sessions of a budget: the pool of one user at one database. */
export class Holder {
  held = 0;
}

interface Waiter {
  readonly holder: Holder;
  readonly admit: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The number of database sessions that the whole server may hold open, shared by the pools of all users.
 * A pool takes one before it opens a session and gives it back when the session is closed.
 *
 * Whoever holds least is served first, and who holds more than others who wait gives up what it has been done with, so that
 * one user with many requests keeps nobody else from having one answered.
 */
export class SessionBudget {
  readonly #max: number;
  readonly #reclaim: () => boolean;
  /** Who waits longest first. */
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
  async take(holder: Holder, timeout: number): Promise<void> {
    if (this.#taken < this.#max && this.#waiters.size === 0) {
      this.#taken += 1;
      holder.held += 1;
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
      const waiter: Waiter = { holder, admit: resolve, timer };
      this.#waiters.add(waiter);
    });
    this.#reclaim();
    await admitted;
  }

  /** Has sessions closed that nobody uses, for someone whom the database itself has no room for. */
  relieve(): boolean {
    return this.#reclaim();
  }

  /** Whether somebody who waits has so much less that one is to be given up as soon as it is free. */
  isOwed(holder: Holder): boolean {
    // Not where they would only change places: to open a session takes longer than most requests.
    for (const { holder: other } of this.#waiters) {
      if (other.held + 1 < holder.held || (other.held === 0 && holder.held > 0)) return true;
    }
    return false;
  }

  /** Gives one session back; of those who wait, the one with the fewest gets it, and of these who waits longest. */
  give(holder: Holder): void {
    holder.held -= 1;
    let next: Waiter | undefined;
    for (const waiter of this.#waiters) if (next === undefined || waiter.holder.held < next.holder.held) next = waiter;
    if (next === undefined) {
      this.#taken -= 1;
      return;
    }
    this.#waiters.delete(next);
    clearTimeout(next.timer);
    next.holder.held += 1;
    next.admit();
  }
}
