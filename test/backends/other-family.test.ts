import { mysqlDriver, postgresDriver } from '@pharus/datajoint';
import { expect, test } from 'vitest';
import { describeFamily } from '../support/backends.ts';
import { startPostgres } from '../support/postgres.ts';

describeFamily('mysql', ({ host, port, user, password }) => {
  test('asked as PostgreSQL, it is told what it is', async () => {
    await expect(postgresDriver.connect({ host, port, user, password })).rejects.toThrow(
      `The database at ${host}:${port} is MySQL or MariaDB, not PostgreSQL. Its address is mysql://${host}:${port}.`,
    );
  });
});

test('PostgreSQL asked as MySQL is told what it is', async () => {
  const server = await startPostgres();
  const { host, port, user, password } = server;
  const connecting = mysqlDriver.connect({ host, port, user, password, connectTimeout: 1000 });
  await expect(connecting).rejects.toThrow(
    `The database at ${host}:${port} is PostgreSQL, not MySQL or MariaDB. Its address is postgresql://${host}:${port}/database.`,
  );
  await server.stop();
});
