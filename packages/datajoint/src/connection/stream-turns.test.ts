import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { takeTurns } from './stream-turns.ts';

const large = 64 * 1024;

/** A stream that takes turns, and what has been read of it. */
function reading(highWaterMark = 1 << 24) {
  const stream = new PassThrough({ highWaterMark });
  takeTurns(stream);
  const read: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => read.push(chunk));
  return { stream, read };
}

test('what is small is read at once, what is large in turns with other streams', async () => {
  const [one, other, short] = [reading(), reading(), reading()];
  for (let piece = 0; piece < 3; piece += 1) {
    one.stream.write(Buffer.alloc(large, piece));
    other.stream.write(Buffer.alloc(large, piece));
  }
  await turn();
  short.stream.write('ten rows');
  const seen: number[][] = [];
  for (let index = 0; index < 12; index += 1) {
    seen.push([one.read.length, other.read.length, short.read.length]);
    await turn();
  }
  expect(seen.at(-1)).toEqual([3, 3, 1]);
  for (const [index, [ofOne = 0, ofOther = 0]] of seen.entries()) {
    expect(Math.abs(ofOne - ofOther)).toBeLessThanOrEqual(1);
    const [before = 0, otherBefore = 0] = seen[index - 1] ?? [0, 0];
    expect(ofOne + ofOther - before - otherBefore).toBeLessThanOrEqual(1);
  }
  expect(seen.findIndex(([, , ofShort]) => ofShort === 1)).toBeLessThan(3);
});

test('a stream that is paused waits with all it has, and goes on where it was', async () => {
  const { stream, read } = reading();
  stream.write(Buffer.alloc(large, 1));
  stream.write(Buffer.alloc(large, 2));
  stream.pause();
  for (let index = 0; index < 5; index += 1) await turn();
  expect(read).toHaveLength(0);
  stream.resume();
  stream.end(Buffer.alloc(10, 3));
  await new Promise((resolve) => stream.once('end', resolve));
  expect(Buffer.concat(read)).toEqual(
    Buffer.concat([Buffer.alloc(large, 1), Buffer.alloc(large, 2), Buffer.alloc(10, 3)]),
  );
});

test('bytes keep their order, whatever their sizes and whoever pauses when', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('write' as const), size: fc.integer({ min: 1, max: 3 * large }) }),
      fc.constantFrom({ kind: 'pause' as const }, { kind: 'resume' as const }, { kind: 'turn' as const }),
    ),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const { stream, read } = reading();
      const sent: Buffer[] = [];
      for (const step of all) {
        if (step.kind === 'write') {
          const chunk = Buffer.alloc(step.size, sent.length);
          sent.push(chunk);
          stream.write(chunk);
        } else if (step.kind === 'turn') await turn();
        else stream[step.kind]();
      }
      stream.resume();
      stream.end();
      await new Promise((resolve) => stream.once('end', resolve));
      expect(Buffer.concat(read).equals(Buffer.concat(sent))).toBe(true);
    }),
    { numRuns: 100 },
  );
});
