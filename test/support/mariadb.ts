import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';
import { startServer } from './start-server.ts';
import type { PrivateServer, ServerOptions } from './test-server.ts';

/** Starts a MariaDB of its own, with empty data, that is gone after `stop()`. */
export async function startMariadb(options: ServerOptions = {}): Promise<PrivateServer> {
  const server = await findOrInstall('mariadbd');
  const initialise = await findOrInstall('mariadb-install-db');
  const directory = await mkdtemp(join(tmpdir(), 'pharus-mariadb-'));
  try {
    await run(initialise, [
      '--no-defaults',
      `--datadir=${directory}/data`,
      `--tmpdir=${directory}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ]);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return await startServer({ product: 'mariadb', command: [server], directory, directoryInside: directory }, options);
}

/** Where MariaDB's programs are; on Debian and Ubuntu, root gets them installed. */
export async function findOrInstall(program: 'mariadbd' | 'mariadb-install-db' | 'mariadb'): Promise<string> {
  const found = find(program);
  if (found !== undefined) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && find('apt-get') !== undefined) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], quiet);
    const packages = ['mariadb-server-core', 'mariadb-client-core'];
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
    const installed = find(program);
    if (installed !== undefined) return installed;
  }
  throw new Error(
    `The tests need ${program} and did not find it: install MariaDB's server and client (Debian: mariadb-server-core and ` +
      'mariadb-client-core), or set TEST_MARIADB_URL=mysql://user:password@host:port to a server they may do anything to ' +
      '(the client is needed all the same).',
  );
}

function find(program: string): string | undefined {
  const extra = ['/usr/sbin', '/usr/libexec', '/usr/local/sbin', '/opt/homebrew/bin'];
  for (const directory of [...(process.env.PATH ?? '').split(delimiter), ...extra]) {
    const candidate = join(directory, program);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
