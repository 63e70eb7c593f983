import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';
import { startServer } from './start-server.ts';
import type { PrivateServer, ServerOptions } from './test-server.ts';

/** Where `scripts/mysql-chroot.sh` puts MySQL proper. */
const mysqlChroot = process.env.PHARUS_TEST_MYSQL_CHROOT || '/var/cache/pharus-test/mysql-sid';

/** Why MySQL proper cannot be started here, or undefined where it can. */
export function whyNoMysql(): string | undefined {
  if (!existsSync(join(mysqlChroot, 'usr/sbin/mysqld'))) {
    return 'TEST_MYSQL_URL is not set and scripts/mysql-chroot.sh has made no chroot on this machine';
  }
  if (process.getuid?.() !== 0) return 'its chroot needs root to enter and TEST_MYSQL_URL is not set';
  return undefined;
}

/** Starts a MySQL of its own out of the chroot, with empty data, that is gone after `stop()`. */
export async function startMysql(options: ServerOptions = {}): Promise<PrivateServer> {
  const reason = whyNoMysql();
  if (reason !== undefined) throw new Error(`MySQL: not available because ${reason}.`);
  const directory = await mkdtemp(join(mysqlChroot, 'tmp', 'pharus-mysql-'));
  const directoryInside = directory.slice(mysqlChroot.length);
  const command = ['chroot', mysqlChroot, '/usr/sbin/mysqld'] as const;
  try {
    const [program, ...leading] = command;
    await run(program, [
      ...leading,
      '--no-defaults',
      '--initialize-insecure',
      '--user=root',
      `--datadir=${directoryInside}/data`,
      '--secure-file-priv=',
    ]);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return await startServer({ product: 'mysql', command: [...command], directory, directoryInside }, options);
}
