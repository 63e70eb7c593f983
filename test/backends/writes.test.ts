import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';

const schema = 'pharus_writes';
const other = 'pharus_writes_other';
const at = (table: string, where = schema): string => tablePath(where, table, 'record');
const where = (items: Record<string, unknown>): string =>
  encodeRestriction(Object.entries(items).map(([attributeName, value]) => ({ attributeName, operation: '=', value })));

const tables = ({ family }: Backend): string => `
  ${family === 'mysql' ? '' : `CREATE TYPE ${schema}.kind AS ENUM ('a', 'b');`}
  CREATE TABLE ${schema}.person (person_id int NOT NULL, name varchar(10) NOT NULL, code int DEFAULT NULL, kind ${family === 'mysql' ? "enum('a', 'b')" : `${schema}.kind`} NOT NULL DEFAULT 'a',
    born date DEFAULT NULL, score decimal(4,1) DEFAULT 1.5, made timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (person_id), UNIQUE (code));
  CREATE TABLE ${schema}.tree (node int NOT NULL, parent int DEFAULT NULL, PRIMARY KEY (node),
    FOREIGN KEY (parent) REFERENCES ${schema}.tree (node));
  CREATE TABLE ${schema}.session (person_id int NOT NULL, session int NOT NULL, PRIMARY KEY (person_id, session),
    FOREIGN KEY (person_id) REFERENCES ${schema}.person (person_id));
  CREATE TABLE ${schema}.session__trial (person_id int NOT NULL, session int NOT NULL, trial int NOT NULL, PRIMARY KEY (person_id, session, trial),
    FOREIGN KEY (person_id, session) REFERENCES ${schema}.session (person_id, session));
  CREATE TABLE ${schema}.note (note_id int NOT NULL, author int DEFAULT NULL, reader int DEFAULT NULL, PRIMARY KEY (note_id),
    FOREIGN KEY (author) REFERENCES ${schema}.person (person_id), FOREIGN KEY (reader) REFERENCES ${schema}.person (person_id));
  CREATE TABLE ${other}.badge (badge int NOT NULL, code int NOT NULL, PRIMARY KEY (badge),
    FOREIGN KEY (code) REFERENCES ${schema}.person (code));
  CREATE TABLE ${other}.outside (outside int NOT NULL, person_id int NOT NULL, session int NOT NULL, trial int NOT NULL, PRIMARY KEY (outside),
    FOREIGN KEY (person_id, session, trial) REFERENCES ${schema}.session__trial (person_id, session, trial));
  CREATE TABLE ${schema}.chicken (id int NOT NULL, egg int DEFAULT NULL, PRIMARY KEY (id));
  CREATE TABLE ${other}.egg (id int NOT NULL, chicken int DEFAULT NULL, PRIMARY KEY (id),
    FOREIGN KEY (chicken) REFERENCES ${schema}.chicken (id));
  ALTER TABLE ${schema}.chicken ADD FOREIGN KEY (egg) REFERENCES ${other}.egg (id);
  CREATE TABLE ${schema}.__result (person_id int NOT NULL, value int DEFAULT NULL, PRIMARY KEY (person_id));
  CREATE TABLE ${schema}.box (box int NOT NULL, PRIMARY KEY (box));
  CREATE TABLE ${schema}.box__item (box int NOT NULL, item int NOT NULL, person_id int DEFAULT NULL, PRIMARY KEY (box, item),
    FOREIGN KEY (box) REFERENCES ${schema}.box (box), FOREIGN KEY (person_id) REFERENCES ${schema}.person (person_id))`;

const names = [
  'pharus_writes.person',
  'pharus_writes.tree',
  'pharus_writes.session',
  'pharus_writes.session__trial',
  'pharus_writes.note',
  'pharus_writes_other.badge',
  'pharus_writes_other.outside',
  'pharus_writes.chicken',
  'pharus_writes_other.egg',
  'pharus_writes.box',
  'pharus_writes.box__item',
];

const rows = `
  INSERT INTO ${schema}.person (person_id, name, code) VALUES (1, 'one', 11), (2, 'two', 12), (3, 'three', 13), (4, 'four', NULL);
  INSERT INTO ${schema}.tree VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, NULL), (6, 5), (7, 7);
  INSERT INTO ${schema}.session VALUES (1, 1), (1, 2), (2, 1);
  INSERT INTO ${schema}.session__trial VALUES (1, 1, 1), (1, 1, 2), (2, 1, 1);
  INSERT INTO ${schema}.note VALUES (1, 1, NULL), (2, NULL, 1), (3, 2, 3), (4, NULL, NULL), (5, 3, 1);
  INSERT INTO ${other}.badge VALUES (1, 11), (2, 12);
  INSERT INTO ${other}.outside VALUES (1, 1, 1, 2), (2, 2, 1, 1);
  INSERT INTO ${schema}.chicken VALUES (1, NULL), (2, NULL), (3, NULL);
  INSERT INTO ${other}.egg VALUES (1, 1), (2, 2), (3, 3);
  UPDATE ${schema}.chicken SET egg = id % 2 + 1 WHERE id < 3;
  INSERT INTO ${schema}.box VALUES (1), (2); INSERT INTO ${schema}.box__item VALUES (1, 1, 4), (2, 1, NULL)`;

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;

  /** Primary keys left, joined by `-`, by table. */
  const left = async (): Promise<Record<string, string[]>> => {
    const found: Record<string, string[]> = {};
    for (const name of names) {
      const stored = await backend.query<Record<string, unknown>>(`SELECT * FROM ${name}`);
      const width = { session: 2, session__trial: 3, box__item: 2 }[name.split('.')[1] ?? ''] ?? 1;
      found[name.split('.')[1] ?? ''] = stored.map((row) => Object.values(row).slice(0, width).join('-')).sort();
    }
    return found;
  };

  beforeAll(async () => {
    await backend.createSchemas(schema, other);
    await backend.query(tables(backend));
    api = await startApi();
    client = await api.login(backend);
  });
  beforeEach(async () => {
    await backend.deleteRows(...names);
    await backend.query(rows);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(schema, other);
  });

  test('a POST of which one record is wrong inserts none, and the message names record, attribute and reason', async () => {
    const good = (id: number) => ({ person_id: id, name: 'x', code: id });
    const wrong: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ ...good(199), name: 'x'.repeat(11) }, /name.*too long/],
      [{ ...good(199), name: null }, /name/],
      [{ ...good(199), code: 'x' }, /code.*number/],
      [{ ...good(199), code: 1e12 }, /code.*range/],
      [good(100), /primary key/],
      [good(1), /primary key/],
      [{ ...good(199), code: 11 }, /code/],
    ];
    for (const [record, message] of wrong) {
      for (const place of [0, 40, 99]) {
        const records = Array.from({ length: 99 }, (_, index) => good(100 + index));
        records.splice(place, 0, record as (typeof records)[number]);
        const { status, text } = await client.post(at('Person'), { records });
        expect.soft([status, text]).toEqual([500, expect.stringMatching(message)]);
        // Of two records with the same key, it is the later one that is in the way.
        const isLater = record.person_id === 100 && place === 0;
        expect.soft(text, JSON.stringify(record)).toContain(`Record ${isLater ? 2 : place + 1} of 100: `);
      }
    }
    const missing = { records: [good(100), { ...good(101), person_id: 999_999_999_999 }] };
    expect((await client.post(at('Person'), missing)).text).toMatch(/Record 2 of 2: .*person_id/);
    const orphan = {
      records: [
        { person_id: 1, session: 7 },
        { person_id: 77, session: 1 },
      ],
    };
    expect((await client.post(at('Session'), orphan)).text).toMatch(/IntegrityError: Record 2 of 2: .*person_id/);
    const fields = {
      records: [
        { person_id: 100, name: 'x' },
        { person_id: 101, name: 'x', code: 1 },
      ],
    };
    expect((await client.post(at('Person'), fields)).text).toMatch(/Record 2 of 2: .*different fields/);
    const unknown = { records: [{ person_id: 100, nam: 'x' }] };
    expect((await client.post(at('Person'), unknown)).text).toMatch(/nam\b.*"name"/);
    expect((await left()).person).toEqual(['1', '2', '3', '4']);
    expect((await left()).session).toEqual(['1-1', '1-2', '2-1']);
  });

  test('thousands of records go in one by one statement after another, or not at all', async () => {
    const records = Array.from({ length: 5000 }, (_, index) => ({ person_id: 100 + index, name: 'x' }));
    const spoilt = [...records.slice(0, 4999), { person_id: 100, name: 'x' }];
    const { status, text } = await client.post(at('Person'), { records: spoilt });
    expect([status, text]).toEqual([500, expect.stringMatching(/DuplicateError: Record 5000 of 5000: /)]);
    expect((await left()).person).toHaveLength(4);
    expect((await client.post(at('Person'), { records })).status).toBe(200);
    expect((await left()).person).toHaveLength(5004);
  });

  test('attributes left out of an insert take their default, and null does', async () => {
    await client.post(at('Person'), { records: [{ person_id: 100, name: 'x' }] });
    await client.post(at('Person'), {
      records: [{ person_id: 101, name: 'x', kind: null, score: null, born: null, code: null }],
    });
    const stored = await backend.query(`SELECT kind, score, born, code FROM ${schema}.person WHERE person_id >= 100`);
    const expected = { kind: 'a', score: '1.5', born: null, code: null };
    expect(stored).toEqual([expected, expected]);
    const minute = { mysql: '1 MINUTE', postgresql: "'1 minute'" }[backend.family];
    const recent = await backend.query(
      `SELECT 1 FROM ${schema}.person WHERE person_id = 100 AND made > NOW() - INTERVAL ${minute}`,
    );
    expect(recent).toHaveLength(1);
    const none = await client.post(at('Person'), { records: [{ person_id: 102 }] });
    expect([none.status, none.text]).toEqual([500, expect.stringMatching(/MissingAttributeError: .*name/)]);
  });

  test('a PATCH of which one record is wrong updates none', async () => {
    const before = await backend.query(`SELECT * FROM ${schema}.person ORDER BY 1`);
    const wrong: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ person_id: 99, name: 'x' }, /no|none/],
      [{ name: 'x' }, /person_id/],
      [{ person_id: null, name: 'x' }, /person_id/],
      [{ person_id: 2 }, /nothing to update/i],
      [{ person_id: 2, nam: 'x' }, /nam\b.*"name"/],
      [{ person_id: 2, name: 'x'.repeat(11) }, /name.*too long/],
      [{ person_id: 4, code: 11 }, /code/],
      [{ person_id: 2, code: 99 }, /refer|depend/],
      [{ person_id: 2, kind: 'c' }, /kind/],
      [{ person_id: 2, born: '2023-02-30' }, /born/],
    ];
    for (const [record, message] of wrong) {
      const records = [{ person_id: 1, name: 'changed' }, record, { person_id: 3, name: 'changed' }];
      const { status, text } = await client.patch(at('Person'), { records });
      expect.soft([status, text]).toEqual([500, expect.stringMatching(message)]);
      expect.soft(text, JSON.stringify(record)).toContain('Record 2 of 3: ');
    }
    expect(await backend.query(`SELECT * FROM ${schema}.person ORDER BY 1`)).toEqual(before);
  });

  test('a PATCH leaves what it does not name, and null resets to the default', async () => {
    await client.patch(at('Person'), { records: [{ person_id: 1, score: 9.5, kind: 'b', born: '2000-01-01' }] });
    await client.patch(at('Person'), { records: [{ person_id: 1, name: 'new' }] });
    const stored = () =>
      backend.query(`SELECT name, code, kind, score, born FROM ${schema}.person WHERE person_id = 1`);
    expect(await stored()).toEqual([{ name: 'new', code: 11, kind: 'b', score: '9.5', born: '2000-01-01' }]);
    const reset = { person_id: 1, score: null, kind: null, born: null };
    expect((await client.patch(at('Person'), { records: [reset] })).status).toBe(200);
    expect(await stored()).toEqual([{ name: 'new', code: 11, kind: 'a', score: '1.5', born: null }]);
    const same = await client.patch(at('Person'), { records: [{ person_id: 1, name: 'new' }] });
    expect(same.status).toBe(200);
  });

  test('no records are written as ever, with a warning that there were none', async () => {
    for (const [send, done] of [
      [client.post, 'insert'],
      [client.patch, 'update'],
    ] as const) {
      const { status, headers, text } = await send(at('Person'), { records: [] });
      expect([status, text.toLowerCase()]).toEqual([200, expect.stringContaining(`${done} successful`)]);
      expect(headers['pharus-warning']).toContain('"records" is empty: nothing was');
    }
  });

  test('a record of nothing but defaults is one, too', async () => {
    await backend.query(
      `CREATE TABLE ${schema}.standard (standard int NOT NULL DEFAULT 7, v int DEFAULT 3, PRIMARY KEY (standard))`,
    );
    expect((await client.post(at('Standard'), { records: [{}] })).text).toContain('Successful');
    expect((await client.get(at('Standard'))).json()).toMatchObject({ records: [[7, 3]] });
    expect((await client.post(at('Standard'), { records: [{}] })).status).toBe(500);
    expect((await client.get(at('Standard'))).json()).toMatchObject({ records: [[7, 3]] });
  });

  test('a date in digits names the record that an insert of the same digits made, and no other', async () => {
    await backend.query(`
      CREATE TABLE ${schema}.day (day ${{ mysql: 'datetime(6)', postgresql: 'timestamp' }[backend.family]} NOT NULL, v int NOT NULL, PRIMARY KEY (day));
      INSERT INTO ${schema}.day VALUES ('1970-08-22 21:55:02', 100)`);
    const patch = async (day: unknown, v: number) => (await client.patch(at('Day'), { records: [{ day, v }] })).status;
    expect(await patch(20210102, 1)).toBe(500);
    expect((await client.post(at('Day'), { records: [{ day: 20210102, v: 1 }] })).status).toBe(200);
    expect(await patch(20210102, 2)).toBe(200);
    expect(await patch('20210102', 3)).toBe(200);
    // As a record shows it.
    expect(await patch(1609545600, 4)).toBe(200);
    expect((await client.get(at('Day'))).json()).toMatchObject({
      records: [
        [20210102, 100],
        [1609545600, 4],
      ],
    });
  });

  test('a write goes by what the table is now, not by what was known a moment ago', async () => {
    const [quote, write] = [backend.family === 'mysql' ? '`' : '"', (record: object) => ({ records: [record] })];
    await backend.query(`CREATE TABLE ${schema}.changing (id int NOT NULL, old int DEFAULT NULL, PRIMARY KEY (id))`);
    expect((await client.post(at('Changing'), write({ id: 1, old: 1 }))).status).toBe(200);
    await backend.query(`ALTER TABLE ${schema}.changing ADD COLUMN young varchar(10) DEFAULT NULL`);
    expect((await client.post(at('Changing'), write({ id: 2, young: 'a' }))).status).toBe(200);
    await backend.query(`ALTER TABLE ${schema}.changing DROP COLUMN old, ADD COLUMN last int DEFAULT NULL`);
    expect((await client.patch(at('Changing'), write({ id: 2, last: 3 }))).status).toBe(200);
    expect((await client.post(at('Changing'), write({ id: 3, old: 1 }))).text).toContain('`old` is not in the table');
    // The class has moved to a table of another tier.
    await backend.query(`DROP TABLE ${schema}.changing;
      CREATE TABLE ${schema}.${quote}#changing${quote} (id int NOT NULL, PRIMARY KEY (id))`);
    expect((await client.post(at('Changing'), write({ id: 4 }))).status).toBe(200);
    await backend.query(`DROP TABLE ${schema}.${quote}#changing${quote}`);
    expect((await client.post(at('Changing'), write({ id: 5 }))).text).toMatch(/Changing/);
  });

  test('of many writes one after the other, each goes by what the table is now', async () => {
    const post = async (records: object[]) => (await client.post(at('Retyped'), { records })).text;
    const retype = (type: string): Promise<unknown> => {
      const change =
        backend.family === 'mysql' ? `MODIFY v ${type}` : `ALTER COLUMN v TYPE ${type} USING v::text::${type}`;
      return backend.query(`ALTER TABLE ${schema}.retyped ${change}`);
    };
    await backend.query(`CREATE TABLE ${schema}.retyped (id int NOT NULL, v int DEFAULT NULL, PRIMARY KEY (id))`);
    for (const id of [1, 2, 3, 4]) expect(await post([{ id, v: id }])).toContain('Insert Successful');
    for (const id of [10, 20, 30]) {
      expect(await post([{ id, v: 'word' }])).toContain('expects a number');
      await retype('varchar(8)');
      for (const next of [1, 2, 3]) expect(await post([{ id: id + next, v: 'word' }])).toContain('Insert Successful');
      await backend.query(`DELETE FROM ${schema}.retyped WHERE v = 'word'`);
      await retype('int');
    }
  });

  test('inserting into a table that is populated is refused, updating it is not', async () => {
    const insert = await client.post(at('Result'), { records: [{ person_id: 1, value: 1 }] });
    expect([insert.status, insert.text]).toEqual([500, expect.stringMatching(/auto-populated/)]);
    await backend.query(`INSERT INTO ${schema}.__result VALUES (1, 1)`);
    expect((await client.patch(at('Result'), { records: [{ person_id: 1, value: 2 }] })).status).toBe(200);
  });

  test('a cascade through composite, renamed, nullable and unique keys takes exactly the rows that depend', async () => {
    const before = await left();
    const { text } = await client.delete(`${at('Person')}?restriction=${where({ person_id: 1 })}&cascade=true`);
    expect(text).toContain('Delete Successful');
    expect(await left()).toEqual({
      ...before,
      person: ['2', '3', '4'],
      session: ['2-1'],
      session__trial: ['2-1-1'],
      note: ['3', '4'],
      badge: ['2'],
      outside: ['2'],
    });
  });

  test('a cascade through a table that refers to itself takes the whole branch', async () => {
    const conflict = await client.delete(`${at('Tree')}?restriction=${where({ node: 1 })}`);
    expect([conflict.status, conflict.text]).toEqual([409, expect.stringContaining('"Tree"')]);
    expect((await client.delete(`${at('Tree')}?restriction=${where({ node: 1 })}&cascade=true`)).status).toBe(200);
    expect((await left()).tree).toEqual(['5', '6', '7']);
    expect((await client.delete(`${at('Tree')}?restriction=${where({ node: 7 })}&cascade=true`)).status).toBe(200);
    expect((await client.delete(`${at('Tree')}?restriction=${where({ node: 6 })}`)).status).toBe(200);
    expect((await left()).tree).toEqual(['5']);
  });

  test('a cascade through tables of two schemas that refer to each other takes what depends', async () => {
    const before = await left();
    const line = await client.delete(`${at('Chicken')}?restriction=${where({ id: 3 })}&cascade=true`);
    expect(line.status, line.text).toBe(200);
    expect(await left()).toEqual({ ...before, chicken: ['1', '2'], egg: ['1', '2'] });
    // Chicken 1 came from egg 2 of chicken 2, which came from egg 1 of chicken 1: neither can go before the other.
    const circle = await client.delete(`${at('Chicken')}?restriction=${where({ id: 1 })}&cascade=true`);
    expect(circle.status, circle.text).toBe(200);
    expect(await left()).toEqual({ ...before, chicken: [], egg: [] });
  });

  test('a cascade that would take parts and leave their master is refused, and everything stays', async () => {
    const before = await left();
    const { status, text } = await client.delete(`${at('Person')}?restriction=${where({ person_id: 4 })}&cascade=true`);
    expect([status, text]).toEqual([500, expect.stringMatching(/part table .*box__item.* before .*master/)]);
    const part = await client.delete(`${at('Session.Trial')}?restriction=${where({ person_id: 1 })}&cascade=true`);
    expect([part.status, part.text]).toEqual([500, expect.stringMatching(/part/)]);
    expect(await left()).toEqual(before);
    expect((await client.delete(`${at('Box.Item')}?restriction=${where({ box: 2 })}`)).status).toBe(200);
    expect((await client.delete(`${at('Box')}?restriction=${where({ box: 1 })}&cascade=true`)).status).toBe(200);
    expect((await left()).box__item).toEqual([]);
  });

  test('a parent that is missing is named by its class, with its schema where that is another one', async () => {
    const near = 'No row of Person has this person_id. Insert it there first.';
    const far = `No row of ${schema}.Person has this code. Insert it there first.`;
    const badge = { badge: 9, code: 99 };
    const posted = await client.post(at('Session'), { records: [{ person_id: 77, session: 1 }] });
    expect(posted.text).toBe(`IntegrityError: ${near}`);
    expect((await client.post(at('Badge', other), { records: [badge] })).text).toBe(`IntegrityError: ${far}`);
    const twice = await client.post(at('Badge', other), { records: [{ badge: 8, code: 11 }, badge] });
    expect(twice.text).toBe(`IntegrityError: Record 2 of 2: ${far}`);
    const patched = await client.patch(at('Badge', other), { records: [{ badge: 1, code: 99 }] });
    expect(patched.text).toBe(`IntegrityError: ${far}`);
    const operations = [{ operation: 'insert', schema: other, table: 'Badge', records: [badge] }];
    expect((await client.post('/transaction', { operations })).text).toBe(`IntegrityError: ${far}`);
    const imported = await client.request({
      method: 'POST',
      path: `${tablePath(other, 'Badge', 'import')}?format=csv`,
      body: 'badge,code\n9,99\n',
      headers: { 'content-type': 'text/csv', accept: 'application/problem+json' },
    });
    expect(imported.text).toContain(far);
  });

  test('a delete that is blocked says by which class, in the documented words or in plain ones', async () => {
    const path = `${at('Person')}?restriction=${where({ code: 12 })}`;
    await backend.query(`DELETE FROM ${schema}.note; DELETE FROM ${other}.outside;
      DELETE FROM ${schema}.session__trial; DELETE FROM ${schema}.session`);
    const { errorMessage, childTable } = (await client.delete(path)).json() as Record<string, string>;
    expect([errorMessage, childTable]).toEqual([
      expect.stringMatching(/^Cannot delete or update a parent row/),
      'Badge',
    ]);
    const problem = await client.request({
      method: 'DELETE',
      path,
      headers: { accept: 'application/problem+json' },
    });
    expect(problem.json()).toMatchObject({
      status: 409,
      detail: `Rows of ${other}.Badge refer by code to rows of Person that were to be deleted. Delete those first, or let the delete cascade.`,
    });
  });

  test('a delete that has nothing to delete, or is blocked, changes nothing and says so', async () => {
    const before = await left();
    const none = await client.delete(`${at('Person')}?restriction=${where({ person_id: 99 })}`);
    expect([none.status, none.text]).toEqual([500, expect.stringContaining('Nothing to delete')]);
    const blocked = await client.delete(`${at('Session')}?restriction=${where({ person_id: 1, session: 1 })}`);
    expect([blocked.status, blocked.json()]).toEqual([
      409,
      expect.objectContaining({ childSchema: schema, child_table: 'Session.Trial', error: 'IntegrityError' }),
    ]);
    // One of the rows could go, and none does.
    expect((await client.delete(`${at('Person')}`)).status).toBe(409);
    const number = await client.delete(`${at('Person')}?cascade=1`);
    expect([number.status, number.headers['pharus-warning']]).toEqual([
      409,
      '"cascade" has to be true or false, and is "1". It counts as false.',
    ]);
    expect((await client.delete(`${at('Person')}?restriction=${encodeRestriction([])}`)).status).toBe(409);
    expect(await left()).toEqual(before);
  });
});
