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

test('without a signal, nothing is waited for', () => {
  expect(() => whenAborted(undefined, () => undefined)()).not.toThrow();
});
