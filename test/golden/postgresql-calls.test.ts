import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, QueryExpression, type Table } from '../../packages/datajoint/src/index.ts';
import { type Backend, describeFamily } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { type Call, later, modernCalls, pythonOnly } from './queries/calls.ts';
import { createPipeline, renamed } from './queries/gold-pipeline.ts';
import { isClock, plainRows } from './queries/plain-rows.ts';
import { type RecordedCall, recordedQueries } from './queries/recorded-queries.ts';

const prefix = 'gold2';
const [ours, theirs] = ['gold2_ours', 'gold2_theirs'];
const { calls } = recordedQueries('queries_v2_postgresql.json');

/** What the library fails at here, and what the call means, as SQL on its own pipeline. */
const faults: Readonly<Record<string, { readonly sql: string; readonly fault: string }>> = {
  replace: {
    sql: `UPDATE "gold2_lab"."subject" SET note = 'x' WHERE subject_id = 1`,
    fault: 'writes the statement of another server',
  },
  uuid: {
    sql: `INSERT INTO "gold2_lab"."only_uuid" VALUES ('12345678-1234-5678-9abc-def012345678')`,
    fault: 'sends bytes for a uuid',
  },
  'uuid restrict': {
    sql: `SELECT id FROM "gold2_lab"."only_uuid" WHERE id = '12345678-1234-5678-9abc-def012345678'`,
    fault: 'writes bits for a uuid',
  },
  'fetch all types': { sql: 'SELECT * FROM "gold2_lab"."all_types"', fault: 'takes the text of a uuid for its bytes' },
};

/** Not of the API, or the same as another. */
const others: Readonly<Record<string, string>> = {
  ...pythonOnly,
  'uuid attr on PG': 'sends bytes for a uuid, as above',
  // Metadata of stored objects is given as files; the statement runs on both sides.
  'insert all types': 'stored objects',
};

const replayed: Readonly<Record<string, Call>> = Object.fromEntries(
  Object.entries(modernCalls).filter(([name]) => others[name] === undefined),
);

test('every recorded call is replayed, or listed with the reason why not', () => {
  const names = calls.map(({ call }) => call);
  expect(names.filter((name) => (replayed[name] ?? later[name] ?? others[name]) === undefined)).toEqual([]);
  expect(Object.keys(faults).filter((name) => !names.includes(name))).toEqual([]);
});

describeFamily('postgresql', (backend) => {
  let database: Database;
  let names: readonly string[];
  const load = async (className: string): Promise<Table> => {
    database.catalog.invalidate();
    return await database.schema(`${ours}_lab`).table(className);
  };

  beforeAll(async () => {
    for (const as of [ours, theirs]) {
      names = await createPipeline(backend, { definitions: 'describe_v2_postgres.json', prefix }, as);
      // What the recording had in its lookup tables, and what it had loosened.
      await backend.query(`
        INSERT INTO "${as}_lab"."#species" (species) VALUES ('mouse');
        INSERT INTO "${as}_lab"."#processing_method" VALUES ('a'), ('b');
        ALTER TABLE "${as}_lab".all_types ALTER a_uuid SET DEFAULT '00000000-0000-0000-0000-000000000005',
          ALTER a_blob_default DROP NOT NULL`);
    }
    database = openDatabase(backend);
  });
  afterAll(async () => await database?.close());

  describe('calls of queries_v2_postgresql.json', () => {
    test.each(calls)('$call', async (recorded) => {
      const { call: name, statements } = recorded;
      if (pythonOnly[name] !== undefined || name === 'uuid attr on PG') return;
      const fault = faults[name];
      const sent = fault === undefined ? statements : [{ sql: fault.sql, params: [] }];
      const error = fault === undefined ? recorded.error : undefined;
      const expected = await replay(backend, { ...recorded, statements: sent, error }, theirs);
      const call = replayed[name];
      if (call === undefined) {
        await replay(backend, recorded, ours);
      } else {
        let caught: unknown;
        try {
          const answer = await call(load, recorded);
          if (answer instanceof QueryExpression) {
            const { heading } = answer;
            const shown = heading.names.filter((attribute) => !isClock(attribute) && attribute in (expected[0] ?? {}));
            expect(plainRows(await answer.fetch(), heading, shown)).toEqual(plainRows(expected, heading, shown));
          }
        } catch (failure) {
          caught = failure;
        }
        if (error === undefined) expect(caught).toBeUndefined();
        else expect(classesOf(caught), String(caught)).toContain(error);
      }
      for (const table of names) {
        const own = table.replace(`${theirs}_`, `${ours}_`);
        expect(await contents(backend, own), own).toEqual(await contents(backend, table));
      }
    });
  });
});

/** Sends what was recorded; what failed then fails now. Answers the rows of the last query. */
async function replay(
  backend: Backend,
  { statements, error }: RecordedCall,
  as: string,
): Promise<readonly Record<string, unknown>[]> {
  let rows: readonly Record<string, unknown>[] = [];
  const batches = inBatches(statements);
  for (const batch of batches) {
    const text = batch.map(({ sql }) => renamed(sql, prefix, as)).join(';\n');
    const params = batch.flatMap((statement) => [...statement.params]);
    const sent = backend.query(text, params);
    if (error !== undefined && batches.length === 1) await expect(sent).rejects.toThrow();
    else rows = await sent;
  }
  return rows;
}

type Recorded = RecordedCall['statements'][number];

/** A transaction goes to one session, whole; what is sent together is one, so the rest goes alone. */
function inBatches(statements: readonly Recorded[]): readonly (readonly Recorded[])[] {
  const batches: Recorded[][] = [];
  let isOpen = false;
  for (const statement of statements) {
    if (isOpen) batches.at(-1)?.push(statement);
    else batches.push([statement]);
    if (statement.sql === 'BEGIN') isOpen = true;
    if (statement.sql === 'COMMIT' || statement.sql === 'ROLLBACK') isOpen = false;
  }
  return batches;
}

function classesOf(error: unknown): readonly string[] {
  const found: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = Object.getPrototypeOf(at)) found.push(at.constructor.name);
  return found;
}

/** A table's rows, without what the clock wrote into them. */
async function contents(backend: Backend, table: string): Promise<readonly string[]> {
  const rows = await backend.query(`SELECT * FROM ${table}`);
  return rows.map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !isClock(column)))).sort();
}
