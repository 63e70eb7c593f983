import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../packages/datajoint/src/index.ts';
import { repositoryRoot } from '../support/shared.ts';

test("the example in the library's README does what it says, in at most 65 lines", async () => {
  const readme = readFileSync(join(repositoryRoot, 'packages/datajoint/README.md'), 'utf8');
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(code.split('\n').length).toBeLessThanOrEqual(66);
  const body = code.replace(/^import (\{[^}]*\}) from '@pharus\/datajoint';/, 'const $1 = library;');
  expect(body).not.toBe(code);
  const printed: unknown[] = [];
  const AsyncFunction = (async () => undefined).constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction('library', 'console', body)(library, {
    log: (...values: unknown[]) => printed.push(...values),
  });
  expect(printed).toEqual([
    { successCount: 3, errors: [] },
    { remaining: 0, total: 3 },
    [
      expect.objectContaining({ subject: 1, mean: 7, sessions: expect.anything() }),
      expect.objectContaining({ subject: 2, mean: 2, sessions: expect.anything() }),
    ],
    { x: ['2026-03-02', '2026-03-09'], y: [5, 9] },
  ]);
}, 180_000);
