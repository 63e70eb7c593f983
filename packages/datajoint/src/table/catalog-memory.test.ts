import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CatalogMemory } from './catalog-memory.ts';

/** Questions under way, to be answered by hand; each is answered with its number. */
let asked: { answer: () => void; fail: () => void }[];
const ask = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const number = asked.length + 1;
    asked.push({ answer: () => resolve(number), fail: () => reject(new Error(`no answer to ${number}`)) });
  });
const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
});
afterEach(() => {
  vi.useRealTimers();
});

describe('who wants to know what is true now', () => {
  test('is never given the answer to an earlier question', async () => {
    const memory = new CatalogMemory();
    const early = memory.recall('a', 1000, ask);
    memory.forget();
    const late = memory.recall('a', 1000, ask);
    expect(asked).toHaveLength(1);
    asked[0]?.answer();
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]?.answer();
    expect(await Promise.all([early, late])).toEqual([1, 2]);
    expect(await memory.recall('a', 1000, ask)).toBe(2);
  });

  test('shares the question with all who come in the same turn, and the next with all who wait for the one under way', async () => {
    const memory = new CatalogMemory();
    const together = [memory.recall('a', 0, ask), memory.recall('a', 0, ask)];
    await settle();
    expect(asked).toHaveLength(1);
    const waiting = Array.from({ length: 20 }, () => {
      memory.forget();
      return memory.recall('a', 0, ask);
    });
    asked[0]?.answer();
    await settle();
    // It is under way: whoever comes now waits for one more.
    const last = memory.recall('a', 0, ask);
    asked[1]?.answer();
    await settle();
    asked[2]?.answer();
    expect(await Promise.all([...together, ...waiting, last])).toEqual([1, 1, ...Array(20).fill(2), 3]);
    expect(asked).toHaveLength(3);
  });

  test('does not wait long for one that is stuck, and is asked all the same after one that fails', async () => {
    const memory = new CatalogMemory();
    const stuck = memory.recall('a', 0, ask);
    await settle();
    const next = memory.recall('a', 0, ask);
    await vi.advanceTimersByTimeAsync(101);
    expect(asked).toHaveLength(2);
    asked[1]?.answer();
    expect(await next).toBe(2);

    const failing = memory.recall('b', 0, ask);
    await settle();
    const after = memory.recall('b', 0, ask);
    asked[2]?.fail();
    await expect(failing).rejects.toThrow('no answer to 3');
    await settle();
    asked[3]?.answer();
    expect(await after).toBe(4);

    // What was late is not taken for what is known.
    asked[0]?.answer();
    expect(await stuck).toBe(1);
    expect(await memory.recall('a', 1000, ask)).toBe(2);
  });
});

test('keeps the latest answers, and not for ever more of them', async () => {
  const memory = new CatalogMemory();
  const told = async (question: string): Promise<void> => {
    await memory.recall(question, 1000, async () => question);
  };
  for (let number = 0; number < 5001; number += 1) await told(`q${number}`);
  const again = vi.fn(async () => 'again');
  expect(await memory.recall('q5000', 1000, again)).toBe('q5000');
  expect(await memory.recall('q0', 1000, again)).toBe('again');
  expect(again).toHaveBeenCalledTimes(1);
});
