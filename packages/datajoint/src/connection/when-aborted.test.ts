import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { whenAborted } from './when-aborted.ts';

test('what still waits is run once, in its order, and the signal is listened to once', () => {
  const controller = new AbortController();
  const ran: string[] = [];
  const leave = whenAborted(controller.signal, () => ran.push('left'));
  whenAborted(controller.signal, () => ran.push('first'));
  whenAborted(controller.signal, () => ran.push('second'));
  leave();
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  controller.abort();
  controller.abort();
  expect(ran).toEqual(['first', 'second']);
});

test('while they are run, one that leaves is not run any more, and one that comes is not either', () => {
  const controller = new AbortController();
  const ran: string[] = [];
  whenAborted(controller.signal, () => {
    ran.push('first');
    leave();
    whenAborted(controller.signal, () => ran.push('late'));
  });
  const leave = whenAborted(controller.signal, () => ran.push('second'));
  controller.abort();
  expect(ran).toEqual(['first']);
});

test('a signal that serves a few is let go, one that serves many is listened to once', () => {
  const listeners = (uses: number): number => {
    const { signal } = new AbortController();
    for (let use = 0; use < uses; use += 1) whenAborted(signal, () => undefined)();
    return getEventListeners(signal, 'abort').length;
  };
  expect([listeners(1), listeners(7), listeners(8), listeners(1000)]).toEqual([0, 0, 1, 1]);
});

test('whoever comes after all have left is run', () => {
  const controller = new AbortController();
  const ran: AbortSignal[] = [];
  whenAborted(controller.signal, () => undefined)();
  whenAborted(controller.signal, (signal) => ran.push(signal));
  controller.abort();
  expect(ran).toEqual([controller.signal]);
});

test('without a signal, nothing is waited for', () => {
  expect(() => whenAborted(undefined, () => undefined)()).not.toThrow();
});
