import { type Driver, type DriverSession, OverloadedError } from '@pharus/datajoint';
import { expect, test } from 'vitest';
import { budgetedDriver } from './budgeted-driver.ts';
import { SessionBudget } from './session-budget.ts';

const options = { host: 'db', port: 3306, user: 'u', password: 'p' };

function fakeDriver(): Driver {
  return {
    connect: async () =>
      ({
        isUsable: true,
        execute: async () => undefined,
        close: async () => undefined,
        destroy: () => undefined,
      }) as unknown as DriverSession,
  };
}

test('a session takes one of the budget until it is closed or dropped, once', async () => {
  const budget = new SessionBudget(2, () => false);
  const driver = budgetedDriver(fakeDriver(), budget, 20);
  const [first, second] = [await driver.connect(options), await driver.connect(options)];
  await expect(driver.connect(options)).rejects.toThrow(OverloadedError);
  await first.close();
  first.destroy();
  second.destroy();
  expect(budget.taken).toBe(0);
});

test('a session that has served is of no more use where another user waits for one', async () => {
  const budget = new SessionBudget(1, () => false);
  const [one, other] = [budgetedDriver(fakeDriver(), budget, 1000), budgetedDriver(fakeDriver(), budget, 1000)];
  const session = await one.connect(options);
  expect(session.isUsable).toBe(true);
  const waiting = other.connect(options);
  // It was opened for somebody, who has not had it yet.
  expect(session.isUsable).toBe(true);
  await session.execute({ text: 'SELECT 1', params: [] });
  expect(session.isUsable).toBe(false);
  await session.close();
  expect((await waiting).isUsable).toBe(true);
});

test('a session that cannot be opened gives its place back', async () => {
  const budget = new SessionBudget(1, () => false);
  const failing: Driver = { connect: () => Promise.reject(new Error('down')) };
  await expect(budgetedDriver(failing, budget, 20).connect(options)).rejects.toThrow('down');
  expect(budget.taken).toBe(0);
});

test('a session writes records itself where its driver does', async () => {
  const budget = new SessionBudget(2, () => false);
  const plain = await budgetedDriver(fakeDriver(), budget, 20).connect(options);
  expect(plain.records).toBeUndefined();
  async function* records() {
    yield { count: 1, json: '[1]', last: () => '[1]' };
  }
  const driver = fakeDriver();
  const writing = { connect: async () => Object.assign(await driver.connect(options), { records }) };
  const session = await budgetedDriver(writing, budget, 20).connect(options);
  const batches = session.records?.({ text: 'SELECT 1', params: [] }, { columns: [], end: '' });
  expect(await batches?.[Symbol.asyncIterator]().next()).toMatchObject({ value: { json: '[1]' } });
});
