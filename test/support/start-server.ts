import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { freePort, type PrivateServer, type ServerOptions, stopServer, watchOver } from './test-server.ts';

/** Root of every server the tests start; they listen on 127.0.0.1 only and live for one run. */
const rootPassword = 'simple';

export interface ServerProgram {
  readonly product: 'mariadb' | 'mysql';
  /** The command and its leading arguments, `['chroot', '/var/...', '/usr/sbin/mysqld']`. */
  readonly command: readonly [string, ...string[]];
  /** The data directory's parent as this process sees it. */
  readonly directory: string;
  /** The same directory as the server sees it (differs in a chroot). */
  readonly directoryInside: string;
}

/** Starts an initialised server on a free port, gives root a password and waits until it answers. */
export async function startServer(program: ServerProgram, options: ServerOptions): Promise<PrivateServer> {
  const { directory, directoryInside: inside } = program;
  const port = await freePort();
  const [command, ...leading] = program.command;
  const logFile = join(directory, 'server.log');
  const log = openSync(logFile, 'a');
  const server = spawn(
    command,
    [
      ...leading,
      '--no-defaults',
      `--datadir=${inside}/data`,
      // A starting server deletes the temporary tables in its directory for them, those of others too.
      `--tmpdir=${inside}`,
      `--socket=${inside}/s.sock`,
      `--pid-file=${inside}/server.pid`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-log-bin',
      '--innodb-flush-log-at-trx-commit=2',
      '--max-connections=300',
      '--secure-file-priv=',
      `--general-log-file=${inside}/general.log`,
      `--general-log=${options.generalLog === true ? 1 : 0}`,
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
      ...(program.product === 'mysql' ? ['--mysqlx=OFF'] : []),
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', log, log], env: { ...process.env, ...options.env } },
  );
  closeSync(log);
  watchOver(server, directory);

  const stop = async (): Promise<void> => {
    await stopServer(server);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const admin = await connectWhenReady(server, join(directory, 's.sock'));
    try {
      await admin.query(`CREATE USER root@'%' IDENTIFIED BY '${rootPassword}'`);
      await admin.query("GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION");
      const [roots] = await admin.query("SELECT Host AS host FROM mysql.user WHERE User = 'root' AND Host <> '%'");
      for (const { host } of roots as { host: string }[]) {
        await admin.query('ALTER USER root@? IDENTIFIED BY ?', [host, rootPassword]);
      }
      const [rows] = await admin.query('SELECT VERSION()');
      const version = String(Object.values((rows as Record<string, unknown>[])[0] ?? {})[0]);
      const generalLogFile = join(directory, 'general.log');
      return {
        product: program.product,
        version,
        host: '127.0.0.1',
        port,
        user: 'root',
        password: rootPassword,
        directory,
        generalLogFile,
        stop,
      };
    } finally {
      await admin.end();
    }
  } catch (error) {
    const tail = readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');
    await stop();
    throw new Error(`The private ${program.product} server did not come up. The end of its log:\n${tail}`, {
      cause: error,
    });
  }
}

/** Over the socket, as root without a password: what a freshly initialised server lets in. */
async function connectWhenReady(server: ChildProcess, socketPath: string): Promise<Connection> {
  const giveUp = Date.now() + 60_000;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error('The server ended while starting.');
    try {
      return await createConnection({ socketPath, user: 'root' });
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
