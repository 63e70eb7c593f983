import { pack } from '@pharus/datajoint/blob';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { dropLab, fillLab, type LabPipeline, makeLab } from './lab-pipeline.ts';

const problem = { accept: 'application/problem+json' };
const is = (attributeName: string, value: unknown): object => ({ attributeName, operation: '=', value });

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  let names: LabPipeline;
  const isMysql = backend.family === 'mysql';
  const bytes = { mysql: 'blob', postgresql: 'bytea' }[backend.family];
  const hex = (value: Uint8Array): string =>
    isMysql ? `x'${Buffer.from(value).toString('hex')}'` : `'\\x${Buffer.from(value).toString('hex')}'`;

  beforeAll(async () => {
    names = await makeLab(backend, 'pharus_jobs');
    const { ephys } = names;
    if (isMysql) {
      await backend.query(`CREATE TABLE ${ephys}."~jobs" (table_name varchar(255) NOT NULL, key_hash char(32) NOT NULL,
        status enum('reserved','error','ignore') NOT NULL, "key" ${bytes} DEFAULT NULL, error_message varchar(2047) NOT NULL DEFAULT '',
        error_stack mediumblob DEFAULT NULL, user varchar(255) NOT NULL DEFAULT '', host varchar(255) NOT NULL DEFAULT '',
        pid int unsigned NOT NULL DEFAULT 0, connection_id bigint unsigned NOT NULL DEFAULT 0,
        timestamp timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (table_name, key_hash))`);
    }
    const blobMark = { mysql: "COMMENT ':<blob>:'", postgresql: '' }[backend.family];
    const status = { mysql: "enum('pending','reserved','success','error','ignore')", postgresql: 'varchar(10)' };
    await backend.query(`CREATE TABLE ${ephys}."~~scan" (subject_id int NOT NULL, session int NOT NULL, status ${status[backend.family]} NOT NULL,
      priority smallint NOT NULL DEFAULT 5, created_time ${isMysql ? 'datetime' : 'timestamp'}(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      reserved_time ${isMysql ? 'datetime' : 'timestamp'}(3) DEFAULT NULL, error_message varchar(2047) NOT NULL DEFAULT '',
      error_stack ${bytes} DEFAULT NULL ${blobMark}, "user" varchar(255) NOT NULL DEFAULT '', host varchar(255) NOT NULL DEFAULT '',
      pid int NOT NULL DEFAULT 0, connection_id bigint NOT NULL DEFAULT 0, version varchar(64) NOT NULL DEFAULT '', PRIMARY KEY (subject_id, session))`);
    if (!isMysql) await backend.query(`COMMENT ON COLUMN ${ephys}."~~scan".error_stack IS ':<blob>:'`);
    api = await startApi();
    client = await api.login(backend);
  });
  beforeEach(async () => {
    const { ephys } = names;
    await fillLab(backend, names);
    await backend.deleteRows(`${ephys}."~~scan"`);
    await backend.query(`INSERT INTO ${ephys}."~~scan" (subject_id, session, status, created_time, error_message, error_stack, "user") VALUES
      (1, 1, 'error', '2026-01-01 00:00:02', 'ValueError: bad', ${hex(pack('Traceback: here'))}, 'ann@lab'),
      (1, 2, 'pending', '2026-01-01 00:00:01', '', NULL, ''), (2, 1, 'ignore', '2026-01-01 00:00:00', '', NULL, '')`);
    if (!isMysql) return;
    await backend.deleteRows(`${ephys}."~jobs"`);
    const key = pack(
      new Map<string, bigint>([
        ['subject_id', 1n],
        ['session', 2n],
      ]),
    );
    await backend.query(`INSERT INTO ${ephys}."~jobs" (table_name, key_hash, status, "key", error_message, connection_id) VALUES
      ('__analysis', 'a1', 'error', ${hex(key)}, 'TypeError: x', 18446744073709551615), ('__analysis', 'b2', 'reserved', NULL, '', 7),
      ('other', 'c3', 'error', NULL, '', 8)`);
  });
  afterAll(async () => {
    await api?.close();
    await dropLab(backend, names);
  });

  const get = async (path: string): Promise<unknown> => {
    const { status, text } = await client.get(path);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return JSON.parse(text);
  };

  test('the jobs of all tables are counted, in both generations', async () => {
    const { jobs } = (await get(`/jobs?schema=${names.ephys},${names.lab}`)) as { jobs: object[] };
    const scan = { schema: names.ephys, table: 'Scan', counts: { error: 1, pending: 1, ignore: 1 } };
    const legacy = [
      { schema: names.ephys, table: 'Analysis', counts: { error: 1, reserved: 1 } },
      { schema: names.ephys, table: expect.stringMatching(/^other$/i), counts: { error: 1 } },
    ];
    expect(jobs).toEqual(expect.arrayContaining(isMysql ? [scan, ...legacy] : [scan]));
    expect(jobs).toHaveLength(isMysql ? 3 : 1);
  });

  test('the jobs of a table have their keys, errors and stacks', async () => {
    const scan = (await get(`/jobs/${names.ephys}/Scan`)) as { jobs: object[]; totalCount: number };
    expect(scan.totalCount).toBe(3);
    expect(scan.jobs[0]).toMatchObject({
      status: 'error',
      key: { subject_id: 1, session: 1 },
      errorMessage: 'ValueError: bad',
      errorStack: 'Traceback: here',
      user: 'ann@lab',
      times: { created_time: expect.stringMatching(/^2026-01-01 00:00:02/), reserved_time: null },
    });
    const failed = (await get(`/jobs/${names.ephys}/Scan?status=pending`)) as { jobs: object[]; totalCount: number };
    expect([failed.totalCount, failed.jobs]).toMatchObject([1, [{ key: { subject_id: 1, session: 2 } }]]);
    const paged = (await get(`/jobs/${names.ephys}/Scan?limit=1&page=2`)) as { jobs: object[]; totalCount: number };
    expect([paged.totalCount, paged.jobs]).toMatchObject([3, [{ status: 'pending' }]]);
    if (!isMysql) return;
    const analysis = await get(`/jobs/${names.ephys}/Analysis?status=error`);
    expect(analysis).toMatchObject({
      jobs: [{ key: { subject_id: 1, session: 2 }, keyHash: 'a1', connectionId: '18446744073709551615' }],
      totalCount: 1,
    });
    expect(await get(`/jobs/${names.ephys}/Session`)).toEqual({ jobs: [], totalCount: 0 });
  });

  test('jobs are cleared by status, and by what else is asked', async () => {
    const remove = (query: string): ReturnType<ApiClient['delete']> =>
      client.delete(`/jobs/${names.ephys}/Scan${query}`);
    for (const query of ['', '?status=done', '?status=error&all=1', `?restriction=${encodeRestriction([])}`]) {
      expect([(await remove(query)).status, query]).toEqual([500, query]);
    }
    const inBody = {
      method: 'DELETE',
      path: `/jobs/${names.ephys}/Scan?status=error`,
      body: { restriction: [] },
    } as const;
    expect((await client.request(inBody)).text).toMatch(/got a body\. Nothing was deleted/);
    const other = encodeRestriction([is('subject_id', 2)]);
    expect((await remove(`?status=error&restriction=${other}`)).json()).toEqual({ deleted: 0 });
    expect((await remove('?status=error')).json()).toEqual({ deleted: 1 });
    const left = await backend.query<{ status: string }>(`SELECT status FROM ${names.ephys}."~~scan" ORDER BY status`);
    expect(left.map(({ status }) => status).sort()).toEqual(['ignore', 'pending']);
    if (!isMysql) return;
    expect((await client.delete(`/jobs/${names.ephys}/Analysis?status=error`)).json()).toEqual({ deleted: 1 });
    expect(await backend.query(`SELECT key_hash FROM ${names.ephys}."~jobs" ORDER BY 1`)).toHaveLength(2);
  });

  test('progress is keys done of keys to do, and the jobs under way', async () => {
    expect(await get(`/schema/${names.ephys}/table/Scan/progress`)).toEqual({
      total: 3,
      done: 2,
      pending: 1,
      reserved: 0,
      error: 1,
      ignored: 1,
      newest: null,
    });
    expect(await get(`/schema/${names.ephys}/table/Analysis/progress`)).toMatchObject({
      total: 2,
      done: 1,
      error: isMysql ? 1 : 0,
      reserved: isMysql ? 1 : 0,
    });
    const manual = await client.get(`/schema/${names.ephys}/table/Session/progress`, problem);
    expect([manual.status, manual.text]).toEqual([400, expect.stringMatching(/not filled by populate/)]);
  });

  const values = async (table: string, attribute: string, query = ''): Promise<unknown> =>
    get(`/schema/${names[table === 'Subject' ? 'lab' : 'ephys']}/table/${table}/values/${attribute}${query}`);

  test('the values of an attribute come once each, counted', async () => {
    expect(await values('Session', 'subject_id')).toEqual({
      values: [
        { value: 1, count: 2 },
        { value: 2, count: 1 },
      ],
      complete: true,
    });
    expect(await values('Session', 'rig')).toMatchObject({
      complete: true,
      values: expect.arrayContaining([{ value: null, count: 1 }]),
    });
    expect(await values('Subject', 'name', '?q=T&limit=1')).toMatchObject(
      isMysql ? { values: [{ value: 'three', count: 1 }], complete: false } : { values: [], complete: true },
    );
    expect(await values('Subject', 'name', '?q=t&limit=1')).toEqual({
      values: [{ value: 'three', count: 1 }],
      complete: false,
    });
    expect(await values('Subject', 'name', '?q=%25')).toEqual({ values: [], complete: true });
    expect(
      await values('Session', 'subject_id', `?restriction=${encodeRestriction([is('session', 2)])}`),
    ).toMatchObject({
      values: [{ value: 1, count: 1 }],
    });
    const path = `/schema/${names.ephys}/table/Session/values/`;
    expect((await client.get(`${path}rgi`, problem)).text).toMatch(/Did you mean \\"rig\\"/);
    const searched = await client.get(`${path}subject_id?q=1`, problem);
    expect([searched.status, searched.text]).toEqual([400, expect.stringMatching(/what they contain \(`q`\)/)]);
    expect((await client.get(`${path}rig?limit=1001`, problem)).status).toBe(400);
  });

  test('rows are counted, or estimated', async () => {
    const path = `/schema/${names.ephys}/table/Session/count`;
    expect(await get(path)).toEqual({ totalCount: 3, estimated: false });
    const restriction = encodeRestriction([is('subject_id', 1)]);
    expect(await get(`${path}?restriction=${restriction}&timeLimit=60000`)).toEqual({
      totalCount: 2,
      estimated: false,
    });
    expect(await get(`${path}?mode=estimated`)).toEqual({ totalCount: 3, estimated: false });
    expect((await client.get(`${path}?mode=guess`, problem)).status).toBe(400);
    expect((await client.get(`${path}?timeLimit=60001`, problem)).status).toBe(400);
  });
});
