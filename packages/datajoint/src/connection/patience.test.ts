import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience } from './patience.ts';

let lost: number;
const patience = (milliseconds: number): Patience => new Patience(milliseconds, () => (lost += 1));

beforeEach(() => {
  vi.useFakeTimers();
  lost = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test('is lost once something was awaited for so long without a sign', () => {
  const subject = patience(100);
  subject.begin();
  vi.advanceTimersByTime(60);
  subject.begin();
  vi.advanceTimersByTime(99);
  expect(lost).toBe(0);
  vi.advanceTimersByTime(1);
  expect(lost).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(lost).toBe(1);
});

test('is not lost while nothing is awaited, however often something was', () => {
  const subject = patience(100);
  for (let round = 0; round < 50; round += 1) {
    subject.begin();
    vi.advanceTimersByTime(90);
    subject.end();
    vi.advanceTimersByTime(90);
  }
  expect(lost).toBe(0);
  subject.begin();
  vi.advanceTimersByTime(100);
  expect(lost).toBe(1);
});

test('keeps one timer, and none when it stops or nothing is awaited', () => {
  const subject = patience(100);
  for (let round = 0; round < 50; round += 1) {
    subject.begin();
    subject.end();
  }
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
  subject.begin();
  subject.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(lost).toBe(0);
});

test('of no milliseconds is never lost', () => {
  const subject = patience(0);
  subject.begin();
  vi.advanceTimersByTime(1e9);
  expect([lost, vi.getTimerCount()]).toEqual([0, 0]);
});

test('may be longer than timers are', () => {
  const subject = patience(2 ** 31 + 1000);
  subject.begin();
  vi.advanceTimersByTime(2 ** 31 + 999);
  expect(lost).toBe(0);
  vi.advanceTimersByTime(1);
  expect(lost).toBe(1);
});
