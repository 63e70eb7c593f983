import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

/** Whether a promise has settled by now. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

test('who waits for its turn waits for what arrived before at other workers, by its key', async () => {
  const turns = new Turns();
  turns.arrived(1, 1, 'a');
  turns.arrived(1, 2, 'b');
  turns.arrived(2, 1, 'a');
  const [own, other, none] = [turns.wait(1, 'a'), turns.wait(3, 'a'), turns.wait(3, 'c')];
  turns.arrived(1, 3, 'a');
  expect(await Promise.all([own, other, none].map(isOver))).toEqual([false, false, true]);
  turns.answered(2, 1);
  expect(await Promise.all([own, other].map(isOver))).toEqual([true, false]);
  turns.answered(1, 1);
  expect(await isOver(other)).toBe(true);
  expect(turns.size).toBe(2);
});

test('a worker that has ended keeps nobody waiting, and is forgotten', async () => {
  const turns = new Turns();
  turns.arrived(1, 1, 'a');
  const waiting = turns.wait(2, 'a');
  turns.left(1);
  expect(await isOver(waiting)).toBe(true);
  turns.answered(1, 1);
  expect(turns.size).toBe(0);
});
