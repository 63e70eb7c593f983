import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import { afterAll, describe, inject, test } from 'vitest';
import { restore } from './restore.ts';
import type { Availability } from './servers.ts';
import type { TestServer } from './test-server.ts';

/** One server of the matrix as a test sees it. */
export interface Backend extends TestServer {
  readonly name: 'mariadb' | 'mysql';
  /** `mysql://user:password@host:port` of the administrator. */
  readonly url: string;
  /**
   * Runs raw SQL as the administrator; several statements may be given. Answers the rows as objects (the last
   * statement's), big numbers and dates as strings.
   */
  query<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Restores a dump (`.sql.gz`). With `once`, nothing is done where this server already got that file in this run, by
   * whichever test file: for dumps that are only read.
   */
  restore(file: string, options?: { readonly once?: boolean }): Promise<void>;
}

/**
 * Describes the same behaviour on every backend of the matrix.
 *
 * What is not there stands in the report as a passing line that says why (and is printed once when the run starts):
 * never a silent skip.
 */
export function describeEachBackend(body: (backend: Backend) => void): void {
  const servers = inject('servers');
  describeOne('mariadb', servers.mariadb, body);
  describeOne('mysql', servers.mysql, body);
}

function describeOne(
  name: 'mariadb' | 'mysql',
  { server, reason }: Availability,
  body: (backend: Backend) => void,
): void {
  const title = name === 'mariadb' ? 'MariaDB' : 'MySQL';
  if (server === undefined) {
    test(`${title}: not available because ${reason}`, () => undefined);
    return;
  }
  describe(title, () => {
    const { backend, close } = connectBackend(name, server);
    afterAll(close);
    body(backend);
  });
}

/** A backend of any server, one a test started by itself as well. Connects when first asked something. */
export function connectBackend(
  name: 'mariadb' | 'mysql',
  server: TestServer,
): { readonly backend: Backend; readonly close: () => Promise<void> } {
  const { host, port, user, password } = server;
  let pool: Pool | undefined;
  const query = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    pool ??= createPool({
      host,
      port,
      user,
      password,
      connectionLimit: 4,
      multipleStatements: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    });
    const [answer] = await pool.query<RowDataPacket[] | RowDataPacket[][]>(sql, [...values]);
    const last: unknown = Array.isArray(answer) && Array.isArray(answer.at(-1)) ? answer.at(-1) : answer;
    return Array.isArray(last) ? (last as Row[]) : [];
  };
  const backend: Backend = {
    ...server,
    name,
    url: `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}`,
    query,
    restore: async (file, { once = false } = {}) => {
      if (!once) return await restore(server, file);
      // Test files run side by side: the first to come restores, under a lock, and leaves a mark.
      const lock = createPool({ host, port, user, password, connectionLimit: 1 });
      try {
        await lock.query("DO GET_LOCK('pharus_restore', 600)");
        await lock.query('CREATE DATABASE IF NOT EXISTS pharus_test_restored');
        await lock.query('CREATE TABLE IF NOT EXISTS pharus_test_restored.dump (file varchar(700) PRIMARY KEY)');
        const [marks] = await lock.query<RowDataPacket[]>('SELECT 1 FROM pharus_test_restored.dump WHERE file = ?', [
          file,
        ]);
        if (marks.length > 0) return;
        await restore(server, file);
        await lock.query('INSERT INTO pharus_test_restored.dump VALUES (?)', [file]);
      } finally {
        await lock.end();
      }
    },
  };
  return { backend, close: async () => await pool?.end() };
}
