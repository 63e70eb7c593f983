import type { ConnectOptions, DriverSession } from '@pharus/datajoint';
import { expect, test, vi } from 'vitest';
import { budgetedDriver } from './budgeted-driver.ts';
import { SessionBudget } from './session-budget.ts';

const options: ConnectOptions = { host: 'db', port: 3306, user: 'ann', password: 'simple' };

test('a session holds its share until it is closed or destroyed, whichever comes first', async () => {
  const budget = new SessionBudget(5, () => {});
  const session = { close: vi.fn(async () => {}), destroy: vi.fn() } as unknown as DriverSession;
  const opened = await budgetedDriver({ connect: async () => session }, budget, 10).connect(options);
  expect(budget.taken).toBe(1);
  await opened.close();
  opened.destroy();
  await opened.close();
  expect(budget.taken).toBe(0);
});

test('a session that cannot be opened costs nothing', async () => {
  const budget = new SessionBudget(1, () => {});
  const driver = budgetedDriver({ connect: () => Promise.reject(new Error('down')) }, budget, 10);
  await expect(driver.connect(options)).rejects.toThrow('down');
  expect(budget.taken).toBe(0);
});
