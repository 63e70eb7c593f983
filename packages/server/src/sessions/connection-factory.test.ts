import { setTimeout as delay } from 'node:timers/promises';
import { type Driver, OverloadedError, sql } from '@pharus/datajoint';
import { expect, test } from 'vitest';
import { connectionFactory } from './connection-factory.ts';
import { SessionBudget } from './session-budget.ts';

/** Sessions that take their time. */
const slow: Driver = {
  connect: async () => ({
    server: { product: 'postgresql', version: '18', sessionId: 1, isEncrypted: false },
    isUsable: true,
    execute: async () => {
      await delay(20);
      return { columns: ['one'], rows: [['1']], affectedRows: 1 };
    },
    async *stream() {},
    close: async () => undefined,
    destroy: () => undefined,
  }),
};

test('of the demo, whose visitors are many, so many wait in line and the others are told', async () => {
  const connection = connectionFactory(slow)({
    family: 'demo',
    host: 'demo',
    address: 'demo',
    port: 0,
    user: 'demo',
    password: 'demo',
    pool: { maxSlow: 2, max: 1, maxWaiting: 1, idleTimeout: 1000, lifetime: 60_000, acquireTimeout: 30_000 },
    // None of its sessions is one of a database.
    budget: new SessionBudget(0, () => false),
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 450 }, () => connection.execute(sql`SELECT 1`)));
  const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(refused).toHaveLength(50);
  for (const { reason } of refused) {
    expect(reason).toBeInstanceOf(OverloadedError);
    expect(reason.message).toBe('Too many wait for the database already. Try again shortly.');
  }
  expect(connection.state).toMatchObject({ size: 100, waiting: 0 });
  await connection.close();
});
