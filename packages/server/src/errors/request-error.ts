import type { ErrorCode } from '@pharus/contract';

export interface RequestErrorOptions extends ErrorOptions {
  /** Facts a program may want; they appear as members of a problem+json answer. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Headers the answer must carry, such as `Retry-After` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A request that the server itself refuses, before or without the database.
 *
 * `message` is the sentence the client reads: what was expected, what came, what to do. `code` is one of the contract's
 * registry, from which class name and statuses follow.
 */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: RequestErrorOptions = {}) {
    super(message, options);
    this.name = 'RequestError';
    this.code = code;
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }
}
