import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AutoPopulated, Database, Make, Schema } from '../../packages/datajoint/src/index.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { describeEachLibrary } from './matrix.ts';

/** A job as Python sees it. */
type Job = readonly [session: number, status: string, message: string, stack: string | null, isItsKey: boolean];

const sessions = 40;
const bad = (session: number): boolean => session % 5 === 2;

/** What Python's worker does, too. */
const make: Make = async (key, { insert1 }) => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const session = Number(key.session);
  if (bad(session)) throw new RangeError(`bad session ${session}`);
  await insert1({ ...key, worker: 'typescript', total: 2 * session });
};

describeEachLibrary((interop) => {
  let database: Database;
  let schema: string;
  let lab: Schema;
  let result: AutoPopulated;
  const python = <T>(method: string, args: object = {}): Promise<T> =>
    interop().python.ask<T>('ask_worker', { schema, method, ...args });

  beforeAll(async () => {
    const { backend, python: library, generation } = interop();
    // The library cannot enter uuids into PostgreSQL.
    const hasUuid = backend.family === 'mysql';
    database = openDatabase(backend);
    schema = `interop_${generation}_workers`;
    await backend.dropSchemas(schema);
    await library.ask('declare_shared', { schema, has_uuid: hasUuid });
    lab = database.schema(schema);
    result = await lab.autoPopulated('Result', make);
    const rows = Array.from({ length: sessions }, (_, index) => ({
      session: index + 1,
      day: `2024-02-${String((index % 28) + 1).padStart(2, '0')}`,
      started: `2024-02-29 0${index % 10}:05:00`,
      name: `it's ${index} é`,
      ratio: `${index - 20}.250`,
      ...(hasUuid ? { device: `00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}` } : {}),
    }));
    await (await lab.table('Session')).insert(rows);
  });

  afterAll(async () => {
    await interop().backend.dropSchemas(schema);
    await database.close();
  });

  test('workers of both languages compute a table together: each key once, each failure as the other sees it', async () => {
    const mine = await (await lab.table('Session')).restrict({ session: 39 }).fetch1('KEY');
    await (await result.jobs()).ignore(mine);
    await python('ignore', { session: 40 });

    const options = { reserveJobs: true, suppressErrors: true, order: 'random' } as const;
    const [pythons, ours] = await Promise.all([python<number>('populate'), result.populate(options)]);
    const wanted = sessions - 8 - 2;
    expect(pythons + ours.successCount).toBe(wanted);
    const rows = await (await lab.table('Result')).fetch();
    expect(rows.map(({ session, total }) => [session, total])).toEqual(
      expect.arrayContaining([
        [1, 2],
        [38, 76],
      ]),
    );
    expect(rows.length).toBe(wanted);
    expect(rows.filter(({ worker }) => worker === 'typescript').length).toBe(ours.successCount);
    // Each had something to do.
    expect(Math.min(pythons, ours.successCount)).toBeGreaterThan(0);

    const jobs = await python<Job[]>('jobs');
    const failed = Array.from({ length: sessions }, (_, index) => index + 1).filter(bad);
    expect(jobs.map(([session, status]) => `${session} ${status}`)).toEqual([
      ...failed.map((session) => `${session} error`),
      '39 ignore',
      '40 ignore',
    ]);
    const ourFailures = new Set(ours.errors.map(({ key }) => Number(key.session)));
    for (const [session, status, message, stack, isItsKey] of jobs) {
      expect(isItsKey).toBe(true);
      if (status !== 'error') continue;
      const isOurs = ourFailures.has(session);
      expect(message).toBe(`${isOurs ? 'RangeError' : 'ValueError'}: bad session ${session}`);
      expect(stack).toContain(isOurs ? 'populating.test.ts' : 'workers.py');
    }

    // Neither takes up what failed or is to be ignored; both see as much left.
    expect(await result.populate(options)).toEqual({ successCount: 0, errors: [] });
    expect(await python('populate')).toBe(0);
    expect(await python('progress')).toEqual([10, 40]);
    expect(await result.progress()).toEqual({ remaining: 10, total: 40 });
  });
});
