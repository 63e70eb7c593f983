import type { Readable } from 'node:stream';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes to which the space for new objects may grow; V8 lets it grow to four times as many. */
const mostNew = 8 << 20;

/** How often it is looked at, in milliseconds. It takes longer than that to grow. */
const pace = 250;

/** Those who want the heap to stay small, now; undefined where nobody may. */
let holders: number | undefined;

/**
 * Has the server keep its heap small, while it starts and while it streams: rows pass through and are garbage at once, but V8
 * collects those that were looked at in passing only when the heap has grown to many times what is in use. Then it has
 * grown by a third when that happens, and the space for new objects does not grow without end. For short answers that would
 * cost a third of the processor's time, and there is nothing to save.
 *
 * What it saves is measured by `npm run bench -- export`, what it costs by `npm run bench -- http`.
 *
 * @see https://v8.dev/blog/trash-talk for the two generations. The flags are those of `node --v8-options`.
 */
export function keepHeapSmall(): void {
  holders = 0;
  const release = hold();
  setInterval(() => {
    const size = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
    letGrow(holders === 0 || size < mostNew);
  }, pace).unref();
  // What the start left behind, once it is over: until it has been collected for the first time, the heap has no measure.
  setTimeout(() => {
    collect();
    release();
  }, 1000).unref();
}

/** A stream of many rows, while which the heap stays small. */
export function inSmallHeap(stream: Readable): Readable {
  stream.once('close', hold());
  return stream;
}

/** @returns what says that the heap may be as large as V8 likes, as far as this one is concerned. */
function hold(): () => void {
  if (holders === undefined) return () => undefined;
  holders += 1;
  if (holders === 1) setFlagsFromString('--heap-growing-percent=30');
  return () => {
    holders = (holders ?? 1) - 1;
    // V8's own measure.
    if (holders === 0) setFlagsFromString('--heap-growing-percent=0');
  };
}

function letGrow(mayGrow: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}
