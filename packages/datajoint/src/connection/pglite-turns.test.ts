import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CancelledError, LostConnectionError, OverloadedError } from '../errors.ts';
import { Turns } from './pglite-turns.ts';

test('one at a time, in the order they came', async () => {
  const turns = new Turns(1000);
  const order: number[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const end = await turns.take();
      inside += 1;
      expect(inside).toBe(1);
      order.push(index);
      await delay(index % 3);
      inside -= 1;
      end();
    }),
  );
  expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('ending a turn again does not end that of the next', async () => {
  const turns = new Turns(1000);
  const end = await turns.take();
  const second = turns.take();
  end();
  end();
  await second;
  end();
  const third = turns.take();
  const outcome = await Promise.race([third, delay(30).then(() => 'still waiting')]);
  expect(outcome).toBe('still waiting');
  (await second)();
  (await third)();
});

test('who waits too long is told', async () => {
  const turns = new Turns(20);
  const end = await turns.take();
  await expect(turns.take()).rejects.toThrow(OverloadedError);
  end();
  (await turns.take())();
});

test('who gives up leaves the queue', async () => {
  const turns = new Turns(1000);
  const end = await turns.take();
  const controller = new AbortController();
  const second = turns.take(controller.signal);
  const third = turns.take();
  controller.abort();
  await expect(second).rejects.toThrow(CancelledError);
  await expect(turns.take(controller.signal)).rejects.toThrow(CancelledError);
  end();
  (await third)();
});

test('everything else gets its time, however many wait', async () => {
  const turns = new Turns(1000);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  const busy = async (): Promise<void> => {
    const end = await turns.take();
    for (const until = performance.now() + 2; performance.now() < until; );
    end();
  };
  await Promise.all(Array.from({ length: 30 }, busy));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(10);
});

test('once closed, nobody gets in', async () => {
  const turns = new Turns(1000);
  const end = await turns.take();
  const second = turns.take();
  turns.close();
  await expect(second).rejects.toThrow(LostConnectionError);
  await expect(turns.take()).rejects.toThrow(LostConnectionError);
  end();
});
