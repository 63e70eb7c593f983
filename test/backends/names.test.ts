import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { quoted, quotedTable } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';

const columns = [
  'select',
  'order',
  'key',
  'desc',
  'group',
  'from',
  'table',
  'null',
  'true',
  'count(*)',
  "it's",
  '"quoted"',
  'back`tick',
  '``',
  'a b',
  'a.b',
  'a:b',
  'a,b',
  '?',
  '%s',
  '--',
  '/*',
  ';',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  'then',
  'größe',
  '日本語',
  'e\u0301',
  '\u00e9x',
  'a\\',
  '1',
  '$1',
] as const;

const schemas = [
  '日本語',
  'a b',
  'a`b',
  "a'b",
  '%',
  'a.b',
  'a"b',
  '_',
  'größe',
  'select',
  'a\\b',
  '$(x)',
  '-- x',
  '?',
  'é',
];

const prefixed = (name: string): string => `pharus_names ${name}`;
const inList = (attributeName: string, value: unknown): string =>
  encodeRestriction([{ attributeName, operation: '=', value }]);

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  const schema = 'pharus_names';
  const path = tablePath(schema, 'Odd', 'record');

  beforeAll(async () => {
    const odd = columns.map((name) => `${quoted(name)} varchar(40) DEFAULT NULL`).join(', ');
    await backend.createSchemas(schema, ...schemas.map(prefixed));
    await backend.query(`
      CREATE TABLE ${schema}.odd (id int NOT NULL, ${odd}, PRIMARY KEY (id));
      CREATE TABLE ${schema}.proto ("__proto__" int NOT NULL, "constructor" varchar(20) NOT NULL, "toString" int DEFAULT NULL,
        PRIMARY KEY ("__proto__"));
      CREATE TABLE ${schema}."left" ("a:b" int NOT NULL, c int NOT NULL, PRIMARY KEY ("a:b"));
      CREATE TABLE ${schema}."right" (a int NOT NULL, "b:c" int NOT NULL, PRIMARY KEY (a));
      INSERT INTO ${schema}."left" VALUES (1, 2); INSERT INTO ${schema}."right" VALUES (3, 4)`);
    for (const name of schemas.map(prefixed)) {
      await backend.query(`
        CREATE TABLE ${quoted(name)}.parent (id int NOT NULL, name varchar(20) DEFAULT NULL, PRIMARY KEY (id));
        CREATE TABLE ${quoted(name)}.parent__child (id int NOT NULL, part int NOT NULL, PRIMARY KEY (id, part),
          FOREIGN KEY (id) REFERENCES ${quoted(name)}.parent (id))`);
    }
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(...schemas.map(prefixed));
  });

  test('columns of any name are listed, inserted, updated, ordered by and restricted by', async () => {
    const listed = (await client.get(tablePath(schema, 'Odd', 'attribute'))).json() as {
      attributes: { secondary: string[][] };
    };
    expect(listed.attributes.secondary.map(([name]) => name)).toEqual(columns);
    for (const [id, name] of columns.entries()) {
      const inserted = await client.post(path, { records: [{ id, [name]: `value of ${name}` }] });
      expect.soft(inserted.text, name).toContain('Insert Successful');
      const updated = await client.patch(path, { records: [{ id, [name]: `${name} changed` }] });
      expect.soft(updated.text, name).toContain('Update Successful');
      const found = await client.get(`${path}?restriction=${inList(name, `${name} changed`)}`);
      expect.soft(found.text, name).toContain(`"records":[[${id},`);
      const ordered = await client.get(`${path}?limit=1&order=${encodeURIComponent(`${name} DESC`)}`);
      if (!/[\s,]/.test(name)) expect.soft(ordered.text, name).toContain(`"records":[[${id},`);
      const [row] = await backend.query<{ value: string }>(
        `SELECT ${quoted(name)} AS value FROM ${schema}.odd WHERE id = ${id}`,
      );
      expect.soft(row?.value, name).toBe(`${name} changed`);
    }
    const definition = await client.get(tablePath(schema, 'Odd', 'definition'));
    for (const name of columns) expect.soft(definition.text).toContain(name);
  });

  test('columns named like the members of every object are values like any other', async () => {
    const odd = tablePath(schema, 'Proto', 'record');
    const json = (text: string) => `{"records":[${text}]}`;
    expect((await client.post(odd, json('{"__proto__":1,"constructor":"x","toString":2}'))).status).toBe(500);
    // A leading underscore hides an attribute, as the Python library has it; the others are plain.
    await backend.query(`ALTER TABLE ${schema}.proto RENAME COLUMN "__proto__" TO prototype`);
    expect((await client.post(odd, json('{"prototype":1,"constructor":"x","toString":2}'))).status).toBe(200);
    expect((await client.post(odd, json('{"prototype":2,"constructor":"y"}'))).status).toBe(200);
    expect((await client.post(odd, json('{"prototype":3}'))).status).toBe(500);
    expect((await client.patch(odd, json('{"prototype":2,"toString":5}'))).status).toBe(200);
    expect((await client.patch(odd, json('{"prototype":1,"hasOwnProperty":5}'))).status).toBe(500);
    expect((await client.get(odd)).json()).toMatchObject({
      records: [
        [1, 'x', 2],
        [2, 'y', 5],
      ],
    });
    const found = await client.get(`${odd}?restriction=${inList('constructor', 'y')}`);
    expect(found.json()).toMatchObject({ records: [[2, 'y', 5]] });
    expect((await client.get(`${odd}?restriction=${inList('valueOf', 'y')}`)).status).toBe(500);
    expect((await client.get(`${odd}?restriction=${inList('__proto__', 'y')}`)).status).toBe(500);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('prototype');
  });

  test('tables whose columns collide when joined with a colon are never mixed', async () => {
    for (let round = 0; round < 30; round += 1) {
      const [left, right] = await Promise.all([
        client.get(tablePath(schema, 'Left', 'record')),
        client.get(tablePath(schema, 'Right', 'record')),
      ]);
      expect(left.text.trim()).toBe('{"recordHeader":["a:b","c"],"records":[[1,2]],"totalCount":1}');
      expect(right.text.trim()).toBe('{"recordHeader":["a","b:c"],"records":[[3,4]],"totalCount":1}');
    }
  });

  test('schemas of any name answer on every route', async () => {
    const { schemaNames } = (await client.get('/schema')).json() as { schemaNames: string[] };
    for (const name of schemas.map(prefixed)) {
      expect.soft(schemaNames).toContain(name);
      const parent = tablePath(name, 'Parent', 'record');
      const child = tablePath(name, 'Parent.Child', 'record');
      const tables = await client.get(`/schema/${encodeURIComponent(name)}/table`);
      expect.soft(tables.json(), name).toMatchObject({ tableTypes: { manual: ['Parent'], part: ['Parent.Child'] } });
      expect
        .soft(
          (
            await client.post(parent, {
              records: [
                { id: 1, name },
                { id: 2, name },
              ],
            })
          ).text,
          name,
        )
        .toMatch(/Successful/);
      expect.soft((await client.post(child, { records: [{ id: 1, part: 1 }] })).text, name).toMatch(/Successful/);
      expect
        .soft((await client.patch(parent, { records: [{ id: 2, name: "it's" }] })).text, name)
        .toMatch(/Successful/);
      expect.soft((await client.get(parent)).json(), name).toMatchObject({
        records: [
          [1, name],
          [2, "it's"],
        ],
      });
      expect.soft((await client.get(tablePath(name, 'Parent', 'attribute'))).status, name).toBe(200);
      const definition = await client.get(tablePath(name, 'Parent.Child', 'definition'));
      expect.soft(definition.text, name).toMatch(/-> .*Parent\n/);
      const dependency = await client.get(tablePath(name, 'Parent', 'dependency'));
      expect.soft(dependency.json(), name).toMatchObject({
        dependencies: [
          { schema: name, table: 'parent', count: 2 },
          { schema: name, table: 'parent__child', count: 1 },
        ],
      });
      const conflict = await client.delete(`${parent}?restriction=${inList('id', 1)}`);
      expect.soft(conflict.status, conflict.text).toBe(409);
      expect.soft(conflict.json()).toMatchObject({ childSchema: name, childTable: 'Parent.Child' });
      const deleted = await client.delete(`${parent}?restriction=${inList('id', 1)}&cascade=true`);
      expect.soft(deleted.text, name).toContain('Delete Successful');
      expect.soft((await client.get(child)).json(), name).toMatchObject({ records: [] });
    }
  });

  test('a table whose name is none of DataJoint stands in the pipeline alone, and is told so', async () => {
    const schema = 'pharus_no_class';
    await backend.createSchemas(schema);
    const tables = ['Session', 'table_1', 'ti`ck', 'qu"ote', 'größe', '~~hidden'];
    for (const table of tables) {
      await backend.query(`CREATE TABLE ${quotedTable(schema, table)} (id int NOT NULL, PRIMARY KEY (id))`);
    }
    const listed = JSON.parse((await client.get(`/schema/${schema}/table`)).text) as { tableTypes: object };
    expect(Object.values(listed.tableTypes).flat()).toEqual([]);
    const shown = JSON.parse((await client.get(`/pipeline?schema=${schema}`)).text) as {
      schemas: [{ tables: { name: string; tier: unknown }[] }];
    };
    const visible = tables.slice(0, -1);
    expect(shown.schemas[0].tables.map(({ name, tier }) => [name, tier])).toEqual(
      visible.toSorted().map((name) => [name, null]),
    );
    for (const table of tables) {
      const { status, text } = await client.get(tablePath(schema, table, 'record'));
      expect(status).toBe(500);
      expect(text.includes('to which DataJoint gives no class'), text).toBe(visible.includes(table));
    }
    await backend.dropSchemas(schema);
  });

  test('a schema no server can have is simply not there', async () => {
    for (const name of ['😀', 'x\u0000y', ' ', 'x'.repeat(65), '\ud83d\ude00'.repeat(3)]) {
      const answer = await client.get(tablePath(name, 'Parent', 'record'));
      expect
        .soft([answer.status, answer.text], JSON.stringify(name))
        .toEqual([500, expect.stringMatching(/^SchemaNotFound: /)]);
    }
  });
});
