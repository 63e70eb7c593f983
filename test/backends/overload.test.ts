import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, describeFamily } from '../support/backends.ts';
import { type Answer, type Gateway, openGateway, tablePath } from './gateway.ts';

const schema = 'pharus_overload';

describeFamily('mysql', (backend: Backend) => {
  const gateways: Gateway[] = [];
  const open = async (environment: Record<string, string> = {}): Promise<Gateway> => {
    const gateway = await openGateway({ environment });
    gateways.push(gateway);
    return gateway;
  };
  const user = (name: string) => ({ ...backend, user: `pharus_load_${name}`, password: 'secret' });
  const sessions = async (): Promise<number> => {
    const [row] = await backend.query<{ n: string }>(
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user LIKE 'pharus\\_load%'",
    );
    return Number(row?.n);
  };

  beforeAll(async () => {
    await backend.query(`DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema};
      CREATE TABLE ${schema}.counted (id int NOT NULL AUTO_INCREMENT, name varchar(40) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;
      CREATE SQL SECURITY INVOKER VIEW ${schema}.slow AS SELECT SLEEP(3) AS id`);
    for (const name of ['a', 'b']) {
      await backend.query(`DROP USER IF EXISTS pharus_load_${name}; CREATE USER pharus_load_${name} IDENTIFIED BY 'secret';
        GRANT ALL ON ${schema}.* TO pharus_load_${name}`);
    }
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
  });

  test('two hundred logins at once are all let in or told to come again, and leave no session behind', async () => {
    for (const name of ['a', 'b']) await backend.query(`ALTER USER pharus_load_${name} WITH MAX_USER_CONNECTIONS 20`);
    const gateway = await open({ PHARUS_POOL_IDLE: '1s' });
    const body = (name: string) => ({
      databaseAddress: `${backend.host}:${backend.port}`,
      username: `pharus_load_${name}`,
      password: 'secret',
    });
    const asked = Array.from({ length: 200 }, async (_, index): Promise<Answer> => {
      const headers = { accept: 'application/problem+json' };
      return await gateway.ask('POST', '/login', { body: body(index % 2 === 0 ? 'a' : 'b'), headers });
    });
    const answers = await Promise.all(asked);
    for (const { status, headers, text } of answers) {
      if (status !== 200) expect([status, headers['retry-after'] !== undefined], text).toEqual([503, true]);
    }
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(20);
    expect((await gateway.ask('POST', '/login', { body: body('a') })).status).toBe(200);
    await expect.poll(sessions, { timeout: 8000, interval: 200 }).toBe(0);
    for (const name of ['a', 'b']) await backend.query(`ALTER USER pharus_load_${name} WITH MAX_USER_CONNECTIONS 0`);
  });

  test('one user with many slow requests keeps no other waiting, and is told there is no room', async () => {
    const gateway = await open({ PHARUS_POOL_MAX: '4', PHARUS_POOL_TOTAL: '8', PHARUS_POOL_WAIT: '1s' });
    const [a, b] = await Promise.all([gateway.login(user('a')), gateway.login(user('b'))]);
    const slow = Array.from({ length: 20 }, () => gateway.ask('GET', tablePath(schema, 'Slow'), { token: a }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let round = 0; round < 20; round += 1) {
      const start = performance.now();
      expect((await gateway.ask('GET', tablePath(schema, 'Counted'), { token: b })).status).toBe(200);
      expect(performance.now() - start).toBeLessThan(1000);
    }
    const statuses = (await Promise.all(slow)).map(({ status, text }) =>
      status === 200 ? 200 : `${status} ${text.split(':')[0]}`,
    );
    expect(new Set(statuses)).toEqual(new Set([200, '503 OverloadedError']));
  });

  test('a client that leaves right after it has sent its record never has it inserted twice', async () => {
    const gateway = await open();
    const address = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const token = await gateway.login(user('a'));
    const leaving = Array.from({ length: 60 }, async (_, index) => {
      const abort = new AbortController();
      const sent = fetch(`${address}${tablePath(schema, 'Counted')}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ records: [{ name: `record ${index}` }] }),
        signal: abort.signal,
      }).catch(() => undefined);
      setTimeout(() => abort.abort(), index);
      await sent;
    });
    await Promise.all(leaving);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stored = await backend.query<{ name: string }>(`SELECT name FROM ${schema}.counted`);
    expect(new Set(stored.map(({ name }) => name)).size).toBe(stored.length);
    const running = await backend.query(`SELECT 1 FROM information_schema.innodb_trx JOIN information_schema.processlist
      ON id = trx_mysql_thread_id WHERE user LIKE 'pharus\\_load%'`);
    expect(running).toEqual([]);
  });

  test('a session that is killed between two requests, or idles out, is replaced unnoticed', async () => {
    const gateway = await open();
    const token = await gateway.login(user('a'));
    for (const method of ['GET', 'POST', 'GET', 'POST'] as const) {
      const ids = await backend.query<{ id: string }>(
        "SELECT id FROM information_schema.processlist WHERE user LIKE 'pharus\\_load%'",
      );
      for (const { id } of ids) await backend.query(`KILL ${Number(id)}`);
      const asked = method === 'POST' ? { body: { records: [{ name: 'after a kill' }] } } : {};
      const { status, text } = await gateway.ask(method, tablePath(schema, 'Counted'), { token, ...asked });
      expect([status, text]).toEqual([200, expect.any(String)]);
    }
    const [row] = await backend.query<{ n: string }>(
      `SELECT COUNT(*) AS n FROM ${schema}.counted WHERE name = 'after a kill'`,
    );
    expect(Number(row?.n)).toBe(2);
  });
});
