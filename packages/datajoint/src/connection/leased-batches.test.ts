import { expect, test } from 'vitest';
import { CancelledError } from '../errors.ts';
import type { DriverSession } from './driver.ts';
import { LeasedBatches } from './leased-batches.ts';
import type { Lease } from './pool.ts';

/** A promise that is settled from outside. */
function later<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

interface Given {
  /** What the batches of each session do when they are asked for the next. */
  readonly sessions: readonly (() => Promise<IteratorResult<string>>)[];
  readonly enter?: () => Promise<void>;
  readonly acquire?: () => Promise<void>;
  readonly stop?: () => Promise<IteratorResult<string>>;
}

function batchesOf({ sessions, enter, acquire, stop }: Given) {
  const heard: string[] = [];
  let count = 0;
  const batches = new LeasedBatches<string>({
    enter: () => {
      const begun = { answered: () => void heard.push('answered') };
      return enter === undefined ? begun : enter().then(() => begun);
    },
    async acquire(isFresh) {
      await acquire?.();
      const session = count;
      count += 1;
      heard.push(isFresh ? `took fresh ${session}` : `took ${session}`);
      const lease: Lease = {
        session: { sessionId: session } as unknown as DriverSession,
        release: () => void heard.push(`gave ${session}`),
      };
      return lease;
    },
    open: ({ session }) => ({
      next: sessions[(session as unknown as { sessionId: number }).sessionId] as () => Promise<IteratorResult<string>>,
      async return() {
        heard.push('stopped');
        return (await stop?.()) ?? { done: true, value: undefined };
      },
    }),
    mayRetry: (error) => (error as Error).message === 'lost',
  });
  return { batches, heard: () => [...new Set(heard)] };
}

const giving = (...values: string[]): (() => Promise<IteratorResult<string>>) => {
  return async () => {
    const value = values.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  };
};
const failing = (message: string) => async (): Promise<IteratorResult<string>> => {
  throw new Error(message);
};

test('a session is taken when the first batch is asked for, and given back after the last', async () => {
  const { batches, heard } = batchesOf({ sessions: [giving('a', 'b')] });
  expect(heard()).toEqual([]);
  expect(await batches.next()).toEqual({ done: false, value: 'a' });
  expect(heard()).toEqual(['took 0', 'answered']);
  expect(await batches.next()).toEqual({ done: false, value: 'b' });
  expect((await batches.next()).done).toBe(true);
  expect((await batches.next()).done).toBe(true);
  await batches.return();
  expect(heard()).toEqual(['took 0', 'answered', 'gave 0']);
});

test('a query whose session was lost is sent again on a fresh one, once', async () => {
  const once = batchesOf({ sessions: [failing('lost'), giving('a')] });
  expect(await once.batches.next()).toEqual({ done: false, value: 'a' });
  expect(once.heard()).toEqual(['took 0', 'gave 0', 'took fresh 1', 'answered']);
  const twice = batchesOf({ sessions: [failing('lost'), failing('lost'), giving('a')] });
  await expect(twice.batches.next()).rejects.toThrow('lost');
  expect(twice.heard()).toEqual(['took 0', 'gave 0', 'took fresh 1', 'answered', 'gave 1']);
  const other = batchesOf({ sessions: [failing('wrong')] });
  await expect(other.batches.next()).rejects.toThrow('wrong');
  expect(other.heard()).toEqual(['took 0', 'answered', 'gave 0']);
});

test('whoever leaves stops the query and gives the session back', async () => {
  const { batches, heard } = batchesOf({ sessions: [giving('a', 'b')] });
  for await (const batch of batches) {
    expect(batch).toBe('a');
    break;
  }
  expect(heard()).toEqual(['took 0', 'answered', 'stopped', 'gave 0']);
  expect((await batches.next()).done).toBe(true);
});

test('whoever leaves while a session is being taken has it given back as soon as it comes', async () => {
  const taking = later<void>();
  const { batches, heard } = batchesOf({ sessions: [giving('a')], acquire: () => taking.promise });
  const first = batches.next();
  await batches.return();
  taking.resolve();
  await expect(first).rejects.toThrow(CancelledError);
  expect(heard()).toEqual(['answered', 'took 0', 'gave 0']);
});

test('whoever leaves while waiting to begin takes no session', async () => {
  const entering = later<void>();
  const { batches, heard } = batchesOf({ sessions: [giving('a')], enter: () => entering.promise });
  const first = batches.next();
  await batches.return();
  entering.resolve();
  await expect(first).rejects.toThrow(CancelledError);
  expect(heard()).toEqual(['answered']);
});

test('whoever leaves while the first batch is under way stops it', async () => {
  const coming = later<IteratorResult<string>>();
  const { batches, heard } = batchesOf({ sessions: [() => coming.promise] });
  const first = batches.next();
  await new Promise((resolve) => setImmediate(resolve));
  await batches.return();
  expect(heard()).toEqual(['took 0', 'stopped', 'answered', 'gave 0']);
  coming.resolve({ done: true, value: undefined });
  expect((await first).done).toBe(true);
});

test('two who ask at once take one session, and are given one batch after the other', async () => {
  const { batches, heard } = batchesOf({ sessions: [giving('a', 'b')] });
  const both = await Promise.all([batches.next(), batches.next(), batches.next(), batches.next()]);
  expect(both.map(({ value }) => value)).toEqual(['a', 'b', undefined, undefined]);
  expect(heard()).toEqual(['took 0', 'answered', 'gave 0']);
});

test('whoever leaves twice waits for the query to stop before the session is given back', async () => {
  const stopping = later<IteratorResult<string>>();
  const { batches, heard } = batchesOf({ sessions: [giving('a', 'b')], stop: () => stopping.promise });
  await batches.next();
  const leaving = Promise.all([batches.return(), batches.return()]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard()).toEqual(['took 0', 'answered', 'stopped']);
  stopping.resolve({ done: true, value: undefined });
  await leaving;
  expect(heard()).toEqual(['took 0', 'answered', 'stopped', 'gave 0']);
});
