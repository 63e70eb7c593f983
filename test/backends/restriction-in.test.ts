import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { dropLab, type LabPipeline, makeLab } from './lab-pipeline.ts';

const name = 'pharus_in';
const is = (attributeName: string, value: unknown): object => ({ attributeName, operation: '=', value });

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  let lab: LabPipeline;
  beforeAll(async () => {
    lab = await makeLab(backend, name);
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await dropLab(backend, lab);
  });

  const subjects = async (...restriction: readonly unknown[]): Promise<unknown> => {
    const path = `${tablePath(lab.lab, 'Subject', 'record')}?restriction=${encodeRestriction(restriction)}`;
    const { status, text, json } = await client.get(path);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return (json() as { records: unknown[][] }).records.map(([id]) => id);
  };

  test('rows are restricted by the rows of another table, and by their absence', async () => {
    const sessions = { in: { schema: lab.ephys, table: 'Session' } };
    expect(await subjects(sessions)).toEqual([1, 2]);
    expect(await subjects({ not: sessions })).toEqual([3]);
    const rigs = { in: { schema: lab.ephys, table: 'Session', restriction: [is('rig', 'a')] } };
    expect(await subjects(rigs)).toEqual([1]);
    expect(await subjects({ or: [rigs, is('subject_id', 3)] })).toEqual([1, 3]);
    const scanned = { in: { schema: lab.ephys, table: 'Scan', restriction: [is('depth', null)] } };
    expect(await subjects({ in: { ...sessions.in, restriction: [scanned] } })).toEqual([1]);
    expect(await subjects({ in: { ...sessions.in, restriction: [{ not: scanned }, is('subject_id', 1)] } })).toEqual([
      1,
    ]);
    const parts = { in: { schema: lab.ephys, table: 'Session.Trial', restriction: [is('trial', 2)] } };
    expect(await subjects(parts, sessions)).toEqual([1]);
  });

  test('rows are matched by attributes of other names, as foreign keys have them', async () => {
    const matching = (attrMap: unknown, restriction: unknown[] = []): object => {
      return { in: { schema: lab.ephys, table: 'Session', restriction, attrMap } };
    };
    expect(await subjects(matching({ subject_id: 'session' }))).toEqual([1, 2]);
    expect(await subjects(matching({ subject_id: 'session' }, [is('subject_id', 2)]))).toEqual([1]);
    expect(await subjects({ not: matching({ subject_id: 'subject_id' }) })).toEqual([3]);
    const answer = async (attrMap: unknown): Promise<string> => {
      const restriction = encodeRestriction([matching(attrMap)]);
      return (await client.get(`${tablePath(lab.lab, 'Subject', 'record')}?restriction=${restriction}`)).text;
    };
    expect(await answer({ subject_ids: 'session' })).toMatch(/no attribute `subject_ids` here.*subject_id/);
    expect(await answer({ subject_id: 'sesion' })).toMatch(/no attribute `sesion` there.*session/);
    for (const attrMap of [{}, [], 'subject_id', { subject_id: 1 }]) expect(await answer(attrMap)).toMatch(/attrMap/);
  });

  test('a delete and a dependency take the same restriction', async () => {
    const restriction = encodeRestriction([{ in: { schema: lab.ephys, table: 'Scan' } }]);
    const { json } = await client.get(`${tablePath(lab.lab, 'Subject', 'dependency')}?restriction=${restriction}`);
    const { dependencies } = json() as { dependencies: { table: string; count: number }[] };
    expect(dependencies.map(({ table, count }) => [table, count])).toContainEqual(['session', 2]);
    const refused = await client.delete(`${tablePath(lab.lab, 'Subject', 'record')}?restriction=${restriction}`);
    expect(refused.status).toBe(409);
  });

  test.each([
    [{ in: {} }, /"schema" or a "table"/],
    [{ in: { schema: 1, table: 'Session' } }, /"schema" or a "table"/],
    [{ in: { schema: 'x', table: 'Session', restriction: {} } }, /no array/],
    [{ in: { schema: 'x', table: 'Session', where: [] } }, /further key "where"/],
    [{ in: [] }, /none of these/],
    [{ in: { schema: 'x', table: 'Session' }, or: [] }, /none of these/],
    [{ or: Array.from({ length: 17 }, () => ({ in: { schema: 'x', table: 'T' } })) }, /17 tables, more than 16/],
  ])('%j is refused', async (item, message) => {
    const path = `${tablePath(lab.lab, 'Subject', 'record')}?restriction=${encodeRestriction([item])}`;
    expect((await client.get(path)).text).toMatch(message);
  });

  test('tables and schemas that are not there are named with the nearest right one', async () => {
    const path = (table: string, schema = lab.ephys): string =>
      `${tablePath(lab.lab, 'Subject', 'record')}?restriction=${encodeRestriction([{ in: { schema, table } }])}`;
    expect((await client.get(path('Sesion'))).text).toMatch(/TableNotFound: .*"Session"/);
    expect((await client.get(path('Session', 'pharus_in_ephy'))).text).toMatch(/SchemaNotFound: .*"pharus_in_ephys"/);
  });
});
