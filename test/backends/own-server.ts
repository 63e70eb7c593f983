import { type Backend, connectBackend } from '../support/backends.ts';
import { startMariadb } from '../support/mariadb.ts';
import { startMysql, whyNoMysql } from '../support/mysql.ts';
import type { ServerOptions } from '../support/test-server.ts';

export interface OwnServer {
  readonly backend: Backend;
  /** False where none could be started and it is the server that all tests share. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/** A server of the same kind that a test has for itself, where this machine can start one. */
export async function startOwnServer(
  name: Backend['name'],
  options: ServerOptions = {},
): Promise<OwnServer | undefined> {
  if (name === 'mysql' && whyNoMysql() !== undefined) return undefined;
  const server = name === 'mariadb' ? await startMariadb(options) : await startMysql(options);
  const { backend, close } = connectBackend(name, server);
  return {
    backend,
    isOwn: true,
    async stop() {
      await close();
      await server.stop();
    },
  };
}

/** As {@link startOwnServer}, or the shared server where there is no other. */
export async function ownServerOr(shared: Backend, options: ServerOptions = {}): Promise<OwnServer> {
  const own = await startOwnServer(shared.name, options);
  return own ?? { backend: shared, isOwn: false, stop: async () => undefined };
}
