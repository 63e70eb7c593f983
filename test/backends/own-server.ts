import { inject } from 'vitest';
import { type Backend, connectBackend } from '../support/backends.ts';
import { startMariadb } from '../support/mariadb.ts';
import { startMysql, whyNoMysql } from '../support/mysql.ts';
import { startPostgres } from '../support/postgres.ts';
import type { ServerOptions, TestServer } from '../support/test-server.ts';

export interface OwnServerOptions extends ServerOptions {
  /** For PostgreSQL, `{log_statement: 'all'}`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface OwnServer {
  readonly backend: Backend;
  /** False where none could be started and it is the server that all tests share. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/** A server of the same kind that a test has for itself, where this machine can start one. */
export async function startOwnServer(
  name: Backend['name'],
  options: OwnServerOptions = {},
): Promise<OwnServer | undefined> {
  if (name === 'mysql' && whyNoMysql() !== undefined) return undefined;
  const { server, stop } = await start(name, options);
  const { backend, close } = connectBackend(server);
  return {
    backend,
    isOwn: true,
    async stop() {
      await close();
      await stop();
    },
  };
}

/** As {@link startOwnServer}, or the shared server where there is no other. */
export async function ownServerOr(shared: Backend, options: OwnServerOptions = {}): Promise<OwnServer> {
  const own = await startOwnServer(shared.name, options);
  return own ?? { backend: shared, isOwn: false, stop: async () => undefined };
}

async function start(
  name: Backend['name'],
  { settings = {}, ...options }: OwnServerOptions,
): Promise<{ readonly server: TestServer; readonly stop: () => Promise<void> }> {
  // Each backend of PGlite is a database of its own.
  if (name === 'pglite') return { server: inject('servers').pglite.server as TestServer, stop: async () => undefined };
  const starters = {
    mariadb: () => startMariadb(options),
    mysql: () => startMysql(options),
    postgres: () => startPostgres({ settings }),
  };
  const server = await starters[name]();
  return { server, stop: () => server.stop() };
}
