import { createConnection, type Connection as PlainConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Connection,
  Database,
  DataJointError,
  mysqlDialect,
  QueryExpression,
} from '../../packages/datajoint/src/index.ts';
import { type Backend, describeFamily } from '../support/backends.ts';
import { algebra, algebraFaults } from './queries/algebra.ts';
import { later, legacyCalls, modernCalls, pythonOnly } from './queries/calls.ts';
import { createPipeline, loadTables, renamed } from './queries/gold-pipeline.ts';
import { isClock, plainRows } from './queries/plain-rows.ts';
import { type RecordedCall, recordedQueries } from './queries/recorded-queries.ts';
import { referenceFaults, restrictions, type Tables } from './queries/restrictions.ts';
import { seed } from './queries/seed.ts';

const generations = [
  { file: 'queries_v014.json', definitions: 'describe.json', prefix: 'gold', calls: legacyCalls },
  { file: 'queries_v2_mysql.json', definitions: 'describe_v2_mariadb.json', prefix: 'gold2', calls: modernCalls },
] as const;

const legacy = recordedQueries('queries_v014.json');
const modern = recordedQueries('queries_v2_mysql.json');

/** By expression, as it is written here. */
const builds = { ...restrictions, ...algebra };
const faults = { ...referenceFaults, ...algebraFaults };

test('every recorded query is replayed', () => {
  for (const { queries } of [legacy, modern]) {
    expect(queries.filter(({ expression }) => builds[expression] === undefined)).toEqual([]);
  }
  const recorded = [legacy, modern].flatMap(({ queries }) => queries.map(({ expression }) => expression));
  expect(Object.keys(builds).filter((expression) => !recorded.includes(expression))).toEqual([]);
});

test('every recorded call is replayed, or listed with the reason why not', () => {
  for (const [{ calls }, own] of [
    [legacy, legacyCalls],
    [modern, modernCalls],
  ] as const) {
    const known = calls.filter(({ call }) => own[call] !== undefined).map(({ call }) => call);
    const others = calls.filter(({ call }) => !known.includes(call)).map(({ call }) => call);
    expect(others.filter((call) => later[call] === undefined && pythonOnly[call] === undefined)).toEqual([]);
    expect(Object.keys(own).filter((call) => !known.includes(call))).toEqual([]);
  }
});

describeFamily('mysql', (backend) => {
  let database: Database;
  let plain: PlainConnection;
  beforeAll(async () => {
    const { host, port, user, password } = backend;
    const connection = new Connection({ dialect: mysqlDialect, host, port, user, password });
    database = new Database(connection);
    plain = await createConnection({
      host,
      port,
      user,
      password,
      dateStrings: true,
      jsonStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    });
    // As the Python library sets it.
    await plain.query(
      "SET sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    );
  });
  afterAll(async () => {
    await database.close();
    await plain.end();
  });

  describe.each(generations)('expressions of $file', ({ file, prefix, definitions }) => {
    const { queries } = recordedQueries(file);
    const as = `${prefix}_queries`;
    let tables: Tables;
    beforeAll(async () => {
      await createPipeline(backend, { definitions, prefix }, as);
      await backend.query(`USE \`${as}_lab\`; ${seed(prefix)}`);
      tables = await loadTables(database, `${as}_lab`, prefix);
      await plain.query(`USE \`${as}_lab\``);
    });

    // DataJoint 2 has taken these two operators away; here they are an option, `semanticCheck: false`.
    const spoken = queries.filter(({ expression }) => prefix !== 'gold2' || !/ [\^@] /.test(expression));
    test.each(spoken)('$expression', async ({ expression, sql, heading, primaryKey, error }) => {
      const build = builds[expression];
      const fault = faults[expression];
      const meant = fault === undefined ? sql : fault.sql;
      if (meant === undefined || (fault === undefined && error !== undefined)) {
        await expect((async () => await build?.(tables).fetch())()).rejects.toThrow(DataJointError);
        return;
      }
      const found = build?.(tables) as QueryExpression;
      expect(found.heading.names).toEqual(heading);
      expect(found.heading.primaryKey).toEqual(primaryKey);
      const [expected] = await plain.query<RowDataPacket[]>(renamed(meant, prefix, as));
      const names = found.heading.names.filter((name) => name !== 'now');
      const own = plainRows(await found.fetch(), found.heading, names);
      const inOrder = / ORDER BY (?!.* WHERE )/.test(meant) ? own : sorted(own);
      const recorded = plainRows(expected, found.heading, names);
      expect(inOrder, found.toSql().text).toEqual(inOrder === own ? recorded : sorted(recorded));
      expect(await found.length()).toBe(expected.length);
      expect(await found.isEmpty()).toBe(expected.length === 0);
    });
  });

  describe.each(generations)('calls of $file', ({ file, prefix, definitions, calls: own }) => {
    const { calls } = recordedQueries(file);
    const [ours, theirs] = [`${prefix}_ours`, `${prefix}_theirs`];
    const load = async (className: string) => {
      database.catalog.invalidate();
      return await database.schema(`${ours}_lab`).table(className);
    };
    let names: readonly string[];
    beforeAll(async () => {
      names = await createPipeline(backend, { definitions, prefix }, ours);
      await createPipeline(backend, { definitions, prefix }, theirs);
      for (const as of [ours, theirs]) await backend.query(`USE \`${as}_lab\`; ${lookups(prefix)}`);
    });

    test.each(calls)('$call', async (recorded) => {
      if (pythonOnly[recorded.call] !== undefined) return;
      const expected = await replay(plain, recorded, (sql) => renamed(sql, prefix, theirs));
      const call = own[recorded.call];
      if (call === undefined) {
        await replay(plain, recorded, (sql) => renamed(sql, prefix, ours));
        return;
      }
      let answer: QueryExpression | number | undefined;
      let error: unknown;
      try {
        answer = await call(load, recorded);
        if (answer instanceof QueryExpression) {
          const rows = expected as RowDataPacket[];
          const names = Object.keys(rows[0] ?? {}).filter((name) => !isClock(name));
          const { heading } = answer;
          expect(plainRows(await answer.fetch(), heading, names)).toEqual(plainRows(rows, heading, names));
        }
      } catch (caught) {
        error = caught;
      }
      if (recorded.error === undefined) expect(error).toBeUndefined();
      else expect(classesOf(error), String(error)).toContain(errorNames[recorded.error] ?? recorded.error);
      for (const name of names) {
        const rows = await contents(backend, name);
        expect(rows, name).toEqual(await contents(backend, name.replace(`${ours}_`, `${theirs}_`)));
      }
    });
  });
});

/** Ours where Python raises a class that is not DataJoint's. */
const errorNames: Readonly<Record<string, string>> = { KeyError: 'UnknownAttributeError' };

function classesOf(error: unknown): readonly string[] {
  const names: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = Object.getPrototypeOf(at)) names.push(at.constructor.name);
  return names;
}

const sorted = <T>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What the recording had in its lookup tables; nullable what it had made nullable. */
function lookups(prefix: string): string {
  return [
    "INSERT INTO `#species` (species) VALUES ('mouse')",
    "INSERT INTO `#processing_method` VALUES ('a'), ('b')",
    ...(prefix === 'gold2'
      ? ['ALTER TABLE all_types MODIFY a_blob_store longtext NULL, MODIFY a_blob_default longtext NULL']
      : []),
  ].join('; ');
}

/**
 * Sends what was recorded. Statements that failed then fail now: the library learnt from them what to delete first.
 * Answers the rows of the last query.
 */
async function replay(
  plain: PlainConnection,
  { statements, error }: RecordedCall,
  own: (sql: string) => string,
): Promise<unknown> {
  let rows: unknown;
  for (const { sql, params } of statements) {
    try {
      [rows] = await plain.query(own(sql), [...params]);
    } catch (caught) {
      if (error === undefined && !sql.startsWith('DELETE')) throw caught;
    }
  }
  return rows;
}

/** A table's rows, without what the clock wrote into them. */
async function contents(backend: Backend, name: string): Promise<readonly object[]> {
  const rows = await backend.query(`SELECT * FROM ${name}`);
  return sorted(rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !isClock(column)))));
}
