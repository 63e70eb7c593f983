import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, startApi } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { dropLab, type LabPipeline, makeLab } from './lab-pipeline.ts';

interface Pipeline {
  schemas: { name: string; generation: string; tables: Record<string, unknown>[] }[];
  edges: Record<string, unknown>[];
}

describeEachBackend((backend: Backend) => {
  let api: Api;
  let root: ApiClient;
  let reader: ApiClient;
  let names: LabPipeline;
  const isMysql = backend.family === 'mysql';
  const hasUsers = backend.name !== 'pglite';

  beforeAll(async () => {
    names = await makeLab(backend, 'pharus_pipe');
    const { lab, ephys } = names;
    await backend.createUser('pipe_reader');
    for (const grant of {
      mysql: [
        `SELECT, INSERT ON ${lab}.subject`,
        `SELECT (pair_id), DELETE ON ${lab}.pair`,
        `SELECT, UPDATE ON "${ephys.replaceAll('_', '\\_')}".*`,
      ],
      postgresql: [
        `USAGE ON SCHEMA ${lab}, ${ephys}`,
        `SELECT, INSERT ON ${lab}.subject`,
        `SELECT (pair_id), DELETE ON ${lab}.pair`,
        `SELECT, UPDATE ON ALL TABLES IN SCHEMA ${ephys}`,
      ],
    }[backend.family]) {
      if (hasUsers) await backend.query(`GRANT ${grant} TO pipe_reader`);
    }
    api = await startApi();
    root = await api.login(backend);
    reader = await api.login({ ...backend, user: 'pipe_reader', password: 'secret' });
  });
  afterAll(async () => {
    await api?.close();
    await dropLab(backend, names);
  });

  const pipeline = async (client: ApiClient, schemas: readonly string[]): Promise<Pipeline> => {
    const { status, text } = await client.get(`/pipeline?schema=${schemas.join(',')}`);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return JSON.parse(text) as Pipeline;
  };

  test('a pipeline has its tables by schema and the keys among them as they are', async () => {
    const { lab, ephys } = names;
    const { schemas, edges } = await pipeline(root, [ephys, lab]);
    const all = ['select', 'insert', 'update', 'delete'];
    const notByHand = ['select', 'update', 'delete'];
    expect(schemas.map(({ name }) => name)).toEqual([ephys, lab]);
    expect(schemas.map(({ generation }) => generation)).toEqual(isMysql ? ['0.14', '0.14'] : ['2', '2']);
    const [ofEphys, ofLab] = schemas.map(({ tables }) =>
      Object.fromEntries(tables.map(({ name, stored, tier, master, may }) => [name, { stored, tier, master, may }])),
    );
    expect(ofLab).toEqual({
      Species: { stored: '#species', tier: 'lookup', may: all },
      Subject: { stored: 'subject', tier: 'manual', may: all },
      Pair: { stored: 'pair', tier: 'manual', may: all },
    });
    expect(ofEphys).toEqual({
      Session: { stored: 'session', tier: 'manual', may: all },
      'Session.Trial': { stored: 'session__trial', tier: 'part', master: 'Session', may: all },
      Scan: { stored: '_scan', tier: 'imported', may: notByHand },
      Analysis: { stored: '__analysis', tier: 'computed', may: notByHand },
    });
    expect(edges.map(({ id, ...edge }) => edge)).toHaveLength(7);
    const edge = (child: string, to: string): Record<string, unknown>[] =>
      edges.filter((each) => each.child === child && each.parent === to);
    expect(edge(`${ephys}.Session`, `${lab}.Subject`)).toEqual([
      { ...anyEdge, attrMap: { subject_id: 'subject_id' }, primary: true, multi: true, aliased: false },
    ]);
    expect(edge(`${ephys}.Scan`, `${ephys}.Session`)).toEqual([
      {
        ...anyEdge,
        attrMap: { subject_id: 'subject_id', session: 'session' },
        primary: true,
        multi: false,
        aliased: false,
      },
    ]);
    expect(edge(`${lab}.Subject`, `${lab}.Species`)).toMatchObject([{ primary: false, multi: true, aliased: false }]);
    expect(edge(`${lab}.Pair`, `${lab}.Subject`).map(({ attrMap, aliased }) => [attrMap, aliased])).toEqual([
      [{ first_id: 'subject_id' }, true],
      [{ second_id: 'subject_id' }, true],
    ]);
  });
  const anyEdge = { id: expect.any(String), child: expect.any(String), parent: expect.any(String) };

  test('without names every visible schema is there, and unknown names are absent', async () => {
    const { status, json } = await root.get('/pipeline');
    expect(status).toBe(200);
    const found = (json() as unknown as Pipeline).schemas.map(({ name }) => name);
    expect(found).toEqual(expect.arrayContaining([names.lab, names.ephys]));
    expect(found).not.toEqual(expect.arrayContaining(['information_schema']));
    expect(await pipeline(root, [`${names.lab}' OR 1=1 --`, 'no_such'])).toEqual({ schemas: [], edges: [] });
  });

  test('what a user may do is told, and what they may not see is not there', async () => {
    if (!hasUsers) return expect(backend.name).toBe('pglite');
    const { lab, ephys } = names;
    const { schemas, edges } = await pipeline(reader, [lab, ephys]);
    const may = Object.fromEntries(schemas.flatMap(({ tables }) => tables.map((table) => [table.name, table.may])));
    expect(may).toEqual({
      Subject: ['select', 'insert'],
      // To read one attribute is not to read its rows.
      Pair: ['delete'],
      Session: ['select', 'update'],
      'Session.Trial': ['select', 'update'],
      Scan: ['select', 'update'],
      Analysis: ['select', 'update'],
    });
    expect(edges.some(({ parent }) => parent === `${lab}.Species`)).toBe(false);
    expect((await root.get(`/schema/${ephys}/table/Scan/heading`)).json()).toMatchObject({
      autopopulated: true,
      may: ['select', 'update', 'delete'],
    });
    const heading = await reader.get(`/schema/${lab}/table/Subject/heading`);
    expect(heading.json()).toMatchObject({ may: ['select', 'insert'], foreignKeys: [{ parent: null }] });
    const attributes = await reader.get(`/pipeline/attributes?schema=${lab}`);
    expect(attributes.text).not.toContain('#species');
    expect(attributes.text).not.toContain('Species');
  });

  test('the attributes of all tables can be searched', async () => {
    const { json } = await root.get(`/pipeline/attributes?schema=${names.ephys}`);
    const attributes = json() as unknown as Record<string, string>[];
    expect(attributes.filter(({ table }) => table === 'Session')).toEqual([
      {
        schema: names.ephys,
        table: 'Session',
        attribute: 'subject_id',
        type: isMysql ? 'int' : 'integer',
        comment: '',
      },
      { schema: names.ephys, table: 'Session', attribute: 'session', type: isMysql ? 'int' : 'integer', comment: '' },
      { schema: names.ephys, table: 'Session', attribute: 'rig', type: 'varchar(10)', comment: '' },
    ]);
  });

  test('answers carry a tag by which an unchanged one is not sent again', async () => {
    for (const path of [
      `/pipeline?schema=${names.ephys}`,
      `/pipeline/attributes?schema=${names.ephys}`,
      `/schema/${names.ephys}/table/Session/heading`,
    ]) {
      const { headers } = await root.get(path);
      const tag = String(headers.etag);
      expect(headers['cache-control']).toBe('private, no-cache');
      const again = await root.get(path, { 'if-none-match': `"other", W/${tag}` });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, '', tag]);
      expect((await root.get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  test('a heading has the keys, parts and children of its table', async () => {
    const { lab, ephys } = names;
    const session = (await root.get(`/schema/${ephys}/table/Session/heading`)).json();
    expect(session).toMatchObject({
      schema: ephys,
      table: 'Session',
      stored: 'session',
      tier: 'manual',
      autopopulated: false,
      parts: ['Session.Trial'],
      foreignKeys: [
        { parent: { schema: lab, table: 'Subject' }, primary: true, nullable: false, unique: false, aliased: false },
      ],
    });
    const { attributes, children } = session as unknown as Record<string, { child: unknown; name: string }[]>;
    expect(children?.map(({ child }) => child)).toEqual([
      { schema: ephys, table: 'Session.Trial' },
      { schema: ephys, table: 'Scan' },
    ]);
    expect(attributes).toMatchObject([
      { name: 'subject_id', primary: true, nullable: false, fk: [expect.any(String)] },
      { name: 'session', primary: true, nullable: false },
      { name: 'rig', primary: false, nullable: true },
    ]);
    const pair = (await root.get(`/schema/${lab}/table/Pair/heading`)).json();
    expect(pair).toMatchObject({
      foreignKeys: [
        { attrMap: { first_id: 'subject_id' }, nullable: false, multi: true, aliased: true },
        { attrMap: { second_id: 'subject_id' }, nullable: true, multi: true, aliased: true },
      ],
    });
    const scan = (await root.get(`/schema/${ephys}/table/Scan/heading`)).json();
    expect(scan).toMatchObject({
      tier: 'imported',
      autopopulated: true,
      foreignKeys: [{ unique: true, multi: false }],
    });
    const missing = await root.get(`/schema/${ephys}/table/Sesion/heading`);
    expect([missing.status, missing.text]).toEqual([500, expect.stringMatching(/Did you mean "Session"/)]);
  });
});
