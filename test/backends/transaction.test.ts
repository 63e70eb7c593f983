import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type ApiAnswer, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { dropLab, fillLab, type LabPipeline, makeLab } from './lab-pipeline.ts';

const problem = { accept: 'application/problem+json' };
const is = (attributeName: string, value: unknown): object => ({ attributeName, operation: '=', value });

interface Plan {
  deletes: { table: string; tier: string; count: number }[];
  total: number;
  blocked: Record<string, unknown>[];
  partIntegrity?: string;
  digest: string;
}

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  let names: LabPipeline;
  const hasUsers = backend.name !== 'pglite';
  beforeAll(async () => {
    names = await makeLab(backend, 'pharus_transact');
    api = await startApi();
    client = await api.login(backend);
  });
  beforeEach(() => fillLab(backend, names));
  afterAll(async () => {
    await api?.close();
    await dropLab(backend, names);
  });

  const transact = (operations: readonly object[], more: object = {}): Promise<ApiAnswer> =>
    client.request({ method: 'POST', path: '/transaction', body: { operations, ...more }, headers: problem });
  const count = async (table: string): Promise<number> =>
    Number((await backend.query<{ n: unknown }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);
  const session = (...records: object[]): object => ({
    operation: 'insert',
    schema: names.ephys,
    table: 'Session',
    records,
  });
  const trials = (...records: object[]): object => ({ ...session(...records), table: 'Session.Trial' });
  const key = { subject_id: 3, session: 1 };

  test('a master goes in with its parts, or nothing does', async () => {
    const done = await transact([session(key), trials({ ...key, trial: 1 }, { ...key, trial: 2 })]);
    expect([done.status, done.json()]).toEqual([200, { results: [{ rows: 1 }, { rows: 2 }], dryRun: false }]);
    await fillLab(backend, names);
    const repeated = await transact([
      session(key),
      trials({ ...key, trial: 1 }, { ...key, trial: 2 }, { ...key, trial: 1 }),
    ]);
    expect(repeated.status).toBe(409);
    expect(repeated.json()).toMatchObject({
      code: 'DUPLICATE',
      errors: [
        {
          pointer: '/operations/1/records/2',
          code: 'DUPLICATE',
          detail: expect.stringMatching(/^Operation 2 of 2: Record 3 of 3: /),
        },
      ],
    });
    expect([await count(`${names.ephys}.session`), await count(`${names.ephys}.session__trial`)]).toEqual([3, 3]);
  });

  test('a dry run answers the same and changes nothing', async () => {
    const operations = [
      session(key),
      { operation: 'update', schema: names.lab, table: 'Subject', records: [{ subject_id: 3, name: 'drei' }] },
      { operation: 'delete', schema: names.lab, table: 'Subject', restriction: [is('subject_id', 1)], cascade: true },
    ];
    const tried = await transact(operations, { dryRun: true });
    const results = [
      { rows: 1 },
      { rows: 1 },
      {
        rows: 1,
        deletes: expect.arrayContaining([
          { schema: names.ephys, table: 'Session.Trial', tier: 'part', count: 2 },
          { schema: names.lab, table: 'Pair', tier: 'manual', count: 1 },
        ]),
      },
    ];
    expect([tried.status, tried.json()]).toEqual([200, { results, dryRun: true }]);
    expect(await count(`${names.ephys}.session`)).toBe(3);
    expect(await backend.query(`SELECT name FROM ${names.lab}.subject WHERE subject_id = 3`)).toEqual([
      { name: 'three' },
    ]);
    expect((await transact(operations)).json()).toEqual({ results, dryRun: false });
    expect(await count(`${names.lab}.subject`)).toBe(2);
    const wrong = await transact([session({ subject_id: 99, session: 1 })], { dryRun: true });
    expect(wrong.status).toBe(409);
  });

  test('an error names the operation, the record and the attribute it is about', async () => {
    const wrong: readonly (readonly [readonly object[], number, object])[] = [
      [
        [session(key), session({ subject_id: 1, session: 9 }, { subject_id: 77, session: 1 })],
        409,
        { pointer: '/operations/1/records/1/subject_id', code: 'INTEGRITY', parent: 'Subject' },
      ],
      [
        [session({ ...key, rig: 'x'.repeat(11) })],
        422,
        { pointer: expect.stringMatching(/^\/operations\/0\/records\/0/) },
      ],
      [[session({ ...key, rgi: 'x' })], 404, { pointer: '/operations/0/records/0/rgi', code: 'UNKNOWN_ATTRIBUTE' }],
      [
        [session(key), { ...session(key), table: 'Sesion' }],
        404,
        { pointer: '/operations/1', code: 'TABLE_NOT_FOUND' },
      ],
      [[{ ...session(key), table: 'Analysis' }], 400, { pointer: '/operations/0', code: 'UNSUPPORTED_TABLE_TYPE' }],
      [
        [{ operation: 'update', schema: names.ephys, table: 'Session', records: [{ ...key, rig: 'x' }] }],
        404,
        { pointer: '/operations/0/records/0', code: 'RECORD_NOT_FOUND' },
      ],
      [
        [{ operation: 'delete', schema: names.ephys, table: 'Session', restriction: [] }],
        409,
        { pointer: '/operations/0', code: 'INTEGRITY' },
      ],
    ];
    for (const [operations, status, error] of wrong) {
      const answer = await transact(operations);
      expect
        .soft([answer.status, answer.json()])
        .toEqual([status, expect.objectContaining({ errors: [expect.objectContaining(error)] })]);
    }
    expect(await count(`${names.ephys}.session`)).toBe(3);
    const plain = await client.post('/transaction', { operations: wrong[0]?.[0] });
    expect([plain.status, plain.text]).toEqual([
      500,
      expect.stringMatching(/^IntegrityError: Operation 2 of 2: Record 2 of 2: /),
    ]);
  });

  test('what exists can be passed over or replaced', async () => {
    const insert = {
      operation: 'insert',
      schema: names.ephys,
      table: 'Session',
      records: [{ subject_id: 2, session: 1, rig: 'new' }],
    };
    const rig = async (): Promise<unknown> =>
      (await backend.query<{ rig: unknown }>(`SELECT rig FROM ${names.ephys}.session WHERE subject_id = 2`))[0]?.rig;
    expect((await transact([insert])).status).toBe(409);
    expect((await transact([{ ...insert, existing: 'skip' }])).status).toBe(200);
    expect(await rig()).toBeNull();
    await backend.query(`DELETE FROM ${names.ephys}.session__trial`);
    expect((await transact([{ ...insert, existing: 'replace' }])).status).toBe(200);
    expect(await rig()).toBe('new');
  });

  test.each<[unknown, string, RegExp]>([
    [[], '', /list "operations"/],
    [{ operations: [] }, '/operations', /1 to 1000 operations, got 0/],
    [{ operations: Array(1001).fill({}) }, '/operations', /got 1001/],
    [{ operations: [{}], dryrun: true }, '/dryrun', /"operations" and "dryRun"/],
    [{ operations: [{}], dryRun: 1 }, '/dryRun', /true or false/],
    [{ operations: [3] }, '/operations/0', /object/],
    [{ operations: [{ operation: 'drop' }] }, '/operations/0/operation', /insert, update or delete/],
    [{ operations: [{ operation: 'toString' }] }, '/operations/0/operation', /insert, update or delete/],
    [{ operations: [{ operation: 'delete', schema: 'a', table: 'B' }] }, '/operations/0/restriction', /no array/],
    [
      { operations: [{ operation: 'delete', schema: 'a', table: 'B', restriction: [], where: 1 }] },
      '/operations/0/where',
      /takes/,
    ],
    [
      { operations: [{ operation: 'insert', schema: 'a', table: 'B', records: {} }] },
      '/operations/0/records',
      /list "records"/,
    ],
    [{ operations: [{ operation: 'insert', table: 'B', records: [] }] }, '/operations/0/schema', /name of a schema/],
    [
      { operations: [{ operation: 'insert', schema: 'a', table: 'B', records: [], 'a/~b': 1 }] },
      '/operations/0/a~1~0b',
      /takes/,
    ],
  ])('%j is refused at %s', async (body, pointer, message) => {
    const answer = await client.request({ method: 'POST', path: '/transaction', body, headers: problem });
    expect([answer.status, answer.json()]).toEqual([
      400,
      expect.objectContaining({
        detail: expect.stringMatching(message),
        errors: [expect.objectContaining({ pointer })],
      }),
    ]);
  });

  const plan = async (table: string, body?: object, by = client, schema = names.ephys): Promise<Plan> => {
    const answer = await by.post(tablePath(schema, table, 'record/plan'), body);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return JSON.parse(answer.text) as Plan;
  };
  const remove = (table: string, digest: string, query = ''): Promise<ApiAnswer> =>
    client.request({
      method: 'DELETE',
      path: `${tablePath(names.ephys, table, 'record')}?${query}`,
      headers: { 'pharus-plan': digest },
    });
  const first = [is('subject_id', 1), is('session', 1)];

  test('a plan counts what goes, leaves first, and a delete can be held to it', async () => {
    const found = await plan('Session', { restriction: first });
    expect(found).toMatchObject({ total: 5, blocked: [] });
    expect(found.deletes.map(({ table, tier, count: rows }) => [table, tier, rows])).toEqual(
      expect.arrayContaining([
        ['Analysis', 'computed', 1],
        ['Scan', 'imported', 1],
        ['Session.Trial', 'part', 2],
        ['Session', 'manual', 1],
      ]),
    );
    expect(found.deletes.at(-1)?.table).toBe('Session');
    const order = found.deletes.map(({ table }) => table);
    expect(order.indexOf('Analysis')).toBeLessThan(order.indexOf('Scan'));
    expect(await count(`${names.ephys}.session`)).toBe(3);

    await backend.query(`INSERT INTO ${names.ephys}.session__trial VALUES (1, 1, 3)`);
    const query = `restriction=${encodeRestriction(first)}&cascade=true`;
    const changed = await remove('Session', found.digest, query);
    expect([changed.status, changed.text]).toEqual([409, expect.stringMatching(/^PlanChanged: .*Nothing was deleted/)]);
    expect(await count(`${names.ephys}.session`)).toBe(3);
    const again = await plan('Session', { restriction: first });
    expect((await remove('Session', again.digest, query)).status).toBe(200);
    expect(await count(`${names.ephys}.session`)).toBe(2);
  });

  test('a delete is held to the restriction of its plan, where another takes as many rows, too', async () => {
    await backend.query(`INSERT INTO ${names.ephys}.session VALUES (3, 1, 'a'), (3, 2, 'b')`);
    const of = (number: number): object[] => [is('subject_id', 3), is('session', number)];
    const { digest } = await plan('Session', { restriction: of(1) });
    for (const cascade of ['', '&cascade=true']) {
      const other = await remove('Session', digest, `restriction=${encodeRestriction(of(2))}${cascade}`);
      expect([other.status, other.text]).toEqual([409, expect.stringMatching(/^PlanChanged: .*another.*restriction/)]);
    }
    expect(await count(`${names.ephys}.session`)).toBe(5);
    expect((await remove('Session', digest, `restriction=${encodeRestriction(of(1))}`)).status).toBe(200);
    expect(await count(`${names.ephys}.session`)).toBe(4);
  });

  test('without cascade the rows that depend stand in the way', async () => {
    const blocked = await plan('Session', { restriction: first, cascade: false });
    expect(blocked.total).toBe(1);
    expect(blocked.blocked).toEqual(
      expect.arrayContaining([
        { schema: names.ephys, table: 'Session.Trial', count: 2, reason: 'dependent', message: expect.any(String) },
        { schema: names.ephys, table: 'Scan', count: 1, reason: 'dependent', message: expect.any(String) },
      ]),
    );
    const free = await plan('Analysis', { cascade: false });
    expect(free).toMatchObject({ deletes: [{ table: 'Analysis', count: 1 }], blocked: [] });
    expect((await remove('Analysis', 'another')).status).toBe(409);
    expect((await remove('Analysis', free.digest)).status).toBe(200);
  });

  test('a plan that takes parts and leaves their master says so', async () => {
    const found = await plan('Session.Trial', { restriction: [is('trial', 2)] });
    expect(found.partIntegrity).toMatch(/part table .* before .* master/);
  });

  test('what a user may not delete, or may not see, stands in the way', async () => {
    await backend.createUser('transact_reader', { read: [names.ephys] });
    if (!hasUsers) return;
    const schema =
      backend.family === 'postgresql' ? `GRANT USAGE ON SCHEMA ${names.lab} TO transact_reader` : 'SELECT 1';
    await backend.query(schema);
    await backend.query(`GRANT DELETE ON ${names.ephys}.session TO transact_reader`);
    await backend.query(`GRANT SELECT, DELETE ON ${names.lab}.subject TO transact_reader`);
    const reader = await api.login({ ...backend, user: 'transact_reader', password: 'secret' });
    const { blocked } = await plan('Session', { restriction: first }, reader);
    expect(blocked.map(({ table, count: rows, reason }) => [table, rows, reason])).toEqual(
      expect.arrayContaining([
        ['Session.Trial', 2, 'privilege'],
        ['Scan', 1, 'privilege'],
      ]),
    );
    // Subject 3 has no sessions, only a pair, which the reader does not see.
    const hidden = await plan('Subject', { restriction: [is('subject_id', 3)] }, reader, names.lab);
    expect(hidden.blocked).toEqual([{ reason: 'hidden', message: expect.stringMatching(/cannot see/) }]);
    expect(await count(`${names.lab}.subject`)).toBe(3);
  });
});
