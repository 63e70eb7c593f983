import { inject } from 'vitest';
import type { TestServer } from '../support/test-server.ts';

/** The MariaDB of the matrix, or its MySQL: for what is the same on every database. */
export function mysqlServer(): TestServer {
  const { mariadb, mysql } = inject('servers');
  const server = mariadb.server ?? mysql.server;
  if (server === undefined) throw new Error('Expected a database server, got none.');
  return server;
}
