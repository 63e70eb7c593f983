import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../support/shared.ts';
import { committedFiles } from '../support/source-files.ts';

/** Files that may be longer than {@link longest} lines, each with its reason. */
const reasons: Readonly<Record<string, string>> = {};

const longest = 500;

test(`no source file is longer than ${longest} lines without a reason`, () => {
  const tooLong = committedFiles()
    .filter((path) => /\.(ts|tsx|js|mjs|sh)$/.test(path))
    .map((path) => ({ path, lines: readFileSync(join(repositoryRoot, path), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => `${path}: ${lines}`);
  expect(tooLong.filter((line) => reasons[line.split(':')[0] ?? ''] === undefined)).toEqual([]);
  expect(Object.keys(reasons).filter((path) => !tooLong.some((line) => line.startsWith(`${path}:`)))).toEqual([]);
});
