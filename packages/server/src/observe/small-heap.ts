import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes to which the space for new objects may grow; V8 lets it grow to four times as many. */
const mostNew = 8 << 20;

/** How often it is looked at, in milliseconds. It takes longer than that to grow. */
const pace = 250;

/**
 * Keeps the memory of a server small that streams: rows pass through and are garbage at once, but V8 collects those that
 * were looked at in passing only when the heap has grown to many times what is in use. Here it has grown by a third when that
 * happens, and the space for new objects does not grow without end; what that costs in time and saves in memory is measured by
 * `npm run bench -- export`.
 *
 * @see https://v8.dev/blog/trash-talk for the two generations. The flags are those of `node --v8-options`.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  letGrow(false);
  setInterval(() => {
    const size = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
    letGrow(size < mostNew);
  }, pace).unref();
  // What the start left behind, once it is over: until it has been collected for the first time, the heap has no measure.
  setTimeout(collect, 1000).unref();
}

function letGrow(mayGrow: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}
