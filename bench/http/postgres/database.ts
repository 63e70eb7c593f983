import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../../../test/support/postgres.ts';
import type { BenchDatabase } from '../database.ts';
import { schema } from '../pipeline.ts';
import { smallSchema, statements } from './data.ts';

/** A PostgreSQL of its own. */
export async function startPostgresDatabase(): Promise<BenchDatabase> {
  const server = await startPostgres({
    settings: { shared_buffers: '512MB', shared_preload_libraries: 'pg_stat_statements' },
  });
  const { host, port, user, password, psql } = server;
  const databaseAddress = `postgresql://${host}:${port}/postgres`;
  await psql(statements.join(';\n'));
  // Counts for all databases, and stands where it is not seen.
  await psql('CREATE EXTENSION pg_stat_statements', 'template1');
  await psql('VACUUM ANALYZE');
  const main = Number(readFileSync(join(server.directory, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    name: 'postgresql',
    version: `PostgreSQL ${server.version}`,
    login: { databaseAddress, username: user, password },
    pids: [main],
    settings: { PHARUS_DATABASE_HOSTS: '*' },
    floor: { host, port, user, password },
    statements: async () => Number(await psql('SELECT sum(calls) FROM pg_stat_statements', 'template1')),
    async addSchema(name, tables) {
      // A program takes only so many of them as its argument.
      for (let rest = [...smallSchema(name, tables)]; rest.length > 0; ) await psql(rest.splice(0, 500).join(';\n'));
    },
    async addReader(username) {
      await psql(`CREATE ROLE ${username} LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA ${schema} TO ${username};
        GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${username}`);
      return { databaseAddress, username, password: 'reads' };
    },
    stop: () => server.stop(),
  };
}
