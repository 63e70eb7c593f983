import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../support/shared.ts';
import { committedFiles } from '../support/source-files.ts';

const texts = committedFiles()
  .map((path) => ({ path, bytes: readFileSync(join(repositoryRoot, path)) }))
  .filter(({ bytes }) => !bytes.includes(0))
  .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }));

test('no committed file names a path of one machine', () => {
  // Home directories and the checkout itself; written so that this file does not name one either.
  const home = /(?:^|[\s"'`(=:])(?:\/home\/|\/Users\/|\/root\/|\/w[o]rk\/|\/f[a]rm\/)[\w.-]+/m;
  const checkout = new RegExp(`${repositoryRoot.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`);
  const named = texts.filter(({ text }) => home.test(text) || (repositoryRoot.length > 8 && checkout.test(text)));
  expect(named.map(({ path }) => path)).toEqual([]);
});

test('the lock file names no download address', () => {
  const lock = texts.find(({ path }) => path === 'package-lock.json')?.text ?? '';
  expect(lock).not.toBe('');
  expect(lock.match(/"resolved": *"(?:https?|git)[^"]*"/g) ?? []).toEqual([]);
});

test('no test is left out or run alone', () => {
  const marks = /\b(?:test|it|describe)\.(?:skip|only|todo|fails)\b/;
  const marked = texts.filter(({ path, text }) => /\.test\.tsx?$/.test(path) && marks.test(text));
  expect(marked.map(({ path }) => path).filter((path) => path !== 'test/repo/committed.test.ts')).toEqual([]);
});
