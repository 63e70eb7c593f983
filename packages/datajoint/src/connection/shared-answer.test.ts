import { expect, test } from 'vitest';
import { CancelledError } from '../errors.ts';
import { SharedAnswer } from './shared-answer.ts';

function asked() {
  let answer: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  let signal: AbortSignal | undefined;
  const shared = new SharedAnswer<string>((asking) => {
    const given = asking.signal;
    signal = given;
    given.addEventListener('abort', () => fail(new CancelledError('Given up.')));
    return new Promise((resolve, reject) => {
      answer = resolve;
      fail = reject;
    });
  });
  return { shared, answer: (value: string) => answer(value), isStopped: () => signal?.aborted };
}

test('who leaves takes the answer from nobody', async () => {
  const { shared, answer, isStopped } = asked();
  const leaving = new AbortController();
  const [first, second] = [shared.wait(leaving.signal), shared.wait(new AbortController().signal)];
  leaving.abort();
  await expect(first).rejects.toThrow(CancelledError);
  expect(isStopped()).toBe(false);
  answer('there');
  await expect(second).resolves.toBe('there');
  await expect(shared.wait(leaving.signal)).resolves.toBe('there');
});

test('when all have left, the question is given up', async () => {
  const { shared, isStopped } = asked();
  const clients = [new AbortController(), new AbortController()];
  const waiting = clients.map(({ signal }) => shared.wait(signal));
  for (const client of clients) client.abort();
  for (const result of await Promise.allSettled(waiting)) {
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(CancelledError) });
  }
  expect([isStopped(), shared.isGivenUp]).toEqual([true, true]);
  await expect(shared.answer).rejects.toThrow(CancelledError);
  expect(shared.hasCome).toBe(true);
});

test('one who waits whatever happens keeps it asked', async () => {
  const { shared, answer, isStopped } = asked();
  const client = new AbortController();
  const [whatever, leaving] = [shared.wait(), shared.wait(client.signal)];
  client.abort();
  await expect(leaving).rejects.toThrow(CancelledError);
  expect(isStopped()).toBe(false);
  answer('there');
  await expect(whatever).resolves.toBe('there');
});

test('one who has left before counts as one who leaves', async () => {
  const { shared, isStopped } = asked();
  await expect(shared.wait(AbortSignal.abort())).rejects.toThrow(CancelledError);
  expect(isStopped()).toBe(true);
});
