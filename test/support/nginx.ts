import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/** An nginx of its own, that is gone after `stop()`. */
export interface Nginx {
  stop(): Promise<void>;
}

/** Starts nginx with the `http` part of a configuration and waits until it listens on that port of 127.0.0.1. */
export async function startNginx(http: string, port: number): Promise<Nginx> {
  const program = await findOrInstall();
  const directory = await mkdtemp(join(tmpdir(), 'pharus-nginx-'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const configuration = `${process.getuid?.() === 0 ? 'user root;' : ''}
    daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n')}
      ${http}
    }`;
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration);
  const errorLog = join(directory, 'error.log');
  const child = spawn(program, ['-p', directory, '-c', file, '-e', errorLog], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  for (const giveUp = Date.now() + 20_000; !(await listens(port)); ) {
    if (child.exitCode !== null || Date.now() > giveUp) {
      await stop();
      throw new Error(`nginx did not start: ${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { stop };
}

async function findOrInstall(): Promise<string> {
  const places = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'];
  const find = (): string | undefined => places.find((place) => existsSync(place));
  if (
    find() === undefined &&
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    existsSync('/usr/bin/apt-get')
  ) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], quiet);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'nginx-light'], quiet);
  }
  const found = find();
  if (found === undefined)
    throw new Error('The tests need nginx and did not find it: install it (Debian: nginx-light).');
  return found;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
