/** The platform has no longer ones. */
const longestTimer = 2 ** 31 - 1;

/**
 * Notices a server that says nothing for too long, or a session that nobody uses. One timer serves all statements of a session:
 * to set one for each would cost about as much as to send it.
 */
export class Patience {
  readonly #milliseconds: number;
  readonly #onImpatient: () => void;
  /** When it last said something, in the time of `performance.now()`; undefined while nothing is awaited. */
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param milliseconds it may say nothing; 0 for ever. */
  constructor(milliseconds: number, onImpatient: () => void) {
    this.#milliseconds = milliseconds;
    this.#onImpatient = onImpatient;
  }

  /** From now on something is awaited: a statement was sent, or something was said and more is to come. */
  begin(): void {
    if (this.#milliseconds === 0) return;
    this.#since = performance.now();
    if (this.#timer === undefined) this.#watch(this.#milliseconds);
  }

  /** Nothing is awaited: all was said, or what was said is not wanted yet. */
  end(): void {
    this.#since = undefined;
  }

  /** Nothing is awaited any more. */
  stop(): void {
    this.end();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(milliseconds: number): void {
    // It is the socket that keeps a program from ending.
    this.#timer = setTimeout(() => this.#look(), Math.min(milliseconds, longestTimer)).unref();
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#since === undefined) return;
    const left = this.#since + this.#milliseconds - performance.now();
    if (left > 0) this.#watch(left);
    else {
      this.end();
      this.#onImpatient();
    }
  }
}
