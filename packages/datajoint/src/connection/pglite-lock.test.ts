import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UnreachableError } from '../errors.ts';
import { lockFile } from './pglite-lock.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pharus-lock-'));
  path = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const holder = (): { pid: number; started: string; place: string } => JSON.parse(readFileSync(path, 'utf8'));

test('one holds it, until it is released', async () => {
  const release = await lockFile(path);
  await expect(lockFile(path)).rejects.toThrow(UnreachableError);
  await expect(lockFile(path)).rejects.toThrow('This process uses this data directory already');
  release();
  expect(existsSync(path)).toBe(false);
  (await lockFile(path))();
});

test('of many at once, one gets it', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockFile(path)));
  const held = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(held).toHaveLength(1);
  held[0]?.value();
});

test('a holder that lives is named', async () => {
  const child = spawn('sleep', ['60']);
  (await lockFile(path))();
  const release = await lockFile(path);
  const self = holder();
  release();
  writeFileSync(path, JSON.stringify({ ...self, pid: child.pid, started: '' }));
  await expect(lockFile(path)).rejects.toThrow(`Another process (${child.pid}) uses this data directory already`);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  (await lockFile(path))();
});

test('the number of a dead holder, used again by another process, is no holder', async () => {
  const release = await lockFile(path);
  const self = holder();
  release();
  writeFileSync(path, JSON.stringify({ ...self, started: `${self.started}1` }));
  const again = await lockFile(path);
  expect(holder()).toEqual(self);
  again();
});

test('a holder elsewhere is dead when it has been silent for a while, and lives when it has not', async () => {
  const elsewhere = JSON.stringify({ pid: 1, started: '1', place: 'another machine' });
  writeFileSync(path, elsewhere);
  const timer = setInterval(() => utimesSync(path, new Date(), new Date()), 500);
  await expect(lockFile(path)).rejects.toThrow('Another process (1)');
  clearInterval(timer);
  const release = await lockFile(path);
  expect(holder().pid).toBe(process.pid);
  release();
}, 20_000);

test('a file that says nothing is no holder for long', async () => {
  writeFileSync(path, '');
  const release = await lockFile(path);
  expect(holder().pid).toBe(process.pid);
  release();
}, 20_000);

test('what somebody else has taken meanwhile is not released', async () => {
  const release = await lockFile(path);
  writeFileSync(path, 'somebody else');
  release();
  expect(readFileSync(path, 'utf8')).toBe('somebody else');
});
