import { hash as digest } from 'node:crypto';
import type { Credentials } from './credentials.ts';

/** Tokens that are remembered at most. */
const MAX_TOKENS = 1000;

interface Known {
  readonly credentials: Credentials;
  /** Seconds since 1970 from which on the token is no good. */
  readonly expires: number;
}

/**
 * What the tokens in use were found to hold, so that each is verified and opened once and not with every request. Keeps
 * hashes, never tokens. Those used longest ago are forgotten first.
 */
export class TokenMemory {
  readonly #known = new Map<string, Known>();
  /** The key of the one used last. */
  #latest: string | undefined;

  /** The credentials of a token that was good and still is; undefined for any other. */
  recall(token: string, seconds: number): Credentials | undefined {
    const key = hash(token);
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    const isExpired = known.expires <= seconds;
    if (isExpired || key !== this.#latest) this.#known.delete(key);
    if (isExpired) return undefined;
    if (key !== this.#latest) this.#known.set(key, known);
    this.#latest = key;
    return known.credentials;
  }

  keep(token: string, known: Known): void {
    this.#known.set(hash(token), known);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_TOKENS && oldest !== undefined) this.#known.delete(oldest);
  }
}

function hash(token: string): string {
  return digest('sha256', token, 'base64');
}
