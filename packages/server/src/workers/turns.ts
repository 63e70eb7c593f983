interface Arrival {
  readonly worker: number;
  readonly key: string;
  readonly answered: Promise<void>;
  end(): void;
}

/** Requests being answered by workers, for those of the same key that must not overtake them at another worker. */
export class Turns {
  readonly #arrivals = new Map<string, Arrival>();
  readonly #byKey = new Map<string, Set<Arrival>>();

  /** How many are being answered. */
  get size(): number {
    return this.#arrivals.size;
  }

  /** A request has arrived; `id` is the worker's own for it. */
  arrived(worker: number, id: number, key: string): void {
    let end = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      end = resolve;
    });
    const arrival = { worker, key, answered, end };
    this.#arrivals.set(`${worker} ${id}`, arrival);
    const sameKey = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, sameKey.add(arrival));
  }

  answered(worker: number, id: number): void {
    this.#end(`${worker} ${id}`);
  }

  /** A worker has ended, and answers nothing any more. */
  left(worker: number): void {
    for (const [name, arrival] of this.#arrivals) if (arrival.worker === worker) this.#end(name);
  }

  /** Resolves when the requests of this key that have arrived at other workers have been answered. */
  async wait(worker: number, key: string): Promise<void> {
    const before = [...(this.#byKey.get(key) ?? [])].filter((arrival) => arrival.worker !== worker);
    await Promise.all(before.map(({ answered }) => answered));
  }

  #end(name: string): void {
    const arrival = this.#arrivals.get(name);
    if (arrival === undefined) return;
    this.#arrivals.delete(name);
    const sameKey = this.#byKey.get(arrival.key);
    sameKey?.delete(arrival);
    if (sameKey?.size === 0) this.#byKey.delete(arrival.key);
    arrival.end();
  }
}
