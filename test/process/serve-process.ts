import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/shared.ts';

export interface ServeProcess {
  readonly pid: number;
  /** What it printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Where it says it listens, once it does. Rejects where it ends before. */
  readonly url: Promise<string>;
  /** The exit code, once it has ended; the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  kill(signal?: NodeJS.Signals): void;
}

/** Starts `pharus serve` as its own process, with these variables and no others of ours: without the demo by default. */
export function startServe(environment: Readonly<Record<string, string>>, flags: readonly string[] = []): ServeProcess {
  const program = join(repositoryRoot, 'packages/server/dist/cli.js');
  if (!existsSync(program)) throw new Error('This test runs the built server: npm run build first.');
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program, 'serve', ...flags], {
    env: { PATH, PHARUS_DATABASE_HOSTS: '*', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [, found] = /ready at (\S+)\n/.exec(stdout) ?? [];
      if (found !== undefined) resolve(found);
    });
    ended.then((code) => reject(new Error(`It ended with ${code}: ${stderr}`)), reject);
  });
  // Whoever waits for its end only does not wait for this.
  url.catch(() => undefined);
  const pid = child.pid ?? 0;
  return {
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    url,
    ended,
    kill: (signal = 'SIGTERM') => child.kill(signal),
  };
}
