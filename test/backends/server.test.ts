import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';

const schema = 'pharus_server';

describeEachBackend((backend) => {
  let api: Api;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    api = await startApi();
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(schema);
  });

  test('answers its version', async () => {
    const [row] = await backend.query<{ version: string }>('SELECT VERSION() AS version');
    const versions = {
      mariadb: /^\d+\.\d+\.\d+-mariadb/i,
      mysql: /^(?!.*mariadb)\d+\.\d+\.\d+/i,
      postgres: /^PostgreSQL \d+\.\d+ (?!\(PGlite)/,
      pglite: /^PostgreSQL \d+\.\d+ \(PGlite/,
    };
    expect(row?.version).toMatch(versions[backend.name]);
  });

  test('answers the administrator and the server alike', async () => {
    await backend.query(`
      CREATE TABLE ${schema}."#species" (species_id int NOT NULL, name varchar(20) NOT NULL, PRIMARY KEY (species_id));
      CREATE TABLE ${schema}.subject (subject_id int NOT NULL, species_id int NOT NULL, born date DEFAULT NULL,
        weight decimal(4,1) DEFAULT NULL, PRIMARY KEY (subject_id),
        FOREIGN KEY (species_id) REFERENCES ${schema}."#species" (species_id));
      INSERT INTO ${schema}."#species" VALUES (1, 'it''s; a ?'), (2, 'none')`);
    await backend.query(`INSERT INTO ${schema}.subject VALUES (?, ?, ?, NULL), (8, 1, NULL, 20.5)`, [
      7,
      '1',
      '2024-02-29',
    ]);
    expect(await backend.query(`SELECT * FROM ${schema}.subject WHERE subject_id IN (?) ORDER BY 1`, [[7, 8]])).toEqual(
      [
        { subject_id: 7, species_id: 1, born: '2024-02-29', weight: null },
        { subject_id: 8, species_id: 1, born: null, weight: '20.5' },
      ],
    );
    const client = await api.login(backend);
    const species = await client.get(tablePath(schema, 'Species', 'record'));
    expect(species.json()).toMatchObject({
      records: [
        [1, "it's; a ?"],
        [2, 'none'],
      ],
      totalCount: 2,
    });
    await backend.deleteRows(`${schema}."#species"`);
    const deleted = await client.get(tablePath(schema, 'Species', 'record'));
    expect(deleted.json()).toMatchObject({ records: [], totalCount: 0 });
  });

  test('a user sees what it was given', async () => {
    await backend.createUser('pharus_server', { read: [schema] });
    const client = await api.login({ ...backend, user: 'pharus_server', password: 'secret' });
    expect((await client.get('/schema')).json()).toMatchObject({ schemaNames: expect.arrayContaining([schema]) });
    expect((await client.get(tablePath(schema, 'Species', 'record'))).status).toBe(200);
  });
});
