import { sql } from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { connectionTo } from '../support/connect-to-backend.ts';
import { type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';
import { slowView } from './slow-view.ts';

const schema = 'pharus_leaving';
const user = 'pharus_leaver';

/** Ids of the statements that the user's sessions are running. */
async function running(backend: Backend): Promise<number> {
  const list = {
    mysql: `SELECT id FROM information_schema.processlist WHERE user = ? AND command IN ('Query', 'Execute')`,
    postgresql: `SELECT pid AS id FROM pg_stat_activity WHERE usename = ? AND state = 'active'`,
  };
  return (await backend.query(list[backend.family], [user])).length;
}

describeEachBackend((backend) => {
  // It has no list: how its statements are stopped is in pglite-stopped.test.ts.
  if (backend.name === 'pglite') return test('PGlite has no list of processes', () => undefined);
  let gateway: Gateway;
  let base: string;
  let token: string;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.mouse (mouse_id int NOT NULL, PRIMARY KEY (mouse_id));
      INSERT INTO ${schema}.mouse VALUES (1), (2);
      CREATE TABLE ${schema}.session (mouse_id int NOT NULL, session int NOT NULL, PRIMARY KEY (mouse_id, session),
        FOREIGN KEY (mouse_id) REFERENCES ${schema}.mouse (mouse_id));
      INSERT INTO ${schema}.session VALUES (1, 1), (2, 1);
      ${slowView(backend, `${schema}.slow`, 30)}`);
    await backend.createUser(user, { all: [schema] });
    gateway = await openGateway();
    base = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    token = await gateway.login({ ...backend, user, password: 'secret' });
  });
  afterAll(async () => await gateway.close());

  /** Asks, leaves once the statement runs, and is to see it gone soon. */
  async function leave(method: string, path: string, body?: object): Promise<void> {
    const abort = new AbortController();
    const answered = fetch(`${base}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: abort.signal,
    }).then(
      async (answer) => expect.fail(`It was answered with ${answer.status}: ${await answer.text()}`),
      (error: Error) => expect(error.name).toBe('AbortError'),
    );
    await Promise.race([expect.poll(() => running(backend), { timeout: 5000 }).toBe(1), answered]);
    abort.abort();
    await expect.poll(() => running(backend), { timeout: 2000, interval: 50 }).toBe(0);
    await answered;
  }

  describe('what a client who has left had asked for is run no longer', () => {
    test('records', () => leave('GET', tablePath(schema, 'Slow')));
    test('the count of records', () => leave('GET', `${tablePath(schema, 'Slow')}?limit=0`));
    test('a count', () => leave('GET', `${tablePath(schema, 'Slow', 'count')}?timeLimit=20000`));
    test('values', () => leave('GET', tablePath(schema, 'Slow', 'values/id')));
    test.each(['csv', 'parquet'])('an export as %s', (format) =>
      leave('GET', `${tablePath(schema, 'Slow', 'export')}?format=${format}`),
    );
    test('a query', () => leave('POST', '/query', { text: 'Slow & "id > 0"', schemas: [schema] }));
  });

  test.each([true, false])(
    'a delete that waits for a row is given up and deletes nothing, cascade %s',
    async (cascade) => {
      const holder = connectionTo(backend);
      const table = cascade ? 'Mouse' : 'Session';
      const restriction = encodeURIComponent(restrict(is('mouse_id', 1)));
      await holder.transaction(async (transaction) => {
        await transaction.execute(sql`SELECT * FROM ${sql.id(schema, 'session')} FOR UPDATE`);
        await leave('DELETE', `${tablePath(schema, table)}?restriction=${restriction}&cascade=${cascade}`);
      });
      await holder.close();
      expect(await backend.query(`SELECT * FROM ${schema}.session`)).toHaveLength(2);
    },
  );
});
