import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type ApiAnswer, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { hasUsers } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';

const lab = 'pharus_priv_lab';
const secret = 'pharus_priv_secret';
const shared = 'pharus_priv_shared';
const parent = tablePath(lab, 'Parent', 'record');
const one = encodeRestriction([{ attributeName: 'parent_id', operation: '=', value: 1 }]);
const problem = { accept: 'application/problem+json' };

interface Conflict {
  readonly childSchema: string | null;
  readonly child_schema: string | null;
  readonly childTable: string | null;
  readonly child_table: string | null;
  readonly errorMessage: string;
}

describeEachBackend((backend: Backend) => {
  if (!hasUsers(backend)) {
    test('whoever asks may do anything, whatever the name and the password', async () => {
      const api = await startApi();
      await backend.createSchemas(lab);
      await backend.query(`CREATE TABLE ${lab}.parent (parent_id int NOT NULL, PRIMARY KEY (parent_id))`);
      for (const [index, user] of ['priv_alice', 'priv_bob', 'nobody'].entries()) {
        const client = await api.login({ ...backend, user, password: `any ${index}` });
        expect((await client.get('/schema')).json()).toEqual({ schemaNames: [lab] });
        expect((await client.post(parent, { records: [{ parent_id: index }] })).status).toBe(200);
      }
      expect((await (await api.login(backend)).get(parent)).json()).toMatchObject({ totalCount: 3 });
      await api.close();
    });
    return;
  }
  const { family } = backend;
  let api: Api;
  let root: ApiClient;
  let alice: ApiClient;
  let bob: ApiClient;
  /** May write to a child that he may not read. */
  let dave: ApiClient;
  const texts: string[] = [];

  /** Notes all that alice is told. */
  const told = async (answer: Promise<ApiAnswer>): Promise<ApiAnswer> => {
    const known = await answer;
    texts.push(known.text, JSON.stringify(known.headers));
    return known;
  };
  const login = (user: string): Promise<ApiClient> => api.login({ ...backend, user, password: 'secret' });
  const count = async (table: string): Promise<number> => {
    const [row] = await backend.query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${table}`);
    return Number(row?.n);
  };

  beforeAll(async () => {
    await backend.createSchemas(lab, secret, shared);
    await backend.query(`
      CREATE TABLE ${lab}.parent (parent_id int NOT NULL, code int DEFAULT NULL, note varchar(40) DEFAULT NULL,
        PRIMARY KEY (parent_id), UNIQUE (code));
      CREATE TABLE ${lab}.unseen (unseen_id int NOT NULL, PRIMARY KEY (unseen_id));
      CREATE TABLE ${secret}.hidden_child (parent_id int NOT NULL, PRIMARY KEY (parent_id),
        CONSTRAINT hidden_constraint FOREIGN KEY (parent_id) REFERENCES ${lab}.parent (parent_id));
      CREATE TABLE ${secret}.hidden_code (hidden_id int NOT NULL, code int NOT NULL, PRIMARY KEY (hidden_id),
        CONSTRAINT hidden_by_code FOREIGN KEY (code) REFERENCES ${lab}.parent (code));
      CREATE TABLE ${secret}.hidden_parent (hidden_id int NOT NULL, PRIMARY KEY (hidden_id));
      CREATE TABLE ${shared}.letter_box (letter_id int NOT NULL, parent_id int NOT NULL, PRIMARY KEY (letter_id),
        FOREIGN KEY (parent_id) REFERENCES ${lab}.parent (parent_id));
      CREATE TABLE ${shared}.of_hidden (hidden_id int NOT NULL, PRIMARY KEY (hidden_id),
        CONSTRAINT to_hidden FOREIGN KEY (hidden_id) REFERENCES ${secret}.hidden_parent (hidden_id))`);
    await backend.query(
      {
        mysql: `CREATE SQL SECURITY INVOKER VIEW ${lab}.who AS SELECT 1 AS id, CURRENT_USER() AS name`,
        postgresql: `CREATE VIEW ${lab}.who WITH (security_invoker) AS SELECT 1 AS id, CAST(CURRENT_USER AS text) AS name`,
      }[family],
    );
    for (const user of ['priv_alice', 'priv_dave']) await backend.createUser(user);
    await backend.createUser('priv_bob', { all: [lab, secret, shared] });
    for (const user of family === 'postgresql' ? ['priv_alice', 'priv_dave'] : []) {
      await backend.query(`GRANT USAGE ON SCHEMA ${lab}, ${shared} TO ${user}`);
    }
    await backend.query(`
      GRANT INSERT ON ${shared}.letter_box TO priv_dave; GRANT SELECT, DELETE ON ${lab}.parent TO priv_dave;
      GRANT SELECT, DELETE, UPDATE ON ${lab}.parent TO priv_alice; GRANT SELECT ON ${lab}.who TO priv_alice;
      GRANT SELECT, INSERT ON ${shared}.of_hidden TO priv_alice`);
    api = await startApi();
    root = await api.login(backend);
    alice = await login('priv_alice');
    bob = await login('priv_bob');
    dave = await login('priv_dave');
  });
  beforeEach(async () => {
    await backend.query(`
      DELETE FROM ${secret}.hidden_child; DELETE FROM ${secret}.hidden_code; DELETE FROM ${shared}.letter_box; DELETE FROM ${lab}.parent;
      INSERT INTO ${lab}.parent VALUES (1, 11, 'one'), (2, 12, 'two'), (3, 13, 'three')`);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(shared, secret, lab);
  });

  test('lists hold what the grants show', async () => {
    expect((await told(alice.get('/schema'))).json()).toEqual({ schemaNames: [lab, shared] });
    const tables = (await told(alice.get(`/schema/${lab}/table`))).json();
    expect(tables).toMatchObject({ tableTypes: { manual: ['Parent', 'Who'] } });
    const hidden = await told(alice.get(`/schema/${secret}/table`));
    expect(hidden.text).toMatch(/^SchemaNotFound: /);
    for (const [schema, table] of [
      [secret, 'HiddenChild'],
      [lab, 'Unseen'],
    ] as const) {
      for (const route of ['record', 'attribute', 'definition', 'dependency'] as const) {
        const answer = await alice.get(tablePath(schema, table, route), problem);
        expect([answer.status, answer.text]).toEqual([404, expect.stringMatching(/NOT_FOUND/)]);
      }
      for (const send of [alice.post, alice.patch]) {
        expect((await send(tablePath(schema, table, 'record'), { records: [{ x: 1 }] })).text).toMatch(/NotFound: /);
      }
      expect((await alice.delete(`${tablePath(schema, table, 'record')}?cascade=true`)).text).toMatch(/NotFound: /);
    }
  });

  test('a delete that a hidden table forbids is a conflict without names, and nothing goes', async () => {
    for (const row of [`${secret}.hidden_child VALUES (1)`, `${secret}.hidden_code VALUES (1, 11)`]) {
      await backend.query(`DELETE FROM ${secret}.hidden_child; INSERT INTO ${row}`);
      for (const query of ['', '&cascade=true', '&cascade=TRUE']) {
        const { status, text, json } = await told(alice.delete(`${parent}?restriction=${one}${query}`));
        expect([status, text]).toEqual([409, expect.any(String)]);
        const conflict = json() as unknown as Conflict;
        expect(conflict).toMatchObject({
          error: 'IntegrityError',
          childSchema: null,
          child_schema: null,
          childTable: null,
        });
        expect(conflict.child_table).toBeNull();
        expect(conflict.errorMessage).toMatch(/no access/);
      }
      const exact = await told(
        alice.request({ method: 'DELETE', path: `${parent}?restriction=${one}`, headers: problem }),
      );
      expect(exact.status).toBe(409);
    }
    expect(await count(`${lab}.parent`)).toBe(3);
  });

  test('who sees the child is told its name', async () => {
    await backend.query(`INSERT INTO ${secret}.hidden_child VALUES (1)`);
    const { status, json } = await bob.delete(`${parent}?restriction=${one}`);
    expect([status, json()]).toEqual([
      409,
      expect.objectContaining({ childSchema: secret, childTable: 'HiddenChild' }),
    ]);
  });

  test('an update that a hidden table forbids says so without its name', async () => {
    await backend.query(`INSERT INTO ${secret}.hidden_code VALUES (1, 11)`);
    const body = { records: [{ parent_id: 1, code: 99 }] };
    const plain = await told(alice.patch(parent, body));
    expect([plain.status, plain.text]).toEqual([500, expect.stringMatching(/^IntegrityError: /)]);
    await told(alice.request({ method: 'PATCH', path: parent, body, headers: problem }));
    expect(await count(`${lab}.parent WHERE code = 11`)).toBe(1);
  });

  test('an insert that refers to a row of a hidden table is refused', async () => {
    const body = { records: [{ hidden_id: 1 }] };
    const path = tablePath(shared, 'OfHidden', 'record');
    const answer = await alice.post(path, body);
    expect([answer.status, answer.text]).toEqual([500, expect.stringMatching(/^IntegrityError: /)]);
    expect((await alice.get(tablePath(shared, 'OfHidden', 'definition'))).status).toBe(200);
  });

  test('dependency leaves hidden tables out and counts nothing of tables that may not be read', async () => {
    await backend.query(
      `INSERT INTO ${secret}.hidden_child VALUES (1); INSERT INTO ${shared}.letter_box VALUES (7, 1)`,
    );
    const path = `${tablePath(lab, 'Parent', 'dependency')}?restriction=${one}`;
    const itself = { schema: lab, table: 'parent', accessible: true, count: 1 };
    expect((await told(alice.get(path))).json()).toEqual({ dependencies: [itself] });
    const unread = { schema: shared, table: 'letter_box', accessible: false, count: null };
    expect((await told(dave.get(path))).json()).toEqual({ dependencies: [itself, unread] });
    const all = (await bob.get(`${tablePath(lab, 'Parent', 'dependency')}?restriction=${one}`)).json();
    expect(all).toMatchObject({ dependencies: { length: 4 } });
  });

  test('a child that may not be read forbids deleting the rows it refers to, and no others', async () => {
    const two = encodeRestriction([{ attributeName: 'parent_id', operation: '=', value: 2 }]);
    await backend.query(`INSERT INTO ${shared}.letter_box VALUES (7, 1)`);
    const { status, text } = await told(dave.delete(`${parent}?restriction=${one}`));
    expect.soft([status, text]).toEqual([409, expect.stringContaining('LetterBox')]);
    const cascade = await told(dave.delete(`${parent}?restriction=${one}&cascade=true`));
    expect([409, 500]).toContain(cascade.status);
    expect(await count(`${lab}.parent`)).toBe(3);
    expect.soft((await told(dave.delete(`${parent}?restriction=${two}`))).text).toContain('Delete Successful');
    const letter = { records: [{ letter_id: 8, parent_id: 3 }] };
    expect((await dave.post(tablePath(shared, 'LetterBox', 'record'), letter)).text).toContain('Successful');
    expect((await dave.get(tablePath(shared, 'LetterBox', 'record'))).text).toMatch(/^AccessError: /);
  });

  test('a missing privilege is named, with what it is missing on', async () => {
    const insert = await told(alice.post(parent, { records: [{ parent_id: 9 }] }));
    expect([insert.status, insert.text]).toEqual([500, expect.stringMatching(/^AccessError: .*INSERT.*parent/)]);
    const exact = await alice.request({
      method: 'POST',
      path: parent,
      body: { records: [{ parent_id: 9 }] },
      headers: problem,
    });
    expect(exact.status).toBe(403);
  });

  test('nothing the user was told names what is hidden', () => {
    expect(texts.length).toBeGreaterThan(20);
    // The schema the user asked for by its name is named as not there.
    const said = texts.map((text) => text.replaceAll(/there is no schema \\?"[^"]*"/g, ''));
    expect(said.filter((text) => /hidden|pharus_priv_secret|unseen/i.test(text))).toEqual([]);
  });

  test('a revoked privilege is gone with the next request, and a granted one there', async () => {
    await backend.createUser('priv_carol', { read: [lab] });
    const carol = await login('priv_carol');
    expect((await carol.get(parent)).status).toBe(200);
    const everyTable = { mysql: `${lab}.*`, postgresql: `ALL TABLES IN SCHEMA ${lab}` }[family];
    await backend.query(`REVOKE SELECT ON ${everyTable} FROM priv_carol`);
    const refused = await carol.get(parent);
    expect([refused.status, refused.text]).toEqual([500, expect.stringMatching(/AccessError|NotFound/)]);
    await backend.query(`GRANT SELECT ON ${lab}.parent TO priv_carol`);
    expect((await carol.get(parent)).status).toBe(200);
    expect((await carol.post(parent, { records: [{ parent_id: 9 }] })).text).toMatch(/^AccessError: /);
    await backend.query(`GRANT INSERT ON ${lab}.parent TO priv_carol`);
    expect((await carol.post(parent, { records: [{ parent_id: 9 }] })).status).toBe(200);
  });

  test('users whose requests are interleaved are never taken for each other', async () => {
    const clients = { priv_alice: alice, priv_bob: bob, [backend.user]: root };
    const asked = async (): Promise<(readonly [string, number, string])[]> =>
      Promise.all(
        Object.entries(clients).map(async ([name, client]) => {
          const { status, text } = await client.get(tablePath(lab, 'Who', 'record'));
          return [name, status, text] as const;
        }),
      );
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 10 }, asked));
      for (const [name, status, text] of answers.flat()) {
        expect([status, text]).toEqual([200, expect.stringMatching(new RegExp(`"${name}[@"]`))]);
      }
    }
  });
});
