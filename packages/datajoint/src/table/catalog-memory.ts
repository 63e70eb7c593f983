import { SharedAnswer } from '../connection/shared-answer.ts';

const maxAnswers = 5000;

/** How long a question waits for the same one that is under way already, in milliseconds: that one may be stuck. */
const patience = 100;

interface Answer {
  readonly shared: SharedAnswer<unknown>;
  readonly asked: Asked;
}

interface Asked {
  /** In the time of `performance.now()`; later than anything while it waits to be asked. */
  at: number;
  /** How often everything had been forgotten when it was asked. */
  epoch: number;
  /** What came, unless it failed. */
  value?: unknown;
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

  /**
   * The answer to a question, asked anew where the known one is older than `maxAge` milliseconds.
   * @param ask is given the answer before, if there is one.
   * @param signal leaves it to the others who wait for it; when all have left, the signal that `ask` is given aborts.
   */
  recall<T>(
    question: string,
    maxAge: number,
    ask: (signal: AbortSignal, before: T | undefined) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const known = this.#answers.get(question);
    if (known !== undefined && this.#holds(known, maxAge)) return known.shared.wait(signal) as Promise<T>;
    const asked: Asked = { at: Number.POSITIVE_INFINITY, epoch: Number.POSITIVE_INFINITY };
    const begin = (given: AbortSignal): Promise<T> => {
      asked.at = performance.now();
      asked.epoch = this.#epoch;
      return ask(given, known?.asked.value as T | undefined);
    };
    const shared = new SharedAnswer<T>((given) =>
      known === undefined || known.shared.hasCome ? begin(given) : settled(known.shared).then(() => begin(given)),
    );
    const answer = { shared, asked };
    this.#keep(question, answer);
    shared.answer.then(
      (value) => {
        asked.value = value;
      },
      () => {
        if (this.#answers.get(question) === answer) this.#answers.delete(question);
      },
    );
    return shared.wait(signal);
  }

  #holds({ shared, asked }: Answer, maxAge: number): boolean {
    return !shared.isGivenUp && asked.epoch >= this.#epoch && performance.now() - asked.at < maxAge;
  }

  #keep(question: string, answer: Answer): void {
    this.#answers.delete(question);
    this.#answers.set(question, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > maxAnswers && oldest !== undefined) this.#answers.delete(oldest);
  }
}

/** Resolves when an answer has settled in either way, or after the patience. */
async function settled({ answer }: SharedAnswer<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const impatient = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  await Promise.race([answer.catch(() => undefined), impatient]);
  clearTimeout(timer);
}
