import pg from 'pg';
import { type Backend, type ConnectedBackend, literal, quoted } from './backend.ts';
import { restorePostgres } from './restore.ts';
import { filledIn } from './sql-text.ts';
import type { TestServer } from './test-server.ts';

/** Integers of at most 32 bits and floating-point numbers, by their type's number; all else stays the text it is. */
const numbers: ReadonlySet<number> = new Set([21, 23, 26, 700, 701]);
const bytea = 17;

/** PostgreSQL, through `pg` and `psql`. */
export function connectPostgresBackend(server: TestServer): ConnectedBackend {
  const { host, port, user, password, database = 'postgres' } = server;
  const options = {
    host,
    port,
    user,
    password,
    database,
    types: {
      getTypeParser: (type: number): ((text: string) => unknown) =>
        numbers.has(type)
          ? Number
          : type === bytea
            ? (pg.types.getTypeParser(type) as (text: string) => unknown)
            : String,
    },
  };
  let pool: pg.Pool | undefined;
  const query: Backend['query'] = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    pool ??= open(options);
    const answer: pg.QueryResult | pg.QueryResult[] = await pool.query(filledIn(sql, values));
    return ((Array.isArray(answer) ? answer.at(-1)?.rows : answer.rows) ?? []) as Row[];
  };
  const backend: Backend = {
    ...postgresBackend(server, query),
    address: `postgresql://${host}:${port}/${database}`,
    async createUser(name, { password: secret = 'secret', all = [], read = [] } = {}) {
      const known = await query('SELECT 1 FROM pg_roles WHERE rolname = ?', [name]);
      if (known.length > 0) await query(`DROP OWNED BY ${quoted(name)}; DROP ROLE ${quoted(name)}`);
      await query(`CREATE ROLE ${quoted(name)} LOGIN PASSWORD ${literal(secret)}`);
      for (const [privileges, schemas] of [['ALL', all] as const, ['SELECT', read] as const]) {
        for (const schema of schemas.map(quoted)) {
          await query(`GRANT ${privileges === 'ALL' ? 'ALL' : 'USAGE'} ON SCHEMA ${schema} TO ${quoted(name)}`);
          for (const kind of ['TABLES', 'SEQUENCES']) {
            await query(`GRANT ${privileges} ON ALL ${kind} IN SCHEMA ${schema} TO ${quoted(name)};
              ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT ${privileges} ON ${kind} TO ${quoted(name)}`);
          }
        }
      }
    },
    async restore(file, { once = false } = {}) {
      if (!once) return await restorePostgres(server, file);
      // Test files run side by side: the first to come restores, under a lock, and leaves a mark.
      const lock = new pg.Client(options);
      await lock.connect();
      try {
        await lock.query(`SELECT pg_advisory_lock(600); CREATE SCHEMA IF NOT EXISTS pharus_test_restored;
          CREATE TABLE IF NOT EXISTS pharus_test_restored.dump (file text PRIMARY KEY)`);
        const marks = await lock.query(`SELECT 1 FROM pharus_test_restored.dump WHERE file = ${literal(file)}`);
        if (marks.rows.length > 0) return;
        await restorePostgres(server, file);
        await lock.query(`INSERT INTO pharus_test_restored.dump VALUES (${literal(file)})`);
      } finally {
        await lock.end();
      }
    },
  };
  return { backend, close: async () => await pool?.end() };
}

function open(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...options, max: 4 });
  // Of a server that is stopped, the connections that are idle say so.
  pool.on('error', () => undefined);
  return pool;
}

/** What PostgreSQL and PGlite do alike, given the way to ask them. */
export function postgresBackend(
  server: TestServer,
  query: Backend['query'],
): Omit<Backend, 'address' | 'createUser' | 'restore'> {
  const dropSchemas = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) await query(`DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`);
  };
  return {
    ...server,
    name: server.product,
    family: 'postgresql',
    query,
    dropSchemas,
    async createSchemas(...names) {
      await dropSchemas(...names);
      for (const name of names) await query(`CREATE SCHEMA ${quoted(name)}`);
    },
    async deleteRows(...tables) {
      const deletes = tables.map((table) => `DELETE FROM ${table}`).join('; ');
      await query(`BEGIN; SET LOCAL session_replication_role = replica; ${deletes}; COMMIT`);
    },
  };
}
