import { AuthenticationError, type Connection } from '@pharus/datajoint';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Credentials } from '../auth/credentials.ts';
import { loadConfig } from '../config.ts';
import { type ConnectionSettings, connectionFactory } from './connection-factory.ts';
import { parseDatabaseAddress } from './database-address.ts';
import { Holder, SessionBudget } from './session-budget.ts';
import { Sessions } from './sessions.ts';

let sessions: Sessions | undefined;
afterEach(() => sessions?.close());

function start(environment: Record<string, string> = {}, verify: () => Promise<void> = async () => {}) {
  const { config } = loadConfig({ environment });
  const made: (ConnectionSettings & { close: () => Promise<void> })[] = [];
  let time = 0;
  sessions = new Sessions({
    config,
    createConnection(settings) {
      const close = vi.fn(async () => {});
      made.push({ ...settings, close });
      return { verify, close } as unknown as Connection;
    },
    lookup: async () => ['10.0.0.5'],
    now: () => time,
  });
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { sessions, made, pass };
}

function login(user: string, password = 'simple', address = 'db:3306'): Credentials {
  return new Credentials(parseDatabaseAddress(address), user, password);
}

test('connects to the checked address under the name that was asked for', async () => {
  const { sessions, made } = start();
  await sessions.acquire(login('ann'));
  expect(made[0]).toMatchObject({ host: 'db', port: 3306, address: '10.0.0.5', user: 'ann', password: 'simple' });
});

test('shares between equal credentials, never between different ones', async () => {
  const { sessions, made } = start();
  const all = ['ann', 'ann', 'bob'].map((user) => sessions.acquire(login(user)));
  const [first, second, other] = await Promise.all(all);
  const wrong = await sessions.acquire(login('ann', 'guess'));
  expect(first?.database).toBe(second?.database);
  expect(new Set([first?.database, other?.database, wrong.database]).size).toBe(3);
  expect(made).toHaveLength(3);
});

test('closes what nobody used for the idle time, and nothing in use', async () => {
  const { sessions, made, pass } = start({ PHARUS_POOL_IDLE: '60s' });
  const used = await sessions.acquire(login('ann'));
  (await sessions.acquire(login('bob'))).release();
  pass(61_000);
  sessions.sweep();
  expect(made.map(({ close }) => vi.mocked(close).mock.calls.length)).toEqual([0, 1]);
  used.release();
  used.release();
  pass(61_000);
  sessions.sweep();
  expect(made[0]?.close).toHaveBeenCalledTimes(1);
  expect(sessions.size).toBe(0);
});

test('starts anew after the lifetime; the old one ends with its last use', async () => {
  const { sessions, made, pass } = start({ PHARUS_POOL_LIFETIME: '10m' });
  const old = await sessions.acquire(login('ann'));
  pass(600_001);
  const fresh = await sessions.acquire(login('ann'));
  expect(fresh.database).not.toBe(old.database);
  expect(made[0]?.close).not.toHaveBeenCalled();
  old.release();
  expect(made[0]?.close).toHaveBeenCalledTimes(1);
});

test('makes room by closing the one unused for longest, and says so when there is none', async () => {
  const { sessions, made } = start({ PHARUS_POOL_TOTAL: '2' });
  (await sessions.acquire(login('ann'))).release();
  (await sessions.acquire(login('bob'))).release();
  await sessions.acquire(login('ann'));
  await sessions.acquire(login('cid'));
  expect(made.map(({ close }) => vi.mocked(close).mock.calls.length)).toEqual([0, 1, 0]);
  // Some more may wait for sessions, and not any number.
  for (let count = 2; count < 20; count += 1) await sessions.acquire(login(`user ${count}`));
  await expect(sessions.acquire(login('dan'))).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
});

test('a refused login leaves nothing behind', async () => {
  const { sessions, made } = start({}, () => Promise.reject(new AuthenticationError('no')));
  await expect(sessions.verify(login('ann'))).rejects.toThrow(AuthenticationError);
  expect(sessions.size).toBe(0);
  expect(made[0]?.close).toHaveBeenCalledTimes(1);
});

test('an unknown name reads word for word like a port where nobody listens', async () => {
  const environment = { PHARUS_CONNECT_TIMEOUT: '2s' };
  const { config } = loadConfig({ environment });
  const lookup = async (host: string) => (host === 'closed' ? ['127.0.0.1'] : Promise.reject(new Error('ENOTFOUND')));
  sessions = new Sessions({ config, createConnection: connectionFactory(), lookup });
  const [closed, unknown] = await Promise.allSettled(
    ['closed:1', 'nowhere:1'].map((address) => sessions?.verify(login('ann', 'simple', address))),
  );
  const told = (result: PromiseSettledResult<unknown> | undefined) =>
    result?.status === 'rejected' ? String(result.reason).replace(/closed|nowhere/, 'HOST') : undefined;
  expect(told(unknown)).toContain('HOST:1 could not be reached within 2 s');
  expect(told(closed)).toBe(told(unknown));
});

test('an address that is not listed is refused', async () => {
  const { sessions, made } = start({ PHARUS_DATABASE_HOSTS: 'db:3306' });
  const refused = expect.objectContaining({ code: 'HOST_NOT_ALLOWED' });
  await expect(sessions.acquire(login('ann', 'simple', 'db:3307'))).rejects.toThrow(refused);
  expect(made).toHaveLength(0);
});

describe('budget of sessions', () => {
  test('waits in line and gets what is given back', async () => {
    const reclaim = vi.fn();
    const budget = new SessionBudget(1, reclaim);
    const holders = [new Holder(), new Holder(), new Holder()] as const;
    await budget.take(holders[0], 10);
    const order: string[] = [];
    const first = budget.take(holders[1], 1000).then(() => order.push('first'));
    const second = budget.take(holders[2], 1000).then(() => order.push('second'));
    expect(reclaim).toHaveBeenCalled();
    budget.give(holders[0]);
    await first;
    budget.give(holders[1]);
    await second;
    budget.give(holders[2]);
    expect(order).toEqual(['first', 'second']);
    expect(budget.taken).toBe(0);
  });

  test('goes to who holds least, and is owed to them by who holds more', async () => {
    const budget = new SessionBudget(4, () => false);
    const [many, few, none] = [new Holder(), new Holder(), new Holder()] as const;
    for (let count = 0; count < 3; count += 1) await budget.take(many, 10);
    await budget.take(few, 10);
    expect(budget.isOwed(many)).toBe(false);
    const order: string[] = [];
    const wait = (holder: Holder, name: string): Promise<unknown> =>
      budget.take(holder, 1000).then(() => order.push(name));
    const waiting = [wait(many, 'many'), wait(few, 'few')];
    expect([many, few].map((holder) => budget.isOwed(holder))).toEqual([true, false]);
    waiting.push(wait(none, 'none'));
    expect([many, few].map((holder) => budget.isOwed(holder))).toEqual([true, true]);
    budget.give(many);
    budget.give(many);
    await Promise.all([waiting[0], waiting[2]]);
    expect(order).toEqual(['none', 'many']);
    // Between equals nobody gives way.
    expect([many, few, none].map(({ held }) => held)).toEqual([2, 1, 1]);
    expect([many, few, none].map((holder) => budget.isOwed(holder))).toEqual([false, false, false]);
    budget.give(many);
    await waiting[1];
    expect(order).toEqual(['none', 'many', 'few']);
  });

  test('gives up in time', async () => {
    const budget = new SessionBudget(0, () => false);
    await expect(budget.take(new Holder(), 5)).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  });
});
