import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';

const schema = 'pharus_concurrent';
const at = (table: string): string => tablePath(schema, table, 'record');
const is = (attributeName: string, value: unknown): string =>
  encodeRestriction([{ attributeName, operation: '=', value }]);
/** What a request may be told that met others: try again, or what the others left does not allow it. */
const documented =
  /^(?:ConcurrencyError|IntegrityError|datajoint\.errors\.DuplicateError|OverloadedError): |Nothing to delete|"IntegrityError"/;

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.parent (id int NOT NULL, value int NOT NULL DEFAULT 0, PRIMARY KEY (id));
      CREATE TABLE ${schema}.child (child int NOT NULL, id int NOT NULL, PRIMARY KEY (child),
        FOREIGN KEY (id) REFERENCES ${schema}.parent (id));
      CREATE TABLE ${schema}.grandchild (grandchild int NOT NULL, child int NOT NULL, PRIMARY KEY (grandchild),
        FOREIGN KEY (child) REFERENCES ${schema}.child (child))`);
    api = await startApi({ PHARUS_POOL_MAX: '16', PHARUS_POOL_WAIT: '30s' });
    client = await api.login(backend);
  });
  beforeEach(() =>
    backend.query(`DELETE FROM ${schema}.grandchild; DELETE FROM ${schema}.child; DELETE FROM ${schema}.parent;
      INSERT INTO ${schema}.parent (id) VALUES (1), (2), (3)`),
  );
  afterAll(() => api?.close());

  test('fifty updates of two records in opposite order all succeed, one after another', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const value = 100 + index;
        const records = [
          { id: 1, value },
          { id: 2, value },
        ];
        if (index % 2 === 1) records.reverse();
        return { value, ...(await client.patch(at('Parent'), { records })) };
      }),
    );
    expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
    const stored = await backend.query<{ value: number }>(`SELECT value FROM ${schema}.parent WHERE id < 3`);
    expect(stored[0]?.value).toBe(stored[1]?.value);
    expect(stored[0]?.value).toBeGreaterThanOrEqual(100);
  });

  test('a cascade delete that runs while children are inserted leaves no orphan and no half', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ids = [1, 2, 3].map((id) => `SELECT ${id} AS id`).join(' UNION ALL ');
      await backend.query(`INSERT INTO ${schema}.parent (id) SELECT id FROM (${ids}) AS given
        WHERE NOT EXISTS (SELECT 1 FROM ${schema}.parent AS p WHERE p.id = given.id)`);
      const first = round * 100;
      const inserts = Array.from({ length: 20 }, async (_, index) => {
        const child = first + index;
        const inserted = await client.post(at('Child'), { records: [{ child, id: 1 }] });
        if (inserted.status !== 200) return inserted;
        return await client.post(at('Grandchild'), { records: [{ grandchild: child, child }] });
      });
      const deletes = Array.from({ length: 3 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, 5 * index));
        return await client.delete(`${at('Parent')}?restriction=${is('id', 1)}&cascade=true`);
      });
      for (const { status, text } of await Promise.all([...inserts, ...deletes])) {
        if (status !== 200) expect(text).toMatch(documented);
      }
      const orphans = await backend.query(`
        SELECT 1 FROM ${schema}.child c LEFT JOIN ${schema}.parent p ON p.id = c.id WHERE p.id IS NULL UNION ALL
        SELECT 1 FROM ${schema}.grandchild g LEFT JOIN ${schema}.child c ON c.child = g.child WHERE c.child IS NULL`);
      expect(orphans).toEqual([]);
      const [row] = await backend.query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${schema}.parent`);
      expect(['2', '3']).toContain(String(row?.n));
    }
  });

  test('a record inserted by many at once is there once, and one of them was told so', async () => {
    const asked = Array.from({ length: 20 }, () => client.post(at('Parent'), { records: [{ id: 9 }, { id: 10 }] }));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, text } of answers) if (status !== 200) expect(text).toMatch(documented);
    expect(await backend.query(`SELECT id FROM ${schema}.parent WHERE id > 8`)).toHaveLength(2);
  });

  test('a record deleted by many at once is gone, and one of them was told so', async () => {
    const asked = Array.from({ length: 20 }, () => client.delete(`${at('Parent')}?restriction=${is('id', 3)}`));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, text } of answers) if (status !== 200) expect(text).toMatch(documented);
  });
});
