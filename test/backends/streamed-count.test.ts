import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEachBackend } from '../support/backends.ts';
import { type Gateway, openGateway, tablePath } from './gateway.ts';
import { slowView } from './slow-view.ts';

const schema = 'pharus_streamed_count';

describeEachBackend((backend) => {
  let gateway: Gateway;
  let token: string;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    const digits = 'SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4';
    const numbers = Array.from({ length: 6 }, (_, place) => `(${digits}) n${place}`);
    const number = Array.from({ length: 6 }, (_, place) => `n${place}.d * ${5 ** place}`).join(' + ');
    await backend.query(`
      CREATE TABLE ${schema}.many (id int NOT NULL, note varchar(60) NOT NULL, PRIMARY KEY (id));
      INSERT INTO ${schema}.many SELECT ${number}, 'a note that makes the page too long to be kept whole' FROM ${numbers.join(', ')};
      ${slowView(backend, `${schema}.slow`, 2)}`);
    const environment = { PHARUS_POOL_MAX: '1', PHARUS_POOL_WAIT: '1s', PHARUS_METADATA_AGE: '1m' };
    gateway = await openGateway({ environment });
    token = await gateway.login(backend);
    // Nothing is to be looked up later on, behind those who wait.
    for (const table of ['Many', 'Slow']) await gateway.ask('GET', tablePath(schema, table, 'attribute'), { token });
  });
  afterAll(async () => await gateway.close());

  test('a page that is under way gets its count, however many wait for a session', async () => {
    const page = gateway.ask('GET', tablePath(schema, 'Many'), { token, query: { limit: '12000' } });
    const slow = Array.from({ length: 8 }, () => gateway.ask('GET', tablePath(schema, 'Slow'), { token }));
    const { status, json } = await page;
    expect([status, (json.records as unknown[]).length, json.totalCount]).toEqual([200, 12_000, 15_625]);
    const statuses = (await Promise.all(slow)).map((answer) => answer.status);
    expect(statuses.every((each) => each === 200 || each === 503)).toBe(true);
  });
});
