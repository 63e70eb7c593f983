/** By the signal, what is to be run: to listen to it and to stop costs as much as a tenth of a short statement. */
const waiting = new WeakMap<AbortSignal, Set<(signal: AbortSignal) => void>>();

/**
 * Runs something when a signal is aborted later; the same signal serves many statements, one after the other, and is listened
 * to once.
 * @returns what is called when that is not wanted any more.
 */
export function whenAborted(signal: AbortSignal | undefined, run: (signal: AbortSignal) => void): () => void {
  if (signal === undefined) return nothing;
  const known = waiting.get(signal);
  const all = known ?? new Set();
  if (known === undefined) {
    waiting.set(signal, all);
    const runAll = (): void => {
      for (const each of [...all]) if (all.has(each)) each(signal);
    };
    signal.addEventListener('abort', runAll, { once: true });
  }
  all.add(run);
  return () => {
    all.delete(run);
  };
}

const nothing = (): void => undefined;
