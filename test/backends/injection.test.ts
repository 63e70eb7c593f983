import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasUsers } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type Answer, type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';
import { loggedStatements, logging, outsideQuotes, startGeneralLog, stopGeneralLog } from './general-log.ts';
import { injections as all, mark } from './injection-strings.ts';
import { type OwnServer, ownServerOr } from './own-server.ts';

const schema = 'pharus_injection';
const user = 'pharus_injection';
const problem = { accept: 'application/problem+json' };
/** A statement that reads or changes rows, as opposed to one that looks names up. */
const touchesData = (text: string): boolean => /[`"]subject[`"]/.test(text) && !text.startsWith('SHOW ');

/** Of an order's items the first that is wrong counts: a single word is taken for a name, anything else for no order. */
function statusOfOrder(order: string): number {
  const [item = ''] = order.split(',').filter((part) => !/^\s*subject_id(?:\s+(?:asc|desc))?\s*$/i.test(part));
  return /^\S+$/.test(item.trim().replace(/\s+(?:asc|desc)$/i, '')) ? 404 : 400;
}

describeEachBackend((shared: Backend) => {
  const { family } = shared;
  /** Those that the texts of the database can hold. */
  const injections = all.filter((text) => family === 'mysql' || !text.includes('\0'));
  /** Those that are slow to try: each is a login the database refuses. */
  const someInjections = injections.filter((_, index) => index % 7 === 0);
  /** All that was sent to the driver. */
  const sent = new Set<string>();
  let own: OwnServer;
  let gateway: Gateway;
  let token: string;

  const ask = async (...[method, path, asked]: Parameters<Gateway['ask']>): Promise<Answer> => {
    const start = performance.now();
    const answer = await gateway.ask(method, path, { token, ...asked });
    for (const { text } of gateway.statements) sent.add(text);
    expect(performance.now() - start, `${method} ${path} took too long`).toBeLessThan(2000);
    return answer;
  };
  const records = (query: Record<string, string>): Promise<Answer> =>
    ask('GET', tablePath(schema, 'Subject'), { query, headers: problem });
  const count = async (): Promise<number> => {
    const [row] = await own.backend.query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${schema}.subject`);
    return Number(row?.n);
  };
  /** Asks, and holds that no row was read or written meanwhile. */
  const refused = async (run: () => Promise<Answer>, statuses: readonly number[], what: string): Promise<void> => {
    gateway.statements.length = 0;
    const answer = await run();
    expect([...statuses], `${what}: ${answer.text}`).toContain(answer.status);
    expect(
      gateway.statements.filter(({ text }) => touchesData(text) || text.includes(mark)),
      what,
    ).toEqual([]);
  };

  beforeAll(async () => {
    own = await ownServerOr(shared, { settings: logging });
    const types = {
      mysql: {
        bytewise: `COLLATE ${shared.name === 'mariadb' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'}`,
        moment: 'datetime(6)',
        double: 'double',
        kind: "enum('a', 'b')",
        uuid: "binary(16) DEFAULT NULL COMMENT ':uuid:'",
        blob: 'longblob',
      },
      postgresql: {
        bytewise: '',
        moment: 'timestamp(6)',
        double: 'double precision',
        kind: `${schema}.kind`,
        uuid: 'uuid DEFAULT NULL',
        blob: 'bytea',
      },
    }[family];
    await own.backend.createSchemas(schema);
    if (family === 'postgresql') await own.backend.query(`CREATE TYPE ${schema}.kind AS ENUM ('a', 'b')`);
    await own.backend.query(`
      CREATE TABLE ${schema}.subject (
        subject_id int NOT NULL, name varchar(512) ${types.bytewise} NOT NULL DEFAULT '', born date DEFAULT NULL,
        seen ${types.moment} DEFAULT NULL, at time DEFAULT NULL, price decimal(10,2) DEFAULT NULL,
        ratio ${types.double} DEFAULT NULL, kind ${types.kind} DEFAULT NULL, tag ${types.uuid},
        payload ${types.blob} DEFAULT NULL, PRIMARY KEY (subject_id))`);
    await own.backend.createUser(user, { all: [schema] });
    await startGeneralLog(own.backend);
    gateway = await openGateway();
    token = await gateway.login({ ...own.backend, user, password: 'secret' });
  });
  afterAll(async () => {
    await gateway?.close();
    if (own?.isOwn === false) await stopGeneralLog(own.backend);
    await own?.stop();
  });

  test('each is stored as it is, read back byte for byte, and restricts to its own row', async () => {
    const rows = injections.map((name, index) => ({ subject_id: index, name }));
    const inserted = await ask('POST', tablePath(schema, 'Subject'), { body: { records: rows } });
    expect(inserted.text).toContain('Insert Successful');
    const page = (await records({})).json;
    expect(page.totalCount).toBe(injections.length);
    expect((page.records as unknown[][]).map(([id, name]) => [id, name])).toEqual(
      injections.map((name, index) => [index, name]),
    );
    const stored = await own.backend.query<{ name: string }>(`SELECT name FROM ${schema}.subject ORDER BY subject_id`);
    expect(stored.map(({ name }) => name)).toEqual(injections);
    for (const [index, name] of injections.entries()) {
      const { json } = await records({ restriction: restrict(is('name', name)) });
      expect(
        (json.records as unknown[][]).map(([id]) => id),
        name,
      ).toEqual([index]);
      expect(json.totalCount).toBe(1);
    }
  });

  test('each as a value of a number, date, uuid or enum selects nothing or is refused', async () => {
    const attributes = ['subject_id', 'born', 'seen', 'at', 'price', 'ratio', 'kind', 'tag', 'payload'];
    for (const [row, attribute] of attributes.entries()) {
      for (const value of injections.filter((_, index) => (index + row) % 2 === 0)) {
        const list = { attributeName: attribute, operation: 'IN', value: [value] };
        const item = value.length % 2 === 0 ? is(attribute, value) : list;
        const { status, text } = await records({ restriction: restrict(item) });
        if (status === 200) expect(text, `${attribute} ${value}`).toContain('"records":[],"totalCount":0}');
        else expect([status, text]).toEqual([400, expect.stringContaining('INVALID_RESTRICTION')]);
      }
    }
  });

  test('each as a pattern selects no more than what it matches', async () => {
    for (const [index, value] of injections.entries()) {
      const pattern = `%${value.replaceAll(/[\\%_]/g, '\\$&')}%`;
      const like = { attributeName: 'name', operation: 'LIKE', value: pattern };
      const expected = injections.flatMap((name, id) => (name.includes(value) ? [id] : []));
      const { json } = await records({ restriction: restrict(like) });
      expect(
        (json.records as unknown[][]).map(([id]) => id),
        injections[index],
      ).toEqual(expected);
    }
  });

  test('each as a name, operation, order, limit or page is refused before any row is asked for', async () => {
    for (const [index, text] of injections.entries()) {
      // Each through every parameter, as it is or as the end of something right.
      const isEven = index % 2 === 0;
      const named = isEven ? is(text, 1) : { or: [is('subject_id', 1), { not: is(`subject_id ${text}`, 1) }] };
      const operation = isEven ? text : `= ${text}`;
      const order = isEven ? text : `subject_id ${text}`;
      // A name that is no attribute is not found; whatever has no place in a request is malformed.
      const queries: [Record<string, string>, number][] = [
        [{ restriction: restrict(named) }, 404],
        [{ restriction: restrict({ attributeName: 'subject_id', operation, value: 1 }) }, 400],
        [{ restriction: text }, 400],
        [{ order }, statusOfOrder(order)],
        [{ order: `subject_id ASC, ${text}` }, statusOfOrder(text)],
        [{ limit: isEven ? text : `1 ${text}` }, 400],
        [{ page: isEven ? `1 ${text}` : text }, 400],
      ];
      for (const [query, status] of queries) await refused(() => records(query), [status], JSON.stringify(query));
      const query = isEven ? { restriction: restrict(is(text, 1)) } : { [text]: 'true' };
      const remove = { query, headers: problem };
      await refused(() => ask('DELETE', tablePath(schema, 'Subject'), remove), [isEven ? 404 : 400], text);
    }
    expect(await count()).toBe(injections.length);
  });

  test('each as a schema or table is refused before any row is asked for', async () => {
    const statuses = [400, 404];
    const routes = ['record', 'attribute', 'definition', 'dependency'] as const;
    const methods = ['POST', 'PATCH', 'DELETE'] as const;
    for (const [index, text] of injections.entries()) {
      // Each through every segment, by one route after another.
      const route = routes[index % routes.length] ?? 'record';
      await refused(() => ask('GET', tablePath(text, 'Subject', route), { headers: problem }), statuses, text);
      await refused(() => ask('GET', tablePath(schema, text, route), { headers: problem }), statuses, text);
      const method = methods[index % methods.length] ?? 'POST';
      const body = method === 'DELETE' ? {} : { body: { records: [{ subject_id: 1 }] } };
      const others = [
        ['GET', tablePath(schema, `Subject.${text}`), {}],
        ['GET', `/schema/${encodeURIComponent(text)}/table`, {}],
        [method, tablePath(schema, text), body],
        [method, tablePath(text, 'Subject'), body],
      ] as const;
      const [verb, path, asked] = others[(index >> 1) % others.length] ?? others[0];
      await refused(() => ask(verb, path, { ...asked, headers: problem }), statuses, text);
    }
    expect(await count()).toBe(injections.length);
  });

  test('each in the bodies of inserts and updates is a value, or an attribute that is not there', async () => {
    const path = tablePath(schema, 'Subject');
    for (const [index, text] of injections.entries()) {
      const [method, other] = index % 2 === 0 ? (['POST', 'PATCH'] as const) : (['PATCH', 'POST'] as const);
      const unknown = { subject_id: 10_000, name: 'x', [text]: 1 };
      await refused(() => ask(method, path, { body: { records: [unknown] }, headers: problem }), [404], text);
      const wrong = { subject_id: text, name: 'x' };
      await refused(() => ask(other, path, { body: { records: [wrong] }, headers: problem }), [400, 422], text);
      const dated = await ask(method, path, { body: { records: [{ subject_id: index + 5000, born: text }] } });
      expect(dated.status, dated.text).toBe(500);
      const name = injections[(index + 1) % injections.length];
      const patched = await ask('PATCH', path, { body: { records: [{ subject_id: index, name }] } });
      expect(patched.text).toContain('Update Successful');
    }
    const stored = await own.backend.query<{ name: string }>(`SELECT name FROM ${schema}.subject ORDER BY subject_id`);
    expect(stored.map(({ name }) => name)).toEqual([...injections.slice(1), injections[0]]);
  });

  test('each as a user, password, address or token is refused', async () => {
    const databaseAddress = own.backend.address;
    const right = { databaseAddress, username: user, password: 'secret' };
    for (const text of injections) {
      const answer = await ask('POST', '/login', { body: { ...right, databaseAddress: `${databaseAddress}${text}` } });
      expect(answer.status, text).toBe(500);
      const read = await gateway.ask('GET', '/schema', { headers: { authorization: `Bearer ${encodeURI(text)}` } });
      expect(read.status, text).toBe(401);
    }
    // Who knows no users lets everybody in.
    const refusing = hasUsers(own.backend) ? someInjections : [];
    for (const text of refusing) {
      const answer = await ask('POST', '/login', { body: { ...right, username: text } });
      expect([answer.status, answer.text]).toEqual([500, expect.not.stringContaining(mark)]);
    }
    for (const [index, text] of refusing.entries()) {
      // Another user each time: one who fails too often has to wait.
      const answer = await ask('POST', '/login', { body: { ...right, username: `nobody${index}`, password: text } });
      expect([answer.status, answer.text]).toEqual([500, expect.not.stringContaining(mark)]);
    }
  });

  test("neither what was sent nor the server's log shows any of them outside a quoted value, and the table stands", async () => {
    expect(sent.size).toBeGreaterThan(10);
    for (const text of sent) expect(text).not.toContain(mark);
    expect(await count()).toBe(injections.length);
    // What PGlite is told is what was sent.
    if (own.backend.name === 'pglite') return;
    const logged = await loggedStatements(own.backend, user);
    expect(logged.length).toBeGreaterThan(injections.length * 3);
    expect(logged.filter(({ sql }) => sql.includes(mark)).length).toBeGreaterThan(injections.length);
    for (const { type, sql } of logged) {
      if (type !== 'Execute') expect(sql, type).not.toContain(mark);
      else expect(outsideQuotes(sql, family), sql).not.toContain(mark);
      expect(outsideQuotes(sql, family), sql).not.toMatch(
        /\b(?:sleep|benchmark|drop|union select|outfile|get_lock)\b/i,
      );
    }
  });

  test('those that hold what no text of the database does equal no row, and are refused by name', async () => {
    const foreign = all.filter((text) => !injections.includes(text));
    expect(foreign.length > 0).toBe(family === 'postgresql');
    for (const text of foreign) {
      expect((await records({ restriction: restrict(is('name', text)) })).json).toMatchObject({ totalCount: 0 });
      const body = { records: [{ subject_id: 20_000, name: text }] };
      const { status, text: told } = await ask('POST', tablePath(schema, 'Subject'), { body });
      expect([status, told]).toEqual([500, expect.stringContaining('`name`')]);
    }
  });
});
