/** Who waits longest first. */
const waiting: (() => void)[] = [];

/**
 * Has a stream go on whose rows were taken, in a turn of the event loop that is its own. Otherwise the platform reads what
 * has arrived for one stream, up to megabytes of it, before it looks for anything else: with a few streams under way,
 * whoever asks for ten rows would wait for seconds.
 *
 * @see https://github.com/libuv/libuv/blob/v1.x/src/unix/stream.c `uv__read` reads 32 times in a row.
 */
export function inTurn(goOn: () => void): void {
  if (waiting.push(goOn) === 1) setImmediate(next);
}

function next(): void {
  waiting[0]?.();
  waiting.shift();
  // In the next turn: what has arrived for others meanwhile comes in between.
  if (waiting.length > 0) setImmediate(next);
}
