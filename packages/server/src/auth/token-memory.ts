import type { Credentials } from './credentials.ts';

/** Tokens that are remembered at most. */
const MAX_TOKENS = 1000;

interface Known {
  readonly credentials: Credentials;
  /** Seconds since 1970 from which on the token is no good. */
  readonly expires: number;
}

/**
 * What the tokens in use were found to hold, so that each is verified and opened once and not with every request. By the tokens
 * themselves, which are worth no more than the passwords beside them. Those used longest ago are forgotten first.
 */
export class TokenMemory {
  readonly #known = new Map<string, Known>();
  /** The one used last. */
  #latest: string | undefined;

  /** The credentials of a token that was good and still is; undefined for any other. */
  recall(token: string, seconds: number): Credentials | undefined {
    const known = this.#known.get(token);
    if (known === undefined) return undefined;
    if (known.expires <= seconds) {
      this.#known.delete(token);
      return undefined;
    }
    if (token !== this.#latest) {
      this.#known.delete(token);
      this.keep(token, known);
    }
    return known.credentials;
  }

  keep(token: string, known: Known): void {
    this.#known.set(token, known);
    this.#latest = token;
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_TOKENS && oldest !== undefined) this.#known.delete(oldest);
  }
}
