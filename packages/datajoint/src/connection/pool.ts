import { AuthenticationError, LostConnectionError, OverloadedError, UnreachableError } from '../errors.ts';
import { cancellationOf } from './cancellation.ts';
import type { DriverSession } from './driver.ts';
import { Patience } from './patience.ts';
import { whenAborted } from './when-aborted.ts';

export interface PoolOptions {
  /** Sessions at most; default 10. */
  readonly max?: number | undefined;
  /** Milliseconds after which an unused session is closed; 0 for never, default 30 s. */
  readonly idleTimeout?: number | undefined;
  /** Milliseconds after which a session is not used again, give or take a tenth; default 10 min. */
  readonly lifetime?: number | undefined;
  /** Milliseconds to wait for a free session; default 5 s. */
  readonly acquireTimeout?: number | undefined;
  /** How many may wait; default 100. */
  readonly maxWaiting?: number | undefined;
  /** Queries at most that take the database long to begin to answer; default: no limit of their own. */
  readonly maxSlow?: number | undefined;
}

/** What holds where nothing is said. */
const poolDefaults = { max: 10, idleTimeout: 30_000, lifetime: 600_000, acquireTimeout: 5000, maxWaiting: 100 };

/** A session that is one user's until it is released. */
export interface Lease {
  readonly session: DriverSession;
  /** Gives the session back, in or out of order. Calling it again does nothing. */
  release(): void;
}

export interface AcquireOptions {
  readonly signal?: AbortSignal | undefined;
  /** Take no session that was used before: one may have been lost without notice, or its credentials be old. */
  readonly fresh?: boolean;
  /** Wait before the others, and for as long as it takes. */
  readonly goesFirst?: boolean | undefined;
}

export interface PoolState {
  /** Sessions open or being opened. */
  readonly size: number;
  readonly idle: number;
  readonly waiting: number;
}

interface Member {
  readonly session: DriverSession;
  /** In the time of `performance.now()`. */
  readonly expires: number;
  isFresh: boolean;
  /** With not being used. */
  readonly patience: Patience;
}

interface Waiter {
  readonly fresh: boolean;
  resolve(lease: Lease): void;
  reject(error: unknown): void;
}

/**
 * Sessions for the same credentials, opened when needed, used by one at a time, kept for a while.
 *
 * Who waits longest is served first, but for those who complete what they have begun. An error that concerns everybody who waits (wrong credentials, no database there)
 * is given to them all.
 */
export class SessionPool {
  readonly #open: () => Promise<DriverSession>;
  readonly #options: typeof poolDefaults;
  readonly #members = new Set<Member>();
  /** The most recently used last. */
  readonly #idle: Member[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #closing = new Set<Promise<void>>();
  #opening = 0;
  #isClosed = false;
  #onEmpty: (() => void) | undefined;

  constructor(open: () => Promise<DriverSession>, options: PoolOptions = {}) {
    this.#open = open;
    this.#options = poolOptions(options);
  }

  get state(): PoolState {
    return { size: this.#members.size + this.#opening, idle: this.#idle.length, waiting: this.#waiters.length };
  }

  /**
   * @throws OverloadedError when no session gets free in time or too many wait already; AuthenticationError or
   * UnreachableError when none can be opened; CancelledError.
   */
  async acquire({ signal, fresh = false, goesFirst = false }: AcquireOptions = {}): Promise<Lease> {
    if (signal?.aborted) throw cancellationOf(signal);
    if (this.#isClosed) throw closed();
    const member = this.#waiters.length > 0 ? undefined : this.#takeIdle(fresh);
    if (member !== undefined) return this.#lease(member);
    const mayWait = goesFirst || this.#waiters.length < this.#options.maxWaiting;
    if (!mayWait) throw overloaded('Too many wait for the database already.');
    return await this.#wait(fresh, goesFirst, signal);
  }

  /** Lets nobody in any more, waits until all sessions are given back and closes them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(closed());
    for (const member of this.#idle.splice(0)) void this.#drop(member);
    if (this.#members.size + this.#opening > 0) {
      await new Promise<void>((resolve) => {
        const before = this.#onEmpty;
        this.#onEmpty = () => {
          before?.();
          resolve();
        };
      });
    }
    await Promise.all(this.#closing);
  }

  #wait(fresh: boolean, goesFirst: boolean, signal: AbortSignal | undefined): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        leave();
        const index = this.#waiters.indexOf(waiter);
        if (index >= 0) this.#waiters.splice(index, 1);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error);
      };
      const waiter: Waiter = {
        fresh,
        resolve: (lease) => {
          settle();
          resolve(lease);
        },
        reject: fail,
      };
      const onTimeout = (): void => {
        // One is being opened for it, which has a time limit, and an error, of its own.
        if (this.#waiters.indexOf(waiter) < this.#opening) timer = setTimeout(onTimeout, 50);
        else fail(overloaded('No connection to the database got free in time.'));
      };
      let timer = goesFirst ? undefined : setTimeout(onTimeout, this.#options.acquireTimeout);
      const leave = whenAborted(signal, (aborted) => fail(cancellationOf(aborted)));
      if (goesFirst) this.#waiters.unshift(waiter);
      else this.#waiters.push(waiter);
      this.#serve();
    });
  }

  /** Gives those who wait what is there, and opens what may be opened for the others. */
  #serve(): void {
    for (const waiter of [...this.#waiters]) {
      const member = this.#takeIdle(waiter.fresh);
      if (member !== undefined) waiter.resolve(this.#lease(member));
    }
    const needed = this.#waiters.length - this.#opening;
    for (let count = 0; count < needed; count += 1) {
      if (this.#members.size + this.#opening >= this.#options.max) {
        // What is idle now is too old for those who still wait: it makes room.
        const oldest = this.#idle.shift();
        if (oldest === undefined) return;
        void this.#drop(oldest);
      }
      void this.#openOne();
    }
  }

  async #openOne(): Promise<void> {
    this.#opening += 1;
    let session: DriverSession;
    try {
      session = await this.#open();
    } catch (error) {
      this.#opening -= 1;
      this.#failedToOpen(error);
      this.#checkEmpty();
      return;
    }
    this.#opening -= 1;
    const { lifetime } = this.#options;
    const expires = performance.now() + lifetime * (0.9 + 0.2 * Math.random());
    const patience = new Patience(this.#options.idleTimeout, () => this.#retire(member));
    const member: Member = { session, expires, isFresh: true, patience };
    this.#members.add(member);
    this.#giveBack(member);
  }

  #failedToOpen(error: unknown): void {
    if (error instanceof AuthenticationError || error instanceof UnreachableError) {
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
      // What was let in with these credentials before is not used again.
      if (error instanceof AuthenticationError) for (const member of this.#idle.splice(0)) void this.#drop(member);
      return;
    }
    const unused = error instanceof OverloadedError ? this.#idle.shift() : undefined;
    if (unused !== undefined) {
      // Its place at the server is what is wanted: those who wait do not want a session that was used before.
      void this.#drop(unused).then(() => this.#serve());
      return;
    }
    // Where the server takes no more than what is in use here, those who wait get the next that is given back.
    const awaited = this.#opening + this.#members.size - this.#idle.length;
    if (error instanceof OverloadedError && awaited > 0) return;
    this.#waiters[0]?.reject(error);
    this.#serve();
  }

  #lease(member: Member): Lease {
    const { session } = member;
    member.isFresh = false;
    let isReleased = false;
    return {
      session,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#giveBack(member);
      },
    };
  }

  #giveBack(member: Member): void {
    if (this.#isClosed || !isFit(member)) {
      void this.#drop(member);
    } else {
      member.patience.begin();
      this.#idle.push(member);
    }
    if (this.#waiters.length > 0) this.#serve();
  }

  /** An idle session that is fit for use, the most recently used first. */
  #takeIdle(fresh: boolean): Member | undefined {
    for (let index = this.#idle.length - 1; index >= 0; index -= 1) {
      const member = this.#idle[index] as Member;
      const isUsable = isFit(member);
      if (isUsable && fresh && !member.isFresh) continue;
      this.#idle.splice(index, 1);
      member.patience.end();
      if (isUsable) return member;
      void this.#drop(member);
    }
    return undefined;
  }

  #retire(member: Member): void {
    const index = this.#idle.indexOf(member);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    void this.#drop(member);
  }

  /** Closes a session; resolves when it has gone. */
  #drop(member: Member): Promise<void> {
    member.patience.stop();
    this.#members.delete(member);
    const closing = member.session
      .close()
      .catch(() => member.session.destroy())
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#checkEmpty();
    return closing;
  }

  #checkEmpty(): void {
    if (this.#members.size + this.#opening === 0) this.#onEmpty?.();
  }
}

/** With what holds where nothing is said. */
export const poolOptions = (options: PoolOptions = {}): typeof poolDefaults => ({
  max: options.max ?? poolDefaults.max,
  idleTimeout: options.idleTimeout ?? poolDefaults.idleTimeout,
  lifetime: options.lifetime ?? poolDefaults.lifetime,
  acquireTimeout: options.acquireTimeout ?? poolDefaults.acquireTimeout,
  maxWaiting: options.maxWaiting ?? poolDefaults.maxWaiting,
});

const isFit = (member: Member): boolean => member.session.isUsable && performance.now() < member.expires;

const overloaded = (what: string): OverloadedError => new OverloadedError(`${what} Try again shortly.`);

const closed = (): LostConnectionError => new LostConnectionError('The connection was closed.');
