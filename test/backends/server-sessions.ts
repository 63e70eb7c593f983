import type { Backend } from '../support/backends.ts';

/** What a server has of its own for each that is connected. PGlite has but one session, that of the process. */
export async function sessionsOf(backend: Backend, user: string): Promise<number[]> {
  if (backend.name === 'pglite') return [];
  const query = {
    mysql: 'SELECT id FROM information_schema.processlist WHERE LEFT(user, LENGTH(?)) = ?',
    postgresql: 'SELECT pid AS id FROM pg_stat_activity WHERE starts_with(usename, ?) AND starts_with(usename, ?)',
  };
  return (await backend.query<{ id: string }>(query[backend.family], [user, user])).map(({ id }) => Number(id));
}

/** Those of them that have a transaction under way. */
export async function transactionsOf(backend: Backend, user: string): Promise<number[]> {
  if (backend.name === 'pglite') return [];
  const query = {
    mysql: `SELECT id FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
      WHERE LEFT(user, LENGTH(?)) = ?`,
    postgresql: `SELECT pid AS id FROM pg_stat_activity WHERE starts_with(usename, ?) AND starts_with(usename, ?)
      AND xact_start IS NOT NULL`,
  };
  return (await backend.query<{ id: string }>(query[backend.family], [user, user])).map(({ id }) => Number(id));
}

/** Ends one of them. */
export async function endSession(backend: Backend, id: number): Promise<void> {
  await backend.query({ mysql: `KILL ${id}`, postgresql: `SELECT pg_terminate_backend(${id})` }[backend.family]);
}

/** Allows a user so many sessions at once; 0 for as many as there may be. */
export async function limitSessions(backend: Backend, user: string, most: number): Promise<void> {
  if (backend.name === 'pglite') return;
  const statement = {
    mysql: `ALTER USER ${user} WITH MAX_USER_CONNECTIONS ${most}`,
    postgresql: `ALTER ROLE ${user} CONNECTION LIMIT ${most === 0 ? -1 : most}`,
  };
  await backend.query(statement[backend.family]);
}
