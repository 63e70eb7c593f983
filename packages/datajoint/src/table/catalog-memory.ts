import { type Asking, SharedAnswer } from '../connection/shared-answer.ts';

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
 * question is under way wait for it together and share the next, as do all who come in one turn of the event loop: so many
 * writers at once cost what a few do.
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
   * @param signal leaves it to the others who wait for it; when all have left, the signal of `asking` aborts.
   */
  recall<T>(
    question: string,
    maxAge: number,
    ask: (asking: Asking, before: T | undefined) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const known = this.#answers.get(question);
    if (known !== undefined && this.#holds(known, maxAge)) return known.shared.wait(signal) as Promise<T>;
    const asked: Asked = { at: Number.POSITIVE_INFINITY, epoch: Number.POSITIVE_INFINITY };
    const begin = (asking: Asking): Promise<T> => {
      asked.at = performance.now();
      asked.epoch = this.#epoch;
      return ask(asking, known?.asked.value as T | undefined);
    };
    const shared = new SharedAnswer<T>((asking) =>
      maxAge > 0 && known?.shared.hasCome !== false ? begin(asking) : itsTurn(known?.shared).then(() => begin(asking)),
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

/** Resolves when the question before has been answered, or kept us waiting, and all who come in this turn share the next. */
async function itsTurn(before: SharedAnswer<unknown> | undefined): Promise<void> {
  if (before?.hasCome === false) await settled(before);
  await new Promise((resolve) => setImmediate(resolve));
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
