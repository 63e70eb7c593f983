const maxAnswers = 5000;

/** How long a question waits for the same one that is under way already, in milliseconds: that one may be stuck. */
const patience = 100;

interface Answer {
  promise: Promise<unknown>;
  /** In the time of `performance.now()`; later than anything while it waits to be asked. */
  askedAt: number;
  /** How often everything had been forgotten when it was asked. */
  epoch: number;
  hasCome: boolean;
}

/**
 * What a catalog has been told, by what it asked. Catalogs that share one tell each other what they learn.
 *
 * Who wants to know what is true now is never given the answer to an earlier question; but all who want that while a
 * question is under way wait for it together and share the next, so that many writers at once cost what a few do.
 */
export class CatalogMemory {
  readonly #answers = new Map<string, Answer>();
  #epoch = 0;

  /** From now on only what is asked after this counts. */
  forget(): void {
    this.#epoch += 1;
  }

  /** The answer to a question, asked anew where the known one is older than `maxAge` milliseconds. */
  recall<T>(question: string, maxAge: number, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    if (known !== undefined && known.epoch >= this.#epoch && performance.now() - known.askedAt < maxAge) {
      return known.promise as Promise<T>;
    }
    const answer: Answer = {
      promise: Promise.resolve(),
      askedAt: Number.POSITIVE_INFINITY,
      epoch: Number.POSITIVE_INFINITY,
      hasCome: false,
    };
    const begin = (): Promise<T> => {
      answer.askedAt = performance.now();
      answer.epoch = this.#epoch;
      return ask();
    };
    const promise = known === undefined || known.hasCome ? begin() : settled(known.promise).then(begin);
    answer.promise = promise;
    promise.then(
      () => {
        answer.hasCome = true;
      },
      () => {
        answer.hasCome = true;
        if (this.#answers.get(question) === answer) this.#answers.delete(question);
      },
    );
    this.#keep(question, answer);
    return promise;
  }

  #keep(question: string, answer: Answer): void {
    this.#answers.delete(question);
    this.#answers.set(question, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > maxAnswers && oldest !== undefined) this.#answers.delete(oldest);
  }
}

/** Resolves when a promise has settled in either way, or after the patience. */
async function settled(promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const impatient = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  await Promise.race([promise.catch(() => undefined), impatient]);
  clearTimeout(timer);
}
