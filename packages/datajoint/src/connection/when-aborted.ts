type Run = (signal: AbortSignal) => void;

interface Waiting {
  readonly all: Set<Run>;
  readonly runAll: () => void;
  isListening: boolean;
  uses: number;
}

/**
 * Uses after which a signal is one that serves many statements, and goes on being listened to. Others are not, once nobody waits:
 * the platform keeps one that was made of others for as long as somebody listens.
 */
const lasting = 8;

const known = new WeakMap<AbortSignal, Waiting>();

/**
 * Runs something when a signal is aborted later. To listen to a signal and to stop costs as much as a tenth of a short statement,
 * so that one which serves many is listened to once.
 * @returns what is called when that is not wanted any more.
 */
export function whenAborted(signal: AbortSignal | undefined, run: Run): () => void {
  if (signal === undefined) return nothing;
  const waiting = waitingFor(signal);
  waiting.all.add(run);
  return () => leave(signal, waiting, run);
}

function waitingFor(signal: AbortSignal): Waiting {
  const waiting = known.get(signal) ?? newWaiting(signal);
  waiting.uses += 1;
  if (!waiting.isListening) {
    waiting.isListening = true;
    signal.addEventListener('abort', waiting.runAll, { once: true });
  }
  return waiting;
}

/** By itself, so that what listens holds nothing else. */
function newWaiting(signal: AbortSignal): Waiting {
  const all = new Set<Run>();
  const runAll = (): void => {
    for (const each of [...all]) if (all.has(each)) each(signal);
  };
  const waiting = { all, runAll, isListening: false, uses: 0 };
  known.set(signal, waiting);
  return waiting;
}

function leave(signal: AbortSignal, waiting: Waiting, run: Run): void {
  waiting.all.delete(run);
  if (waiting.all.size > 0 || waiting.uses >= lasting) return;
  waiting.isListening = false;
  signal.removeEventListener('abort', waiting.runAll);
}

const nothing = (): void => undefined;
