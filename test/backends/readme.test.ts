import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../packages/datajoint/src/index.ts';
import { repositoryRoot } from '../support/shared.ts';

const AsyncFunction = (async () => undefined).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs TypeScript that holds no types but casts, as a module would, and answers what it prints. */
async function printedBy(code: string): Promise<unknown[]> {
  const body = code.replaceAll(/^import (\{[^}]*\}) from '@pharus\/datajoint';/gm, 'const $1 = library;');
  expect(body).not.toBe(code);
  const printed: unknown[] = [];
  const log = (...values: unknown[]): unknown => printed.push(...values);
  const plain = body.replaceAll(/ as \w+<\w+>/g, '');
  await new AsyncFunction('library', 'console', plain)(library, { log });
  return printed;
}

const blocksOf = (file: string, language: string): readonly string[] => {
  const text = readFileSync(join(repositoryRoot, file), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code as string);
};

test("the example in the library's README does what it says, in at most 60 lines", async () => {
  const [code = ''] = blocksOf('packages/datajoint/README.md', 'ts');
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  expect(await printedBy(code)).toEqual([
    { successCount: 3, errors: [] },
    { remaining: 0, total: 3 },
    [
      expect.objectContaining({ subject: 1, mean: 7, sessions: expect.anything() }),
      expect.objectContaining({ subject: 2, mean: 2, sessions: expect.anything() }),
    ],
    { x: ['2026-03-02', '2026-03-09'], y: [5, 9] },
  ]);
}, 180_000);

test('the examples of all operators print what the guide says', async () => {
  const guide = 'docs/how-to/ask-with-operators.md';
  const printed = await printedBy(blocksOf(guide, 'ts').join('\n'));
  // Integers of 64 bits are bigints, which the guide shows as numbers.
  const plain = JSON.stringify(printed, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  expect(JSON.parse(plain)).toEqual(blocksOf(guide, 'json').flatMap((block) => JSON.parse(block) as unknown[]));
}, 180_000);
