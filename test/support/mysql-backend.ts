import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import { type Backend, type ConnectedBackend, literal, quoted } from './backend.ts';
import { restore } from './restore.ts';
import type { TestServer } from './test-server.ts';

/** MariaDB and MySQL, through `mysql2` and MariaDB's command line. */
export function connectMysqlBackend(server: TestServer): ConnectedBackend {
  const { host, port, user, password } = server;
  let pool: Pool | undefined;
  const open = (): Pool => {
    const opened = createPool({
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
    // Names in double quotes, as the standard has them.
    opened.on('connection', (connection) => {
      connection.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
    });
    return opened;
  };
  const query = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    pool ??= open();
    const [answer] = await pool.query<RowDataPacket[] | RowDataPacket[][]>(sql, [...values]);
    const last: unknown = Array.isArray(answer) && Array.isArray(answer.at(-1)) ? answer.at(-1) : answer;
    return Array.isArray(last) ? (last as Row[]) : [];
  };
  const withoutForeignKeys = async (statements: readonly string[]): Promise<void> => {
    await query(`SET FOREIGN_KEY_CHECKS = 0; ${statements.join('; ')}; SET FOREIGN_KEY_CHECKS = 1`);
  };
  const dropSchemas = (...names: readonly string[]): Promise<void> =>
    withoutForeignKeys(names.map((name) => `DROP SCHEMA IF EXISTS ${quoted(name)}`));

  const backend: Backend = {
    ...server,
    name: server.product,
    family: 'mysql',
    address: `${host}:${port}`,
    query,
    dropSchemas,
    async createSchemas(...names) {
      await dropSchemas(...names);
      for (const name of names) await query(`CREATE SCHEMA ${quoted(name)} CHARACTER SET utf8mb4`);
    },
    deleteRows: (...tables) => withoutForeignKeys(tables.map((table) => `DELETE FROM ${table}`)),
    async createUser(name, { password: secret = 'secret', all = [], read = [] } = {}) {
      await query(`DROP USER IF EXISTS ${quoted(name)}; CREATE USER ${quoted(name)} IDENTIFIED BY ?`, [secret]);
      for (const schema of all) await query(`GRANT ALL ON ${quoted(schema)}.* TO ${quoted(name)}`);
      for (const schema of read) await query(`GRANT SELECT ON ${quoted(schema)}.* TO ${quoted(name)}`);
    },
    async restore(file, { once = false } = {}) {
      if (!once) return await restore(server, file);
      // Test files run side by side: the first to come restores, under a lock, and leaves a mark.
      const lock = createPool({ host, port, user, password, connectionLimit: 1, multipleStatements: true });
      try {
        await lock.query(`DO GET_LOCK('pharus_restore', 600); CREATE DATABASE IF NOT EXISTS pharus_test_restored;
          CREATE TABLE IF NOT EXISTS pharus_test_restored.dump (file varchar(700) PRIMARY KEY)`);
        const [marks] = await lock.query<RowDataPacket[]>(
          `SELECT 1 FROM pharus_test_restored.dump WHERE file = ${literal(file)}`,
        );
        if (marks.length > 0) return;
        await restore(server, file);
        await lock.query(`INSERT INTO pharus_test_restored.dump VALUES (${literal(file)})`);
      } finally {
        await lock.end();
      }
    },
  };
  return { backend, close: async () => await pool?.end() };
}
