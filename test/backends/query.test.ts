import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluateQuery } from '../../packages/spec-sheet/src/index.ts';
import { type Api, type ApiAnswer, type ApiClient, startApi } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { dropLab, type LabPipeline, makeLab } from './lab-pipeline.ts';

const problem = { accept: 'application/problem+json' };

interface Answer {
  recordHeader: string[];
  heading: { name: string; type: string; primary: boolean }[];
  records: unknown[][];
  totalCount: number;
}

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  let names: LabPipeline;
  beforeAll(async () => {
    names = await makeLab(backend, 'pharus_query');
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await dropLab(backend, names);
  });

  const send = (body: object): Promise<ApiAnswer> =>
    client.request({ method: 'POST', path: '/query', body, headers: problem });
  const ask = async (query: string | object, more: object = {}): Promise<Answer> => {
    const given =
      typeof query === 'string' ? { text: query, schemas: [names.ephys, names.lab] } : { expression: query };
    const { status, text } = await send({ ...given, ...more });
    expect([status, text]).toEqual([200, expect.any(String)]);
    return JSON.parse(text) as Answer;
  };

  describe("DataJoint's own text", () => {
    test.each<[text: string, header: string[], records: unknown[][]]>([
      [
        'Subject',
        ['subject_id', 'species', 'name'],
        [
          [1, 'mouse', 'one'],
          [2, 'mouse', 'two'],
          [3, null, 'three'],
        ],
      ],
      ["Subject & 'subject_id > 1' & {'species': 'mouse'}", ['subject_id', 'species', 'name'], [[2, 'mouse', 'two']]],
      ['Subject.proj() - Session', ['subject_id'], [[3]]],
      [
        '(Session & (Subject & "name = \'one\'")).proj("rig")',
        ['subject_id', 'session', 'rig'],
        [
          [1, 1, 'a'],
          [1, 2, 'b'],
        ],
      ],
      [
        'Session.Trial.proj() & [{"trial": 2}, "subject_id = 2"]',
        ['subject_id', 'session', 'trial'],
        [
          [1, 1, 2],
          [2, 1, 1],
        ],
      ],
      ['Subject.proj() & dj.AndList([{"subject_id": 1}, dj.Not("subject_id > 2")])', ['subject_id'], [[1]]],
      ['Pair.proj(subject_id="first_id") * Subject.proj("name")', ['pair_id', 'subject_id', 'name'], []],
      [
        'Subject.proj(label="name")',
        ['subject_id', 'label'],
        [
          [1, 'one'],
          [2, 'two'],
          [3, 'three'],
        ],
      ],
      [
        'Subject.proj(twice="subject_id * 2")',
        ['subject_id', 'twice'],
        [
          [1, 2],
          [2, 4],
          [3, 6],
        ],
      ],
      ['(Session & dj.Top(limit=1, order_by="KEY DESC")).proj()', ['subject_id', 'session'], [[2, 1]]],
      // MariaDB and MySQL have a type for what is nothing but NULL.
      [
        'Subject.proj(nothing="NULL")',
        ['subject_id', 'nothing'],
        [
          [1, null],
          [2, null],
          [3, null],
        ],
      ],
      ['dj.U("species") & Subject', ['species'], [[null], ['mouse']]],
      ['dj.U("species", "species") & Subject', ['species'], [[null], ['mouse']]],
      ['dj.U("species").aggr(Subject & "species = \'mouse\'", n="count(*)")', ['species', 'n'], [['mouse', 2]]],
      ['dj.U().aggr(Session, n="count(*)")', ['n'], [[3]]],
      [
        'Subject.aggr(Session, n="count(*)", keep_all_rows=False)',
        ['subject_id', 'n'],
        [
          [1, 2],
          [2, 1],
        ],
      ],
      [
        'Subject.aggr(Session, n="count(session)", keep_all_rows=True)',
        ['subject_id', 'n'],
        [
          [1, 2],
          [2, 1],
          [3, 0],
        ],
      ],
      ['(Subject & {"subject_id": 1}).proj() + (Subject & {"subject_id": 3}).proj()', ['subject_id'], [[1], [3]]],
      ['(Subject() & f"subject_id < {1 + 1}").proj()\n  # which is one\n', ['subject_id'], [[1]]],
    ])('%s', async (text, header, records) => {
      const answer = await ask(text);
      expect(answer.recordHeader).toEqual(header);
      expect(answer.heading.map(({ name }) => name)).toEqual(header);
      if (records.length > 0) {
        const sorted = (rows: unknown[][]): unknown[][] => [...rows].sort((a, b) => (String(a) < String(b) ? -1 : 1));
        expect(sorted(answer.records)).toEqual(sorted(records));
        expect(answer.totalCount).toBe(records.length);
      }
    });

    test('schemas are names, and tables are found in those that are asked', async () => {
      const { status, json } = await send({ text: `${names.ephys}.Session.proj() * ${names.lab}.Subject` });
      expect([status, json()]).toMatchObject([200, { totalCount: 3 }]);
      expect((await send({ text: 'Session.proj()', schemas: [names.ephys] })).status).toBe(200);
      const elsewhere = await send({ text: 'Session.proj()', schemas: [names.lab] });
      expect(elsewhere.json()).toMatchObject({ status: 400, detail: expect.stringMatching(/no "Session" here/) });
    });

    test('pages, orders, attributes and restrictions apply to the result', async () => {
      const page = await ask('Session * Subject.proj("name")', {
        limit: 2,
        page: 2,
        order: 'session DESC, KEY',
        attributes: 'KEY,name',
      });
      expect(page).toMatchObject({ recordHeader: expect.not.arrayContaining(['rig']), totalCount: 3 });
      expect(page.records).toHaveLength(1);
      const restriction = [{ attributeName: 'twice', operation: '>', value: 3 }];
      const restricted = await ask('Subject.proj(twice="2 * subject_id")', { restriction });
      expect(restricted.records).toEqual([
        [2, 4],
        [3, 6],
      ]);
      expect((await ask('Session', { limit: 0 })).totalCount).toBe(3);
    });
  });

  test('the same queries as trees', async () => {
    const table = (name: string, schema = names.lab): object => ({ op: 'table', schema, table: name });
    const session = table('Session', names.ephys);
    const subject = table('Subject');
    const trees: readonly (readonly [object, unknown[][]])[] = [
      [{ op: 'proj', of: { op: 'restrict', of: subject, by: "name = 'two'" } }, [[2]]],
      [
        {
          op: 'proj',
          of: { op: 'restrict', of: subject, by: [{ attributeName: 'subject_id', operation: '<', value: 2 }] },
        },
        [[1]],
      ],
      [{ op: 'proj', of: { op: 'except', of: subject, by: session } }, [[3]]],
      [
        { op: 'proj', of: { op: 'join', of: session, with: subject }, attributes: ['name'] },
        [
          [1, 1, 'one'],
          [1, 2, 'one'],
          [2, 1, 'two'],
        ],
      ],
      [
        { op: 'aggr', of: subject, group: session, named: { n: 'count(*)' }, keepAllRows: false },
        [
          [1, 2],
          [2, 1],
        ],
      ],
      [{ op: 'universal', by: ['rig'], of: { op: 'restrict', of: session, by: 'rig is not null' } }, [['a'], ['b']]],
      [{ op: 'universal', by: [], of: session, named: { n: 'count(*)' } }, [[3]]],
      [{ op: 'proj', of: { op: 'top', of: session, limit: 1, order: 'KEY DESC' } }, [[2, 1]]],
      [
        {
          op: 'union',
          of: { op: 'proj', of: subject },
          with: { op: 'proj', of: { op: 'restrict', of: subject, by: [] } },
        },
        [[1], [2], [3]],
      ],
    ];
    for (const [tree, records] of trees) expect((await ask(tree)).records, JSON.stringify(tree)).toEqual(records);
  });

  test('explain answers the statement, the heading and an estimate, and runs nothing', async () => {
    const { status, text } = await send({ text: `${names.ephys}.Session & {'rig': "a'b"}`, explain: true });
    expect(status).toBe(200);
    const { sql, parameters, heading, rows, plan } = JSON.parse(text) as Record<string, unknown> & {
      rows: { estimate: unknown };
      plan: unknown;
    };
    expect(sql).toMatch(/^SELECT .*session/);
    expect(sql).not.toContain("a'b");
    expect(parameters).toContain("a'b");
    expect(heading).toMatchObject([
      { name: 'subject_id', primary: true },
      { name: 'session' },
      { name: 'rig', primary: false },
    ]);
    expect(plan).toEqual(expect.arrayContaining([expect.any(Object)]));
    expect(rows.estimate).toEqual(expect.any(Number));
  });

  test('what is wrong with a list of restrictions in a body has its place', async () => {
    const of = { op: 'table', schema: names.lab, table: 'Subject' };
    const wrong = [{ attribute: 'name', value: 'one' }];
    for (const [body, pointer] of [
      [{ expression: { op: 'restrict', of, by: wrong } }, '/expression/by'],
      [{ expression: of, restriction: wrong }, '/restriction'],
    ] as const) {
      const answer = await send(body);
      const detail = expect.stringMatching(/has to be a JSON array of .*no "attributeName"/);
      expect([answer.status, answer.json()]).toMatchObject([400, { pointer, detail }]);
    }
  });

  test('attributes say where they come from, and the total need not be counted', async () => {
    const query = `(${names.ephys}.Session * ${names.lab}.Subject).proj(animal='name', twice='session * 2')`;
    const answer = async (count: string): Promise<unknown> => (await send({ text: query, count, limit: 1 })).json();
    const origin = (schema: string, table: string, attribute: string): object => ({ schema, table, attribute });
    expect(await answer('none')).toMatchObject({
      heading: [
        { name: 'subject_id', origin: origin(names.ephys, 'Session', 'subject_id') },
        { name: 'session', origin: origin(names.ephys, 'Session', 'session') },
        { name: 'animal', origin: origin(names.lab, 'Subject', 'name') },
        { name: 'twice' },
      ],
      totalCount: null,
    });
    expect(await answer('exact')).toMatchObject({ totalCount: 3 });
    expect(await answer('exact')).not.toHaveProperty('heading.3.origin');
    expect(await answer('estimated')).toMatchObject({ totalCount: expect.any(Number) });
    expect(await answer('guessed')).toMatchObject({ status: 400, detail: expect.stringContaining('exact, estimated') });
  });

  test('what rows taken together come to is looked up once it is known', async () => {
    const counts = { text: `dj.U('rig').aggr(${names.ephys}.Session, n='count(*)')`, attributes: 'n' };
    const lookup = (attrMap: object): object => ({ in: { schema: names.ephys, table: 'Session', attrMap } });
    const answer = async (item: object): Promise<unknown> => (await send({ ...counts, restriction: [item] })).json();
    expect(await answer(lookup({ n: 'session' }))).toMatchObject({ records: [[1], [1], [1]], totalCount: 3 });
    expect(await answer({ not: lookup({ n: 'session' }) })).toMatchObject({ records: [], totalCount: 0 });
  });

  test('a result can be a file', async () => {
    const { status, headers, text } = await send({
      text: `${names.lab}.Subject.proj('name')`,
      format: 'csv',
      order: 'subject_id DESC',
    });
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/csv')]);
    expect(headers['content-disposition']).toContain('query.csv');
    expect(text.trim().split(/\r?\n/)).toEqual(['subject_id,name', '3,three', '2,two', '1,one']);
  });

  test('the rows of a Top come in its own order, in pages and files, unless another is asked for', async () => {
    const text = "Session.proj(where='rig') & dj.Top(limit=None, order_by='session DESC')";
    const more = { attributes: 'subject_id, session' };
    const keys = [
      [1, 2],
      [1, 1],
      [2, 1],
    ];
    expect((await ask(text, more)).records).toEqual(keys);
    expect((await ask(text, { ...more, limit: 2, page: 2 })).records).toEqual([[2, 1]]);
    expect((await ask(text, { ...more, order: 'KEY DESC' })).records).toEqual([keys[2], keys[0], keys[1]]);
    const file = await send({ text, schemas: [names.ephys], format: 'csv', ...more });
    expect(file.text.trim().split(/\r?\n/)).toEqual(['subject_id,session', '1,2', '1,1', '2,1']);
  });

  test.each<[text: string, status: number, line: number, column: number, detail: RegExp]>([
    ['Subject & & Session', 400, 1, 11, /expected an expression after the operator, got "&"/],
    ['Subject *\n  (Sesion)', 400, 2, 4, /no "Sesion" here\. Did you mean "Session"/],
    ['Subject & {"nam": 1} & "nam > 1"', 404, 1, 25, /nam/],
    ['Subject.proj("nam")', 404, 1, 9, /nam.*"name"/],
    ['Subject & "SLEEP(3)"', 400, 1, 12, /SLEEP/i],
    ['Subject & "subject_id = (SELECT 1)"', 400, 1, 26, /SELECT/i],
    ['Subject.proj(x="LOAD_FILE(\'/etc/passwd\')")', 400, 1, 17, /LOAD_FILE/i],
    ['Subject & "1=1; DROP TABLE subject"', 400, 1, 15, /;/],
    [`Subject & "1${'+1'.repeat(1001)}"`, 400, 1, 9, /1000 operators/],
    ["Subject.proj(x='REPEAT(name, 1000000000)')", 400, 1, 17, /at most 10000/],
    ['Subject\n  & ("subject_id > 0" if True else 1) & "subject_id = 1 AND nam = 2"', 404, 2, 61, /`nam` here\. Did/],
    ['Subject & ("nam" + " = 2")', 404, 1, 9, /`nam` here \(column 1\)/],
    ['Subject & None', 400, 1, 9, /expected a restriction .*got None/],
    ['Subject & 3', 400, 1, 9, /expected a restriction/],
    ['Subject.fetch()', 400, 1, 9, /fetch.* not available/],
    ['Subject.delete()', 400, 1, 9, /has no "delete"/],
    ['Subject.insert1({})', 400, 1, 9, /has no "insert1"/],
    ['Subject.__class__', 400, 1, 9, /underscore/],
    ['Subject._table', 400, 1, 9, /underscore/],
    ['Subject.constructor', 400, 1, 9, /has no "constructor"/],
    ['dj.conn()', 400, 1, 4, /dj has no "conn"/],
    ['dj.VirtualModule("a", "b")', 400, 1, 4, /has no/],
    ['dj.U(1) & Subject', 400, 1, 4, /expected the name of an attribute/],
    ['dj.Top(limit=-1)', 400, 1, 4, /whole number/],
    ['Subject & dj.Top(order_by="nam")', 404, 1, 9, /nam/],
    ['{"a": 1}', 400, 1, 1, /expected a query, got a dict/],
    ['dj', 400, 1, 1, /expected a query, got dj/],
    ['Subject.aggr()', 400, 1, 9, /expected a query to aggregate, got nothing/],
    ['Subject.join(Session, lft=True)', 400, 1, 9, /no argument "lft".*"left"/],
    ['Session.Trail', 404, 1, 9, /Trail.*Session\.Trial/],
    ['', 400, 1, 1, /expected an expression; the text holds none/],
    ['# the mice\n\n# of today', 400, 1, 1, /expected an expression; the text holds none/],
    ['import os', 400, 1, 1, /expected an expression or an operator, got "import"/],
    [`Subject${' & True'.repeat(70)}`, 400, 1, 1, /64 levels/],
  ])('%s is refused with its place', async (text, status, line, column, detail) => {
    const answer = await send({ text, schemas: [names.ephys, names.lab] });
    const found = answer.json() as { line?: number; column?: number; detail?: string };
    expect([found.detail, answer.status]).toEqual([expect.stringMatching(detail), status]);
    expect([found.line, found.column]).toEqual([line, column]);
  });

  test('more values than a statement takes are too many', async () => {
    const value = Array.from({ length: 65_536 }, (_, index) => index);
    const restriction = [{ attributeName: 'subject_id', operation: 'IN', value }];
    const { status, json } = await send({ text: `${names.lab}.Subject`, restriction });
    const detail = expect.stringMatching('at most 65535 values');
    expect([status, json()]).toMatchObject([400, { code: 'INVALID_RESTRICTION', detail }]);
  });

  test('what would fill the memory of a database is refused', async () => {
    const doublings = Array.from({ length: 24 }, (_, index) => `.proj(a${index + 1}='a${index} + a${index}')`);
    const answer = await send({ text: `Subject.proj(a0='subject_id')${doublings.join('')}`, schemas: [names.lab] });
    expect([answer.status, answer.json()]).toMatchObject([400, { detail: expect.stringMatching(/10000 parts/) }]);
    const together = Array.from({ length: 101 }, () => 'group_concat(name)').join();
    const many = await send({ text: `dj.U().aggr(Subject, all="concat_ws(',',${together})")`, schemas: [names.lab] });
    expect([many.status, many.json()]).toMatchObject([400, { code: 'INVALID_EXPRESSION' }]);
    const twice = 'dj.U().aggr(dj.U("species").aggr(Subject, a="group_concat(name)"), b="group_concat(a)")';
    const ofTexts = await send({ text: twice, schemas: [names.lab] });
    expect([ofTexts.status, ofTexts.text]).toEqual([200, expect.stringContaining('"totalCount":1')]);
  });

  test('attributes that do not mean the same are refused where they meet', async () => {
    const schema = 'pharus_query_lineage';
    await backend.dropSchemas(schema);
    const database = openDatabase(backend);
    try {
      const declared = await database.createSchema(schema);
      await declared.declare('Rig', 'rig : int32\n---\nlength : float64');
      await declared.declare('Lens', 'lens : int32\n---\nlength : float64');
    } finally {
      await database.close();
    }
    const refused = async (text: string): Promise<unknown> => (await send({ text, schemas: [schema] })).json();
    const place = (line: number, column: number): object => ({ status: 400, code: 'INVALID_EXPRESSION', line, column });
    expect(await refused('Rig.proj() &\n  (Rig * Lens)')).toMatchObject(place(2, 8));
    expect(await refused('Rig & Lens')).toMatchObject(place(1, 5));
    expect(await refused('Rig.proj().join(Lens.proj(rig="lens"))')).toMatchObject(place(1, 12));
    expect(await refused('Rig.join(Lens, semantic_check=False)')).toMatchObject({ totalCount: 0 });
    await backend.dropSchemas(schema);
  });

  test('an expression prints as a text that reads as the same', async () => {
    const database = openDatabase(backend);
    const read = (text: string): ReturnType<typeof evaluateQuery> =>
      evaluateQuery(text, database, { schemas: [names.ephys, names.lab] });
    try {
      for (const text of [
        'Subject & {"name": "it\'s \\\\ \\"50%\\"\\n"} & "name <> \'it\'\'s \\\\\\\\\'"',
        '[Subject, Subject.proj()][1] - Session',
        'Subject & [{"subject_id": 1}, dj.AndList(["subject_id > 1", dj.Not({"species": None})])]',
        'Subject.proj(..., "-species", animal="(subject_id)", twice="subject_id * -2")',
        'Subject.proj(n="CASE WHEN name IN (\'a\', \'b\') THEN 1 ELSE (1 + 2) * 3 END") & "n BETWEEN 1 AND 9"',
        'Session * Subject.proj("name") * Scan.proj("depth")',
        'Session.join(Scan, left=True)',
        'Subject.aggr(Session, "name", n="count(DISTINCT session)")',
        'Subject.aggr(Session, ..., n="count(session)", keep_all_rows=True) & "n < 2"',
        'Subject.aggr(Subject.aggr(Session, n="count(*)"), m="max(n)")',
        'dj.U("rig").aggr(Session, n="count(*)") & {"n": 1}',
        'dj.U().aggr(Session, all="group_concat(rig ORDER BY rig DESC)")',
        'Subject & (dj.U("subject_id") & Session.Trial)',
        'Subject.proj("name") + (Subject & "subject_id > 1").proj("species")',
        '(Session & dj.Top(2, "rig DESC, KEY", 1)).proj() & "session = 1"',
      ]) {
        const expression = await read(text);
        expect((await read(String(expression))).toSql(), String(expression)).toEqual(expression.toSql());
      }
    } finally {
      await database.close();
    }
  });

  test('what is wrong in a tree has its place', async () => {
    const subject = { op: 'table', schema: names.lab, table: 'Subject' };
    const placed = async (expression: object): Promise<unknown> => {
      const { status, json } = await send({ expression });
      const { pointer, code } = json() as Record<string, unknown>;
      return [status, code, pointer];
    };
    const nowhere = { op: 'join', of: subject, with: { op: 'table', schema: names.lab, table: 'Sub' } };
    expect(await placed({ op: 'proj', of: nowhere })).toEqual([404, 'TABLE_NOT_FOUND', '/expression/of/with']);
    const unknown = { op: 'restrict', of: subject, by: { op: 'restrict', of: subject, by: 'nam = 1' } };
    expect(await placed(unknown)).toEqual([404, 'UNKNOWN_ATTRIBUTE', '/expression/by']);
    expect(await placed({ op: 'union', of: subject, with: subject })).toEqual([
      400,
      'INVALID_EXPRESSION',
      '/expression',
    ]);
  });

  test('a table is found as soon as it is there', async () => {
    await ask('Subject');
    await backend.query(`CREATE TABLE ${names.lab}.late_comer (id int NOT NULL, PRIMARY KEY (id))`);
    expect(await ask('LateComer')).toMatchObject({ recordHeader: ['id'], totalCount: 0 });
    await backend.query(`CREATE TABLE ${names.lab}.later_comer (id int NOT NULL, PRIMARY KEY (id))`);
    const tree = { op: 'table', schema: names.lab, table: 'LaterComer' };
    expect(await ask(tree)).toMatchObject({ recordHeader: ['id'], totalCount: 0 });
  });

  test('a text made of many rows has an end', async () => {
    await backend.query(`
      CREATE TABLE ${names.lab}.long_text (id int NOT NULL, t varchar(6000), PRIMARY KEY (id));
      INSERT INTO ${names.lab}.long_text SELECT trial * 100 + session * 10 + subject_id, REPEAT('x', 6000)
        FROM ${names.ephys}.session__trial`);
    const text = `dj.U().aggr(LongText.proj(u="repeat(t, 100)"), v="group_concat(u)")`;
    const [[all]] = (await ask(text)).records as [[string]];
    expect(all).toMatch(/^x+,?/);
    expect(all.length).toBeLessThanOrEqual(1_048_576);
  });

  test('what the database cannot compute is no failure of the server', async () => {
    const divided = await send({ text: "Subject.proj(x='1 / 0')", schemas: [names.lab] });
    expect(divided.status).toBe({ mysql: 200, postgresql: 400 }[backend.family]);
    if (divided.status === 400) expect(divided.json()).toMatchObject({ code: 'INVALID_EXPRESSION' });
  });

  test.each<[body: unknown, detail: RegExp]>([
    [{}, /either "text" or "expression"/],
    [{ text: 'A', expression: {} }, /either/],
    [{ text: 3 }, /"text", which has to be a text/],
    [{ text: 'A', limitt: 3 }, /no member "limitt".*"limit"/],
    [{ query: 'Subject' }, /no member "query"\. It may have text, expression, .*format\./],
    [{ text: 'A', limit: -1 }, /whole number of 0/],
    [{ text: 'A', page: 0 }, /whole number of 1/],
    [{ text: 'A', schemas: 'a' }, /list of at most 100 names/],
    [{ text: 'A', explain: 1 }, /true or false/],
    [{ text: 'A', format: 'xls' }, /csv, ndjson/],
    [{ text: 'A', format: 'csv', page: 2 }, /"format" and "page".* A file holds all rows/],
    [{ text: 'A', format: 'csv', count: 'none' }, /"format" and "count"/],
    [{ text: 'A', format: 'csv', explain: true }, /"format" and "explain"/],
    [{ text: 'A'.repeat(10_001) }, /at most 10000 characters/],
    [{ expression: [] }, /an object with "op" at \/expression/],
    [{ expression: { op: 'drop' } }, /Expected one of table/],
    [{ expression: { op: 'constructor' } }, /Expected one of table/],
    [{ expression: { op: 'restrict', of: { op: 'table', schema: 'a' } } }, /text at \/expression\/of\/table/],
    [{ expression: { op: 'table', schema: 'a', table: 'B', where: 1 } }, /only op, schema, table/],
    [{ expression: { op: 'top', of: { op: 'table', schema: 'a', table: 'B' }, limit: -1 } }, /whole number/],
  ])('%j is refused', async (body, detail) => {
    const answer = await client.request({ method: 'POST', path: '/query', body, headers: problem });
    expect([answer.status, answer.json()]).toMatchObject([400, { detail: expect.stringMatching(detail) }]);
  });
});
