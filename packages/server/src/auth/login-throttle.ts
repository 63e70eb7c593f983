import { createHash } from 'node:crypto';
import { RequestError } from '../errors/request-error.ts';

interface Bucket {
  /** Failures that may still happen. */
  left: number;
  /** Milliseconds; when `left` was counted. */
  at: number;
}

const WINDOW = 60_000;
/** Buckets kept at most per kind; beyond, the one touched longest ago goes. */
const KEPT = 10_000;

/** Failures per minute for each key, refilled evenly. */
class Buckets {
  readonly #capacity: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(capacity: number, now: () => number) {
    this.#capacity = capacity;
    this.#now = now;
  }

  /** Milliseconds until another attempt may be made; 0 for now. */
  wait(key: string): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return 0;
    const left = this.#refilled(bucket);
    return left >= 1 ? 0 : Math.ceil(((1 - left) * WINDOW) / this.#capacity);
  }

  fail(key: string): void {
    const bucket = this.#buckets.get(key);
    const left = bucket === undefined ? this.#capacity : this.#refilled(bucket);
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: Math.max(0, left - 1), at: this.#now() });
    const oldest = this.#buckets.size > KEPT ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }

  forget(key: string): void {
    this.#buckets.delete(key);
  }

  #refilled(bucket: Bucket): number {
    return Math.min(this.#capacity, bucket.left + ((this.#now() - bucket.at) * this.#capacity) / WINDOW);
  }
}

export interface LoginAttempt {
  readonly ip: string;
  readonly databaseAddress: string;
  readonly username: string;
}

export type LoginOutcome = 'failed' | 'succeeded';

export interface LoginThrottleOptions {
  /** Failures per minute for one user of one database, wherever they come from. */
  readonly perUser?: number;
  /** Failures per minute from one IP address. */
  readonly perIp?: number;
  /** Milliseconds since any point in time. */
  readonly now?: () => number;
  /** Tells others, who count as well, how an attempt went. */
  readonly tell?: (outcome: LoginOutcome, attempt: LoginAttempt) => void;
}

/** Slows down the guessing of passwords. Its memory is bounded however many users are tried. */
export class LoginThrottle {
  readonly #users: Buckets;
  readonly #ips: Buckets;
  readonly #tell: NonNullable<LoginThrottleOptions['tell']>;

  constructor(options: LoginThrottleOptions = {}) {
    const { perUser = 10, perIp = 300, now = () => performance.now(), tell = () => undefined } = options;
    this.#users = new Buckets(perUser, now);
    this.#ips = new Buckets(perIp, now);
    this.#tell = tell;
  }

  /** @throws RequestError TOO_MANY_REQUESTS when too many attempts failed lately. */
  check(attempt: LoginAttempt): void {
    const wait = Math.max(this.#users.wait(userKey(attempt)), this.#ips.wait(attempt.ip));
    if (wait === 0) return;
    const seconds = Math.ceil(wait / 1000);
    throw new RequestError(
      'TOO_MANY_REQUESTS',
      `Too many logins failed within the last minute; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
      { headers: { 'Retry-After': String(seconds) } },
    );
  }

  failed(attempt: LoginAttempt): void {
    this.heard('failed', attempt);
    this.#tell('failed', attempt);
  }

  succeeded(attempt: LoginAttempt): void {
    this.heard('succeeded', attempt);
    this.#tell('succeeded', attempt);
  }

  /** Counts an attempt that somebody else tells of. */
  heard(outcome: LoginOutcome, attempt: LoginAttempt): void {
    const user = userKey(attempt);
    if (outcome === 'succeeded') this.#users.forget(user);
    else {
      this.#users.fail(user);
      this.#ips.fail(attempt.ip);
    }
  }
}

/** Of fixed length, since names may be long. */
function userKey({ databaseAddress, username }: LoginAttempt): string {
  return createHash('sha256')
    .update(JSON.stringify([databaseAddress, username]))
    .digest('base64');
}
