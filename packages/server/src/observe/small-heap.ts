import type { Readable } from 'node:stream';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes to which the space for new objects may grow; V8 lets it grow to four times as many. */
const mostNew = 8 << 20;

/** How often it is looked at, in milliseconds. It takes longer than that to grow. */
const pace = 250;

/** Percent by which the heap may grow before it is collected: while it is to stay small, and otherwise. */
const growth = { small: 30, usual: 75 };

/** Those who want the heap to stay small, now; undefined where nobody may. */
let holders: number | undefined;

/**
 * Keeps the heap of the server small. V8 would collect what it has kept only when the heap has grown to many times what is in
 * use, and large bodies of requests and rows that pass through make garbage fast. While the server starts and while it
 * streams, it is collected when it has grown by a third; for short answers that costs a third of the processor's time,
 * so that it may grow by three quarters then. The space for new objects does not grow without end.
 *
 * What it saves and costs is measured by `npm run bench -- export` and `npm run bench -- http`.
 *
 * @see https://v8.dev/blog/trash-talk for the two generations. The flags are those of `node --v8-options`.
 */
export function keepHeapSmall(): void {
  holders = 0;
  const release = hold();
  setInterval(() => {
    const size = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
    letNewGrow(size < mostNew);
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

/** @returns what says that the heap may grow as usual, as far as this one is concerned. */
function hold(): () => void {
  if (holders === undefined) return () => undefined;
  holders += 1;
  if (holders === 1) letHeapGrow(growth.small);
  return () => {
    holders = (holders ?? 1) - 1;
    if (holders === 0) letHeapGrow(growth.usual);
  };
}

function letHeapGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

function letNewGrow(mayGrow: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}
