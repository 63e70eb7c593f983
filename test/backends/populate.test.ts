import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AutoPopulated,
  computed,
  type Database,
  lookup,
  type Make,
  type Schema,
  type Table,
} from '../../packages/datajoint/src/index.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';

const schemaName = 'populate_lab';

/** Types of DataJoint 2 as the older generation calls them. */
const typed = (definition: string, generation: 'legacy' | '2'): string =>
  generation === '2' ? definition : definition.replaceAll('int32', 'int').replaceAll('float64', 'double');

const make: Make = async (key, { table, insert1 }) => {
  const rate = await (await table('Session')).restrict({ session: key.session as number }).fetch1('rate');
  if (Number(rate) < 0) throw new RangeError('negative rate');
  await insert1({ ...key, total: Number(rate) * 2 });
  await (await table('Result.Unit')).insert([
    { ...key, unit: 1 },
    { ...key, unit: 2 },
  ]);
};

describeEachBackend((backend) => {
  const generations = { mysql: ['legacy', '2'], postgresql: ['2'] } as const;
  describe.each(generations[backend.family])('in generation %s', (generation) => {
    let database: Database;
    let lab: Schema;
    let result: AutoPopulated;

    beforeAll(() => {
      database = openDatabase(backend);
    });
    afterAll(async () => {
      await backend.dropSchemas(schemaName);
      await database.close();
    });
    beforeEach(async () => {
      await backend.dropSchemas(schemaName);
      lab = await database.createSchema(schemaName, { generation });
      const declare = (name: string, definition: string, tier?: 'lookup' | 'computed'): Promise<unknown> =>
        lab.declare(name, typed(definition, generation), tier === undefined ? {} : { tier });
      await declare('Session', 'session : int32\n---\nrate : float64');
      await declare('Method', 'method : varchar(8)', 'lookup');
      await declare('Result', '-> Session\n-> Method.proj(way="method")\n---\ntotal : float64', 'computed');
      await declare('Result.Unit', '-> master\nunit : int32');
      await (await lab.table('Session')).insert(
        [1, 2, 3].map((session) => ({ session, rate: session === 2 ? -1 : session })),
      );
      await (await lab.table('Method')).insert([{ method: 'a' }, { method: 'b' }]);
      result = await lab.autoPopulated('Result', make);
    });

    const totals = async (): Promise<unknown[]> =>
      (await (await lab.table('Result')).first({}).fetch()).map((row) => ({ ...row }));

    test('the key source joins the parents of the primary key, by the names they have here', async () => {
      const source = await result.keySource();
      expect(source.heading.names.toSorted()).toEqual(['session', 'way']);
      expect(await source.length()).toBe(6);
      expect(await result.progress()).toEqual({ remaining: 6, total: 6 });
      expect(await result.progress({ session: 1 })).toEqual({ remaining: 2, total: 2 });
    });

    test('tables are written as code: with contents, parts and a make', async () => {
      const integer = generation === '2' ? 'int32' : 'int';
      const Rig = lookup<{ rig: number; name: string }, 'rig'>('Rig', `rig : ${integer}\n---\nname : varchar(8)`, {
        contents: [
          { rig: 1, name: 'one' },
          { rig: 2, name: 'two' },
        ],
      });
      const Count = computed('Count', `-> Rig\n---\nletters : ${integer}`, {
        parts: { Letter: '-> master\nletter : varchar(1)' },
        make: async (key, { table, insert1 }) => {
          const name = String(await (await table('Rig')).restrict({ rig: Number(key.rig) }).fetch1('name'));
          await insert1({ ...key, letters: name.length });
          await (await table('Count.Letter')).insert([...name].map((letter) => ({ ...key, letter })));
        },
      });
      await lab.activate(Rig);
      const rigs = await lab.activate(Rig);
      const counts = await lab.activate(Count);
      expect(await counts.populate()).toEqual({ successCount: 2, errors: [] });
      const names: string[] = await rigs.first({}).fetch('name');
      expect(names).toEqual(['one', 'two']);
      expect(await (await lab.table('Count.Letter')).length()).toBe(6);
      expect(rigs.tier).toBe('lookup');
    });

    describe('a make in parts', () => {
      const session = async (): Promise<Table> => await lab.table('Session');
      const inParts = (meanwhile: () => Promise<unknown>): Promise<AutoPopulated> =>
        lab.autoPopulated('Result', {
          fetch: async (key, { table }) => {
            return await (await table('Session')).restrict({ session: Number(key.session) }).fetch1('rate');
          },
          compute: async (_key, rate) => {
            await meanwhile();
            return Number(rate) * 2;
          },
          insert: async (key, total, { insert1 }) => await insert1({ ...key, total }),
        });

      test('computes while no transaction is open', async () => {
        const seen: boolean[] = [];
        const parts = await inParts(async () => {
          // Somebody else may write what is not looked at.
          const other = { session: 10 + seen.length, rate: 1 };
          await (await session()).insert1(other);
          seen.push(true);
        });
        expect(await parts.populate({ restrictions: [{ session: 1 }] })).toEqual({ successCount: 2, errors: [] });
        expect(seen).toEqual([true, true]);
        expect(await totals()).toEqual([
          { session: 1, way: 'a', total: 2 },
          { session: 1, way: 'b', total: 2 },
        ]);
      });

      test('inserts nothing where what was fetched has changed', async () => {
        const parts = await inParts(async () => await (await session()).update1({ session: 1, rate: 7 }));
        const { successCount, errors } = await parts.populate({
          restrictions: [{ session: 1, way: 'a' }],
          suppressErrors: true,
        });
        expect([successCount, errors.map(({ error }) => String(error))]).toEqual([
          0,
          [expect.stringMatching(/fetched for the key has changed/)],
        ]);
        expect(await totals()).toEqual([]);
      });
    });

    if (generation === '2') {
      test('rows that are computed say when, how long and with which code, where their table keeps that', async () => {
        const before = Date.now();
        const options = { tier: 'computed', jobMetadata: true } as const;
        await lab.declare('Timed', '-> Session\n---\ntotal : float64', options);
        const timed = await lab.autoPopulated('Timed', async (key, { insert1 }) => await insert1({ ...key, total: 1 }));
        await timed.populate({ restrictions: [{ session: 1 }], version: 'abc1234' });
        const columns = '_job_start_time AS began, _job_duration AS took, _job_version AS version';
        const [row] = await backend.query<{ began: string; took: number; version: string }>(
          `SELECT ${columns} FROM ${schemaName}.__timed`,
        );
        expect(row).toMatchObject({ version: 'abc1234' });
        const began = Date.parse(`${String(row?.began).replace(' ', 'T')}`);
        expect(began).toBeGreaterThanOrEqual(before - 1000);
        expect(began).toBeLessThanOrEqual(Date.now());
        expect(Number(row?.took)).toBeLessThan(60);
      });
    }

    test('each key is made in a transaction of its own; the first error is thrown and leaves nothing behind', async () => {
      expect(await result.populate({ restrictions: [{ session: 1 }], limit: 1 })).toEqual({
        successCount: 1,
        errors: [],
      });
      expect(await result.populate({ restrictions: [[{ session: 1 }, { session: 3 }]] })).toMatchObject({
        successCount: 3,
      });
      await expect(result.populate()).rejects.toThrow('negative rate');
      expect(await totals()).toEqual([
        { session: 1, way: 'a', total: 2 },
        { session: 1, way: 'b', total: 2 },
        { session: 3, way: 'a', total: 6 },
        { session: 3, way: 'b', total: 6 },
      ]);
      expect(await (await lab.table('Result.Unit')).length()).toBe(8);
      const { successCount, errors } = await result.populate({ suppressErrors: true });
      expect(successCount).toBe(0);
      expect(errors.map(({ key, error }) => [{ ...key }, (error as Error).message])).toEqual(
        expect.arrayContaining([
          [{ session: 2, way: 'a' }, 'negative rate'],
          [{ session: 2, way: 'b' }, 'negative rate'],
        ]),
      );
      expect(await result.progress()).toEqual({ remaining: 2, total: 6 });
    });

    test('jobs are reserved, done, failed and ignored as the other workers see it', async () => {
      const jobs = await result.jobs();
      await jobs.ignore({ session: 3, way: 'b' });
      const first = await result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 2, order: 'reverse' });
      expect(first.successCount + first.errors.length).toBe(2);
      const second = await result.populate({ reserveJobs: true, suppressErrors: true });
      expect([first.successCount + second.successCount, first.errors.length + second.errors.length]).toEqual([3, 2]);
      expect(await result.populate({ reserveJobs: true })).toEqual({ successCount: 0, errors: [] });
      expect(await jobs.progress()).toMatchObject({ error: 2, ignore: 1 });
      expect(await result.progress()).toEqual({ remaining: 3, total: 6 });
      const failed = await failures(backend, generation);
      expect(failed.map(({ error_message, host, pid }) => [error_message, host, Number(pid)])).toEqual(
        [1, 2].map(() => ['RangeError: negative rate', expect.stringMatching(/./), process.pid]),
      );
    });

    test('a job that one worker has no other gets', async () => {
      let begun = 0;
      const slow = await lab.autoPopulated('Result', async (key, context) => {
        begun += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        await context.insert1({ ...key, total: 0 });
      });
      const workers = [1, 2, 3].map(() => slow.populate({ reserveJobs: true, order: 'random' }));
      const counts = (await Promise.all(workers)).map(({ successCount }) => successCount);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
      expect(begun).toBe(6);
      expect(Object.values(await (await slow.jobs()).progress()).filter((count) => count !== 0)).toEqual([]);
    });

    test('it stops when it is told to, and does not begin in a transaction or for tables that people fill', async () => {
      const controller = new AbortController();
      const stopping = await lab.autoPopulated('Result', async (key, { insert1 }) => {
        await insert1({ ...key, total: 0 });
        controller.abort();
      });
      await expect(stopping.populate({ signal: controller.signal })).rejects.toThrow();
      expect(await totals()).toEqual([]);
      await expect(lab.autoPopulated('Session', make)).rejects.toThrow(/Session is manual/);
    });

    if (generation === '2') {
      test('the queue adds what is new, keeps what is done if asked to, and drops what nobody wants', async () => {
        await result.populate({
          reserveJobs: true,
          keepCompleted: true,
          restrictions: [[{ session: 1 }, { session: 3 }]],
        });
        const jobs = await result.jobs();
        expect(await jobs.progress()).toEqual({ pending: 0, reserved: 0, success: 4, error: 0, ignore: 0 });
        await (await lab.table('Session')).restrict({ session: 3 }).delete();
        await result.populate({ reserveJobs: true, suppressErrors: true });
        expect(await jobs.progress()).toEqual({ pending: 0, reserved: 0, success: 2, error: 2, ignore: 0 });
        const plan = await (await lab.table('Result')).dropPlan();
        expect(plan.queues.map(({ table }) => table)).toEqual(['~~result']);
        await plan.run();
        expect((await database.catalog.tables(schemaName)).filter((table) => table.startsWith('~~'))).toEqual([]);
      });
    }
  });
});

async function failures(backend: Backend, generation: 'legacy' | '2'): Promise<Record<string, unknown>[]> {
  const table = generation === 'legacy' ? '~jobs' : '~~result';
  return await backend.query(`SELECT error_message, host, pid FROM "${schemaName}"."${table}" WHERE status = 'error'`);
}
