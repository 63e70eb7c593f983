import type { Readable } from 'node:stream';

/** Bytes that are read at once without a turn: the answers of most requests, and what is said about a table. */
const small = 16 * 1024;

/** Bytes of a turn, roughly: about two milliseconds of work, where rows become records. */
const turn = 64 * 1024;

/** Who waits longest first. */
const waiting: (() => void)[] = [];

function inTurn(run: () => void): void {
  if (waiting.push(run) === 1) setImmediate(next);
}

function next(): void {
  const run = waiting.shift();
  // What has arrived for others meanwhile comes in between.
  if (waiting.length > 0) setImmediate(next);
  run?.();
}

/**
 * Has what a stream of a database session brings be read piece by piece, each in a turn of the event loop of its own, for
 * all such streams together. Otherwise the platform hands out what has arrived for all of them, up to megabytes of each,
 * before it looks for anything else: with a few large answers under way, whoever asks for ten rows would wait for seconds.
 *
 * @see https://github.com/libuv/libuv/blob/v1.x/src/unix/stream.c `uv__read` reads 32 times in a row.
 */
export function takeTurns(stream: Readable): void {
  const [emit, pause, resume] = [stream.emit.bind(stream), stream.pause.bind(stream), stream.resume.bind(stream)];
  const pieces: Buffer[] = [];
  /** What was said after them: that there is no more, and that the stream is closed. */
  const endings: (() => boolean)[] = [];
  /** What whoever reads it wants. */
  let isFlowing = true;
  let isInLine = false;

  const end = (): void => {
    for (const say of endings.splice(0)) say();
  };
  const queue = (): void => {
    if (isInLine || !isFlowing) return;
    isInLine = true;
    inTurn(() => {
      isInLine = false;
      for (let size = 0; isFlowing && size < turn && pieces.length > 0; ) {
        const piece = pieces.shift() as Buffer;
        size += piece.length;
        emit('data', piece);
      }
      if (pieces.length > 0) queue();
      else if (isFlowing) resume();
      if (pieces.length === 0) end();
    });
  };

  stream.emit = (event: string | symbol, ...values: unknown[]) => {
    if (event === 'error') {
      pieces.length = 0;
      end();
    }
    const isEnding = event === 'end' || (event === 'close' && endings.length > 0);
    if (isEnding && pieces.length > 0) return endings.push(() => emit(event, ...values)) > 0;
    if (event !== 'data') return emit(event, ...values);
    const piece = values[0] as Buffer;
    if (piece.length < small && pieces.length === 0) return emit(event, piece);
    pieces.push(piece);
    pause();
    queue();
    return true;
  };
  stream.pause = () => {
    isFlowing = false;
    return pause();
  };
  stream.resume = () => {
    isFlowing = true;
    if (pieces.length === 0) return resume();
    queue();
    return stream;
  };
}
