import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type Gateway, is, openGateway, restrict, type SentStatement, tablePath } from './gateway.ts';
import { type OwnServer, ownServerOr } from './own-server.ts';

const schemas = ['pharus_cost_lab', 'pharus_cost_other', 'pharus_cost_third'] as const;
const [lab, , third] = schemas;
const user = 'pharus_cost';

/** The requests of a table view, each by name. */
const requests: Record<string, (gateway: Gateway, token: string) => Promise<{ status: number; text: string }>> = {
  record: (gateway, token) => gateway.ask('GET', tablePath(lab, 'Session'), { token }),
  'restricted record': (gateway, token) =>
    gateway.ask('GET', tablePath(lab, 'Session'), { token, query: { restriction: restrict(is('subject_id', 1)) } }),
  'record of a part': (gateway, token) => gateway.ask('GET', tablePath(lab, 'Session.Trial'), { token }),
  attribute: (gateway, token) => gateway.ask('GET', tablePath(lab, 'Session', 'attribute'), { token }),
  definition: (gateway, token) => gateway.ask('GET', tablePath(lab, 'Session', 'definition'), { token }),
  insert: (gateway, token) =>
    gateway.ask('POST', tablePath(lab, 'Session'), {
      token,
      body: { records: [{ subject_id: 1, session: 9, note: 'x' }] },
    }),
  update: (gateway, token) =>
    gateway.ask('PATCH', tablePath(lab, 'Session'), {
      token,
      body: { records: [{ subject_id: 1, session: 9, note: 'y' }] },
    }),
  dependency: (gateway, token) => gateway.ask('GET', tablePath(lab, 'Subject', 'dependency'), { token }),
  delete: (gateway, token) =>
    gateway.ask('DELETE', tablePath(lab, 'Session'), { token, query: { restriction: restrict(is('session', 9)) } }),
  'delete with cascade': (gateway, token) =>
    gateway.ask('DELETE', tablePath(lab, 'Session'), {
      token,
      query: { restriction: restrict(is('session', 1)), cascade: 'true' },
    }),
};

const pipeline = `
  CREATE TABLE ${lab}.subject (subject_id int NOT NULL, PRIMARY KEY (subject_id));
  CREATE TABLE ${lab}.session (subject_id int NOT NULL, session int NOT NULL, note varchar(20) DEFAULT NULL,
    PRIMARY KEY (subject_id, session), FOREIGN KEY (subject_id) REFERENCES ${lab}.subject (subject_id));
  CREATE TABLE ${lab}.session__trial (subject_id int NOT NULL, session int NOT NULL, trial int NOT NULL,
    PRIMARY KEY (subject_id, session, trial),
    FOREIGN KEY (subject_id, session) REFERENCES ${lab}.session (subject_id, session))`;

const rows = `
  DELETE FROM ${lab}.session__trial; DELETE FROM ${lab}.session; DELETE FROM ${lab}.subject;
  INSERT INTO ${lab}.subject VALUES (1), (2); INSERT INTO ${lab}.session VALUES (1, 1, NULL), (2, 1, NULL);
  INSERT INTO ${lab}.session__trial VALUES (1, 1, 1), (2, 1, 1)`;

/** Thousands of tables slow down whoever shares a server with them, and are made faster where nothing need last. */
const careless = {
  mariadb: [
    '--sync-frm=0',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--innodb-file-per-table=0',
  ],
  mysql: ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-file-per-table=0'],
  postgres: [],
  pglite: [],
} as const;

/** How many tables each schema gets beside its own. */
const crowds = { mariadb: 1000, mysql: 1000, postgres: 1000, pglite: 200 } as const;

describeEachBackend((shared: Backend) => {
  let server: OwnServer;
  let backend: Backend;
  let gateway: Gateway;
  let token: string;

  /** What each request sends when nothing is known yet. */
  const measure = async (): Promise<Record<string, SentStatement[]>> => {
    await backend.query(rows);
    const sent: Record<string, SentStatement[]> = {};
    for (const [name, request] of Object.entries(requests)) {
      gateway.statements.length = 0;
      const { status, text } = await request(gateway, token);
      expect(status, `${name}: ${text}`).toBe(200);
      sent[name] = [...gateway.statements];
    }
    return sent;
  };

  beforeAll(async () => {
    server = await ownServerOr(shared, { args: careless[shared.name] });
    backend = server.backend;
    await backend.createSchemas(...schemas);
    await backend.query(pipeline);
    await backend.createUser(user, { all: schemas });
    gateway = await openGateway({ environment: { PHARUS_METADATA_AGE: '0' } });
    token = await gateway.login({ ...backend, user, password: 'secret' });
  });
  afterAll(async () => {
    await gateway?.close();
    if (server?.isOwn === false) {
      await backend.dropSchemas(...schemas);
    }
    await server?.stop();
  });

  test('beside thousands of other tables a request sends the statements it sends alone, and names no other table', async () => {
    const alone = await measure();
    const engine = backend.family === 'mysql' ? ' ENGINE=MEMORY' : '';
    await backend.query(`CREATE TABLE ${third}.neighbour_target (id int PRIMARY KEY)`);
    await Promise.all(
      schemas.map(async (schema) => {
        // With a foreign key here and there, as pipelines have them.
        const tables = Array.from({ length: crowds[backend.name] }, (_, number) =>
          number % 100 === 0
            ? `CREATE TABLE ${schema}.neighbour_${number} (id int PRIMARY KEY, target int, FOREIGN KEY (target)
               REFERENCES ${third}.neighbour_target (id))`
            : `CREATE TABLE ${schema}.neighbour_${number} (id int PRIMARY KEY)${engine}`,
        );
        for (let at = 0; at < tables.length; at += 250) await backend.query(tables.slice(at, at + 250).join(';'));
      }),
    );
    const [count] = await backend.query<{ n: string }>(
      `SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_name LIKE 'neighbour%' AND table_schema IN (?)`,
      [schemas],
    );
    expect(Number(count?.n)).toBe(3 * crowds[backend.name] + 1);

    const beside = await measure();
    expect(beside).toEqual(alone);
    for (const statements of Object.values(beside)) {
      for (const { text, params } of statements) expect(`${text} ${params.join(' ')}`).not.toMatch(/neighbour/);
    }
  });

  test('reading one table takes no more than the look-up, the columns and the rows', async () => {
    gateway.statements.length = 0;
    await gateway.ask('GET', tablePath(lab, 'Session'), { token });
    expect(gateway.statements.map(({ text }) => text.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual(
      {
        mysql: ['SELECT table_name,', 'SHOW FULL', 'SELECT `subject_id`'],
        postgresql: ['SELECT c.relname,', 'SELECT a.attname,', 'SELECT "subject_id"'],
      }[backend.family],
    );
  });
});
