import { expect, test } from 'vitest';
import type { Cell } from './driver.ts';
import { gathered } from './gathered.ts';

/** Batches of so many rows, and whether their stream has ended. */
function stream(count: number, rows: readonly (readonly Cell[])[]) {
  const state = { given: 0, hasEnded: false };
  async function* batches() {
    try {
      for (; state.given < count; state.given += 1) yield rows;
    } finally {
      state.hasEnded = true;
    }
  }
  return { batches: batches(), state };
}

test('few rows are given once their stream has ended, in their batches', async () => {
  const { batches, state } = stream(3, [[1], [2]]);
  const given: unknown[] = [];
  for await (const batch of gathered(batches)) given.push([batch, state.hasEnded]);
  expect(given).toEqual(Array(3).fill([[[1], [2]], true]));
});

test('of many, all are given, and not all are kept', async () => {
  const many = stream(30, Array(1000).fill([1]));
  let count = 0;
  for await (const batch of gathered(many.batches)) {
    if (count === 0) expect(many.state.given).toBeLessThan(12);
    count += batch.length;
  }
  expect(count).toBe(30_000);
  const large = stream(30, [['x'.repeat(4 << 20)]]);
  for await (const _ of gathered(large.batches)) {
    expect(large.state.given).toBeLessThan(6);
    break;
  }
  expect(large.state.hasEnded).toBe(true);
});
