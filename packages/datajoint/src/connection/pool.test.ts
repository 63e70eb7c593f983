import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AuthenticationError,
  CancelledError,
  LostConnectionError,
  OverloadedError,
  QueryError,
  UnreachableError,
} from '../errors.ts';
import type { DriverSession } from './driver.ts';
import { type PoolOptions, SessionPool } from './pool.ts';

interface FakeSession extends DriverSession {
  isUsable: boolean;
  isClosed: boolean;
}

let sessions: FakeSession[] = [];
let nextError: unknown;
let openTime = 0;

function fakeSession(): FakeSession {
  const session: FakeSession = {
    server: { product: 'mariadb', version: 'fake', sessionId: sessions.length + 1, isEncrypted: false },
    isUsable: true,
    isClosed: false,
    execute: async () => ({ columns: [], rows: [], affectedRows: 0 }),
    async *stream() {},
    close: async () => {
      session.isClosed = true;
      session.isUsable = false;
    },
    destroy: () => {
      session.isUsable = false;
    },
  };
  sessions.push(session);
  return session;
}

function pool(options: PoolOptions = {}): SessionPool {
  return new SessionPool(async () => {
    if (openTime > 0) await new Promise((resolve) => setTimeout(resolve, openTime));
    if (nextError !== undefined) throw nextError;
    return fakeSession();
  }, options);
}

beforeEach(() => {
  vi.useFakeTimers();
  sessions = [];
  nextError = undefined;
  openTime = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pool', () => {
  test('lets those who complete what they have begun go first, however long that takes', async () => {
    const own = pool({ max: 1, acquireTimeout: 1000 });
    const lease = await own.acquire();
    const order: string[] = [];
    const waiting = own.acquire().then(
      () => order.push('waited'),
      (error: unknown) => order.push((error as Error).constructor.name),
    );
    const first = own.acquire({ goesFirst: true });
    await vi.advanceTimersByTimeAsync(5000);
    expect(order).toEqual(['OverloadedError']);
    const late = own.acquire();
    lease.release();
    (await first).release();
    (await late).release();
    await waiting;
  });

  test('opens nothing before it is needed and uses a session again', async () => {
    const subject = pool();
    expect(subject.state).toEqual({ size: 0, idle: 0, waiting: 0 });
    const first = await subject.acquire();
    first.release();
    const second = await subject.acquire();
    expect(second.session).toBe(first.session);
    expect(sessions).toHaveLength(1);
  });

  test('never hands a session to two users', async () => {
    const subject = pool({ max: 3, acquireTimeout: 60_000, maxWaiting: 1000 });
    const inUse = new Set<DriverSession>();
    let most = 0;
    const user = async (index: number): Promise<void> => {
      const lease = await subject.acquire();
      expect(inUse.has(lease.session)).toBe(false);
      inUse.add(lease.session);
      most = Math.max(most, inUse.size);
      await new Promise((resolve) => setTimeout(resolve, index % 7));
      inUse.delete(lease.session);
      lease.release();
      lease.release();
    };
    const users = Promise.all(Array.from({ length: 200 }, (_, index) => user(index)));
    await vi.advanceTimersByTimeAsync(10_000);
    await users;
    expect(most).toBe(3);
    expect(sessions).toHaveLength(3);
  });

  test('serves those who wait in their order', async () => {
    const subject = pool({ max: 1 });
    const first = await subject.acquire();
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (index) => {
      const lease = await subject.acquire();
      order.push(index);
      lease.release();
    });
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  test('does not let one who comes later overtake', async () => {
    const subject = pool({ max: 1 });
    const first = await subject.acquire();
    const order: string[] = [];
    const early = subject.acquire().then((lease) => order.push('early') && lease.release());
    first.release();
    const late = subject.acquire().then((lease) => order.push('late') && lease.release());
    await Promise.all([early, late]);
    expect(order).toEqual(['early', 'late']);
  });

  test('is overloaded after the acquire timeout, and when too many wait', async () => {
    const subject = pool({ max: 1, acquireTimeout: 1000, maxWaiting: 1 });
    const lease = await subject.acquire();
    const waiting = expect(subject.acquire()).rejects.toThrow(OverloadedError);
    await expect(subject.acquire()).rejects.toThrow('Too many wait');
    await vi.advanceTimersByTimeAsync(1001);
    await waiting;
    expect(subject.state).toEqual({ size: 1, idle: 0, waiting: 0 });
    lease.release();
    (await subject.acquire()).release();
  });

  test('gives the error of opening, not its own timeout, to who waits for that', async () => {
    openTime = 1000;
    nextError = new UnreachableError('nobody there');
    const waiting = expect(pool({ acquireTimeout: 500 }).acquire()).rejects.toBe(nextError);
    await vi.advanceTimersByTimeAsync(1500);
    await waiting;
  });

  test('stops waiting when told to', async () => {
    const subject = pool({ max: 1 });
    const lease = await subject.acquire();
    const controller = new AbortController();
    const waiting = expect(subject.acquire({ signal: controller.signal })).rejects.toThrow(CancelledError);
    controller.abort();
    await waiting;
    lease.release();
    await expect(subject.acquire({ signal: controller.signal })).rejects.toThrow(CancelledError);
    expect(subject.state).toEqual({ size: 1, idle: 1, waiting: 0 });
  });

  test('drops a broken session and opens another for who waits', async () => {
    const subject = pool({ max: 1 });
    const lease = await subject.acquire();
    const waiting = subject.acquire();
    lease.session.destroy();
    lease.release();
    const other = await waiting;
    expect(other.session).not.toBe(lease.session);
    other.release();
    // Lost while idle.
    other.session.destroy();
    expect((await subject.acquire()).session).toBe(sessions[2]);
    expect(subject.state.size).toBe(1);
  });

  test('closes what is unused for too long', async () => {
    const subject = pool({ idleTimeout: 1000 });
    (await subject.acquire()).release();
    await vi.advanceTimersByTimeAsync(1001);
    expect(sessions[0]?.isClosed).toBe(true);
    expect(subject.state.size).toBe(0);
  });

  test('closes what is too old', async () => {
    const subject = pool({ lifetime: 1000, idleTimeout: 100_000 });
    const lease = await subject.acquire();
    await vi.advanceTimersByTimeAsync(1200);
    lease.release();
    expect(sessions[0]?.isClosed).toBe(true);
    const { session, release } = await subject.acquire();
    expect(session).toBe(sessions[1]);
    release();
    await vi.advanceTimersByTimeAsync(1200);
    expect((await subject.acquire()).session).toBe(sessions[2]);
  });

  test('gives a fresh session to who asks for one, in the place of an idle one', async () => {
    const subject = pool({ max: 1 });
    (await subject.acquire()).release();
    const fresh = await subject.acquire({ fresh: true });
    expect(fresh.session).toBe(sessions[1]);
    expect(sessions[0]?.isClosed).toBe(true);
    fresh.release();
    const roomy = pool({ max: 2 });
    (await roomy.acquire()).release();
    (await roomy.acquire({ fresh: true })).release();
    expect(roomy.state).toEqual({ size: 2, idle: 2, waiting: 0 });
  });

  test('gives wrong credentials to all who wait, and uses no session opened with them', async () => {
    const subject = pool({ max: 3 });
    const [idle, busy] = [await subject.acquire(), await subject.acquire()];
    nextError = new AuthenticationError('no');
    openTime = 10;
    const waiting = Promise.allSettled([1, 2, 3].map(() => subject.acquire({ fresh: true })));
    idle.release();
    await vi.advanceTimersByTimeAsync(100);
    expect((await waiting).map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual(
      [1, 2, 3].map(() => nextError),
    );
    expect(subject.state).toEqual({ size: 1, idle: 0, waiting: 0 });
    busy.release();
  });

  test('waits for its own sessions where the server has no room for more', async () => {
    const subject = pool({ max: 2 });
    const busy = await subject.acquire();
    nextError = new OverloadedError('too many connections');
    const waiting = subject.acquire();
    await vi.advanceTimersByTimeAsync(10);
    busy.release();
    expect((await waiting).session).toBe(busy.session);
  });

  test('gives up an idle session where the server has no room for the fresh one that is wanted', async () => {
    let room = 1;
    const opened: FakeSession[] = [];
    const subject = new SessionPool(async () => {
      if (room === 0) throw new OverloadedError('full');
      room -= 1;
      const session = fakeSession();
      const { close } = session;
      opened.push(session);
      return Object.assign(session, {
        close: async () => {
          await close();
          room += 1;
        },
      });
    });
    (await subject.acquire()).release();
    vi.advanceTimersByTime(1);
    const used = await subject.acquire();
    used.release();
    const lease = await subject.acquire({ fresh: true });
    expect(lease.session).toBe(opened[1]);
    expect(opened[0]?.isClosed).toBe(true);
    expect(subject.state).toEqual({ size: 1, idle: 0, waiting: 0 });
  });

  test('passes the lack of room on where it has no session itself', async () => {
    nextError = new OverloadedError('too many connections');
    const subject = pool();
    const both = [subject.acquire(), subject.acquire()].map((waiting) => expect(waiting).rejects.toBe(nextError));
    await Promise.all(both);
  });

  test('gives any other error of opening to one', async () => {
    nextError = new QueryError('odd');
    const subject = pool({ max: 1 });
    const first = expect(subject.acquire()).rejects.toBe(nextError);
    const second = subject.acquire();
    await first;
    nextError = undefined;
    await expect(second).rejects.toThrow();
    expect(subject.state.size).toBe(0);
  });

  test('closes after the last session was given back', async () => {
    const subject = pool({ max: 2 });
    const busy = await subject.acquire();
    (await subject.acquire()).release();
    let isClosed = false;
    const closing = subject.close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(isClosed).toBe(false);
    expect(sessions[1]?.isClosed).toBe(true);
    await expect(subject.acquire()).rejects.toThrow(LostConnectionError);
    busy.release();
    await closing;
    expect(sessions.every((session) => session.isClosed)).toBe(true);
    await subject.close();
  });

  test('closes while a session is being opened', async () => {
    openTime = 100;
    const subject = pool();
    const waiting = expect(subject.acquire()).rejects.toThrow(LostConnectionError);
    const closing = subject.close();
    await waiting;
    await vi.advanceTimersByTimeAsync(200);
    await closing;
    expect(sessions[0]?.isClosed).toBe(true);
  });
});
