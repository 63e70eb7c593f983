import { cancellationOf } from './cancellation.ts';
import { whenAborted } from './when-aborted.ts';

/** What a question may look at while it is being asked. */
export interface Asking {
  /** Aborts when nobody waits for the answer any more. Made when it is looked at first, which costs as much as a short question. */
  readonly signal: AbortSignal;
}

/** An answer that several wait for. Who leaves hears that alone; when all have left, its question is given up. */
export class SharedAnswer<T> implements Asking {
  /** The answer itself; who looks at it does not count as waiting. */
  readonly answer: Promise<T>;
  #controller: AbortController | undefined;
  #waiting = 0;
  #hasCome = false;
  #isGivenUp = false;

  /** Asks at once. */
  constructor(ask: (asking: Asking) => Promise<T>) {
    this.answer = ask(this);
    const come = (): void => {
      this.#hasCome = true;
    };
    this.answer.then(come, come);
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isGivenUp) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Whether it has come, or is known not to come. */
  get hasCome(): boolean {
    return this.#hasCome;
  }

  /** Whether all have left: nobody may wait for it any more. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /**
   * Waits for the answer; without a signal, whatever happens.
   * @throws CancelledError, or what the signal has as its reason, when the signal is aborted first.
   */
  wait(signal?: AbortSignal): Promise<T> {
    if (this.#hasCome) return this.answer;
    this.#waiting += 1;
    if (signal === undefined) return this.answer;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(cancellationOf(signal));
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#giveUp(signal.reason);
      };
      if (signal.aborted) return leave();
      const stay = whenAborted(signal, leave);
      this.answer.then(stay, stay);
      this.answer.then(resolve, reject);
    });
  }

  #giveUp(reason: unknown): void {
    this.#isGivenUp = true;
    this.#controller?.abort(reason);
  }
}
