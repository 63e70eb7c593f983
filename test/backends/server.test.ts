import { expect, test } from 'vitest';
import { describeEachBackend } from '../support/backends.ts';

describeEachBackend((backend) => {
  test('answers its version', async () => {
    const [row] = await backend.query<{ version: string }>('SELECT VERSION() AS version');
    expect(row?.version).toMatch(backend.name === 'mariadb' ? /mariadb/i : /^\d+\.\d+\.\d+/);
    expect(/mariadb/i.test(row?.version ?? '')).toBe(backend.name === 'mariadb');
  });
});
