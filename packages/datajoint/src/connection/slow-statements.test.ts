import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CancelledError, OverloadedError } from '../errors.ts';
import { type Begun, SlowStatements } from './slow-statements.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const gate = (options = {}): SlowStatements =>
  new SlowStatements({ max: 2, patience: 5000, maxWaiting: 3, ...options });

/** Lets a statement begin that need not wait. */
function begin(subject: SlowStatements, text: string): Begun {
  const begun = subject.enter(text, {});
  if (begun instanceof Promise) throw new Error(`"${text}" has to wait.`);
  return begun;
}

/** A statement that was answered after so many milliseconds. */
function ran(subject: SlowStatements, text: string, milliseconds: number): void {
  const begun = begin(subject, text);
  vi.advanceTimersByTime(milliseconds);
  begun.answered();
}

const has = async (waiting: Begun | Promise<Begun>): Promise<boolean> => {
  let hasBegun = false;
  void Promise.resolve(waiting).then(() => {
    hasBegun = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return hasBegun;
};

describe('of one user', () => {
  test('what is answered soon never waits', () => {
    const subject = gate();
    ran(subject, 'ten rows', 5);
    for (let count = 0; count < 50; count += 1) begin(subject, 'ten rows');
    expect(subject.waiting).toBe(0);
  });

  test('of what is new, no more run at once than slow ones may, until it is known', async () => {
    const subject = gate();
    const first = begin(subject, 'scan');
    begin(subject, 'scan');
    begin(subject, 'another');
    const third = subject.enter('scan', {});
    expect(await has(third)).toBe(false);
    first.answered();
    expect(await has(third)).toBe(true);
    begin(subject, 'scan');
  });

  test('what was slow takes turns with what else is, in the order in which it came', async () => {
    const subject = gate({ maxWaiting: 10 });
    for (const text of ['scan', 'sort', 'count']) ran(subject, text, 500);
    const running = [begin(subject, 'scan'), begin(subject, 'sort')] as const;
    const [third, fourth] = [subject.enter('count', {}), subject.enter('scan', {})];
    begin(subject, 'something new');
    running[1].answered();
    running[1].answered();
    expect([await has(third), await has(fourth)]).toEqual([true, false]);
    // It was soon, and need not take turns from now on.
    expect(subject.enter('sort', {})).not.toBeInstanceOf(Promise);
  });

  test('what has run for long counts, though it was not known to be slow', async () => {
    const subject = gate();
    ran(subject, 'scan', 500);
    const others = [begin(subject, 'new'), begin(subject, 'also new')] as const;
    vi.advanceTimersByTime(200);
    const waiting = subject.enter('scan', {});
    expect(await has(waiting)).toBe(false);
    others[0].answered();
    expect(await has(waiting)).toBe(true);
  });

  test('what completes an answer goes first', () => {
    const subject = gate({ max: 1 });
    ran(subject, 'count', 500);
    begin(subject, 'count');
    expect(subject.enter('count', { goesFirst: true })).not.toBeInstanceOf(Promise);
  });
});

test('who waits may leave, waits for so long, and among so many', async () => {
  const subject = gate({ max: 1 });
  ran(subject, 'scan', 500);
  const running = begin(subject, 'scan');
  const leaving = new AbortController();
  const left = expect(subject.enter('scan', { signal: leaving.signal })).rejects.toThrow(CancelledError);
  const late = [1, 2].map(() => expect(subject.enter('scan', {})).rejects.toThrow(OverloadedError));
  expect(subject.waiting).toBe(3);
  expect(() => subject.enter('scan', {})).toThrow(OverloadedError);
  leaving.abort();
  await left;
  expect(subject.waiting).toBe(2);
  await vi.advanceTimersByTimeAsync(5000);
  await Promise.all(late);
  expect(subject.waiting).toBe(0);
  running.answered();
  begin(subject, 'scan');
});
