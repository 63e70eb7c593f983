import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../test/support/run.ts';
import { repositoryRoot } from '../../test/support/shared.ts';
import { freePort } from '../../test/support/test-server.ts';
import type { BenchDatabase, Login } from './database.ts';

/** A server that is measured, running. */
export interface Side {
  readonly name: 'reference' | 'floor' | 'pharus';
  readonly port: number;
  readonly pids: readonly number[];
  readonly token: string;
  stop(): Promise<void>;
}

/** Bare driver, `node:http` and `JSON.stringify`: see floor.ts. */
export async function startFloor({ name, floor }: BenchDatabase): Promise<Side> {
  const port = await freePort();
  const args = [join(import.meta.dirname, 'floor.ts'), name, JSON.stringify(floor), String(port)];
  const child = start(process.execPath, ['--import', 'tsx', ...args]);
  await whenItAnswers(child, port, '/schema');
  return { name: 'floor', port, pids: [child.pid as number], token: 'none', stop: () => stop(child) };
}

/** This repository's server, as `npm run build` left it. */
export async function startPharus({ login, settings }: Pick<BenchDatabase, 'login' | 'settings'>): Promise<Side> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'pharus-bench-'));
  const program = join(repositoryRoot, 'packages/server/dist/cli.js');
  if (!existsSync(program)) throw new Error('This measures the built server: npm run build first.');
  const child = start(process.execPath, [program, 'serve'], {
    PHARUS_PORT: String(port),
    PHARUS_DATA_DIR: directory,
    // As many at once as the floor has.
    PHARUS_POOL_MAX: '16',
    PHARUS_POOL_SLOW: '16',
    PHARUS_LOG_LEVEL: 'warn',
    ...settings,
  });
  await whenItAnswers(child, port, '/version');
  const stopAll = async (): Promise<void> => {
    await stop(child);
    await rm(directory, { recursive: true, force: true });
  };
  return { name: 'pharus', port, pids: [child.pid as number], token: await logIn(port, login), stop: stopAll };
}

/** The server that this one succeeds, from the Python package index, with two workers as its image starts it. */
export async function startReference({ login }: BenchDatabase): Promise<Side> {
  const directory = join(repositoryRoot, 'node_modules/.cache/pharus-python/pharus-0.8.12');
  const python = join(directory, 'bin/python');
  if (!existsSync(join(directory, 'finished'))) {
    await rm(directory, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', directory]);
    // Of its time: newer drivers do not go without encryption where the database has none.
    const wanted = ['pharus==0.8.12', 'datajoint==0.14.*', 'pymysql==1.1.*', 'gunicorn', 'setuptools<81'];
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted]);
    await writeFile(join(directory, 'finished'), `${wanted.join('\n')}\n`);
  }
  const port = await freePort();
  const child = start(
    python,
    ['-m', 'gunicorn', '--workers', '2', '--bind', `127.0.0.1:${port}`, '--log-level', 'error', 'pharus.server:app'],
    { PHARUS_PORT: String(port), ...keys() },
  );
  await whenItAnswers(child, port, '/version');
  return {
    name: 'reference',
    port,
    pids: [child.pid as number],
    token: await logIn(port, login),
    stop: () => stop(child),
  };
}

/** Its workers would each make their own. */
function keys(): Record<string, string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { PHARUS_PRIVATE_KEY: privateKey, PHARUS_PUBLIC_KEY: publicKey };
}

function start(command: string, args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(command, args, { env: { PATH, HOME, ...environment }, stdio: ['ignore', 'ignore', 'ignore'] });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await ended;
  }
}

async function whenItAnswers(child: ChildProcess, port: number, path: string): Promise<void> {
  for (const giveUp = Date.now() + 60_000; Date.now() < giveUp; ) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not answer in time.');
}

/** A token of a side's. */
export async function logIn(port: number, login: Login): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(login),
  });
  const { jwt } = (await answer.json()) as { jwt?: string };
  if (jwt === undefined) throw new Error('The login failed.');
  return jwt;
}
