import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeEachBackend } from '../support/backends.ts';
import { type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';

const schema = 'pharus_audit';

describeEachBackend((backend) => {
  let gateway: Gateway;
  let token: string;
  const [person, pet] = [tablePath(schema, 'Person'), tablePath(schema, 'Pet')];

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.person (person_id int NOT NULL, name varchar(20) NOT NULL, PRIMARY KEY (person_id));
      CREATE TABLE ${schema}.pet (pet_id int NOT NULL, person_id int NOT NULL, PRIMARY KEY (pet_id),
        FOREIGN KEY (person_id) REFERENCES ${schema}.person (person_id))`);
    gateway = await openGateway({ environment: { PHARUS_LOG_LEVEL: 'error' } });
    token = await gateway.login(backend);
  });
  afterAll(async () => {
    await gateway?.close();
    await backend.dropSchemas(schema);
  });
  beforeEach(() => {
    gateway.log.length = 0;
  });

  const insert = (path: string, ...records: readonly object[]) =>
    gateway.ask('POST', path, { token, body: { records } });

  test('each write that was made is one line, whatever the level of the log, and no other request is', async () => {
    const answers = [
      await insert(person, { person_id: 1, name: 'Ada' }, { person_id: 2, name: 'Bob' }),
      await insert(pet, { pet_id: 1, person_id: 1 }, { pet_id: 2, person_id: 1 }, { pet_id: 3, person_id: 2 }),
      await gateway.ask('PATCH', person, { token, body: { records: [{ person_id: 2, name: 'Eve' }] } }),
      await gateway.ask('GET', person, { token }),
      await insert(person, { person_id: 1, name: 'Ada' }),
      await gateway.ask('DELETE', person, { token, query: { restriction: restrict(is('person_id', 1)) } }),
      await gateway.ask('DELETE', person, {
        token,
        query: { restriction: restrict(is('person_id', 1)), cascade: 'true' },
      }),
      await gateway.ask('DELETE', pet, { token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 500, 409, 200, 200]);

    const written = [answers[0], answers[1], answers[2], answers[6], answers[7]];
    const lines = gateway.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ reqId }) => reqId)).toEqual(written.map((answer) => answer?.headers['x-request-id']));
    for (const line of lines) expect(line).toMatchObject({ msg: 'wrote', user: backend.user, ip: '127.0.0.1' });
    const change = (action: string, table: string, rows: number) => ({ action, schema, table, rows });
    expect(lines.map(({ audit }) => audit)).toEqual([
      [change('insert', 'person', 2)],
      [change('insert', 'pet', 3)],
      [change('update', 'person', 1)],
      [change('delete', 'person', 1), change('delete', 'pet', 2)],
      [change('delete', 'pet', 1)],
    ]);
    const { payload } = await gateway.app.inject({ url: '/metrics', headers: { host: 'localhost' } });
    expect(payload).toContain('\npharus_written_rows_total{action="insert"} 5\n');
    expect(payload).toContain('\npharus_written_rows_total{action="delete"} 4\n');
  });

  test('a silent log is silent', async () => {
    const silent = await openGateway({ environment: { PHARUS_LOG_LEVEL: 'silent' } });
    const body = { records: [{ person_id: 9, name: 'Zoe' }] };
    const answer = await silent.ask('POST', person, { token: await silent.login(backend), body });
    expect(answer.status).toBe(200);
    expect(silent.log).toEqual([]);
    await silent.close();
  });
});
