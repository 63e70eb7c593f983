import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AndList, type Database, DataJointError, type QueryExpression } from '../../packages/datajoint/src/index.ts';
import { describeFamily } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { algebra } from './queries/algebra.ts';
import { createPipeline, loadTables, renamed } from './queries/gold-pipeline.ts';
import { plainRows } from './queries/plain-rows.ts';
import { recordedQueries } from './queries/recorded-queries.ts';
import { type Build, restrictions, type Tables } from './queries/restrictions.ts';
import { seed } from './queries/seed.ts';

const prefix = 'gold2';
const as = 'gold2_queries';
const { queries } = recordedQueries('queries_v2_postgresql.json');

const builds: Readonly<Record<string, Build>> = {
  ...restrictions,
  ...algebra,
  'Subject & dj.AndList([dict(subject_id=1),"sex=\'M\'"])': ({ Subject }) =>
    Subject.restrict(new AndList([{ subject_id: 1 }, "sex='M'"])),
};

/** Where the reference is at fault here: what the query means, as SQL. */
const faults: Readonly<Record<string, { readonly sql: string; readonly fault: string }>> = {
  "Subject - dict(subject_id=1,sex='M')": {
    sql: "SELECT * FROM subject WHERE NOT (subject_id = 1 AND sex = 'M')",
    fault: 'negates the first term only',
  },
  'Subject & User': { sql: 'SELECT * FROM subject', fault: 'asks at once whether there are users; there were none' },
  'Subject & dict(subject_id=True)': {
    sql: 'SELECT * FROM subject WHERE subject_id = 1',
    fault: 'compares an integer with a truth value',
  },
  "OnlyUuid & dict(id=uuid.UUID('12345678-1234-5678-9abc-def012345678'))": {
    sql: "SELECT * FROM only_uuid WHERE id = '12345678-1234-5678-9abc-def012345678'",
    fault: 'writes bits for a uuid',
  },
  "(Subject & dj.Top(5,'sex')) * Session": {
    sql: 'SELECT * FROM (SELECT * FROM subject ORDER BY sex LIMIT 5) a JOIN session USING (subject_id)',
    fault: 'forgets the limit',
  },
  "Subject.aggr(Session,...,n='count(session)')": {
    sql: 'SELECT subject.*, (SELECT COUNT(*) FROM session s WHERE s.subject_id = subject.subject_id) AS n FROM subject',
    fault: 'does not count what it refuses on other servers',
  },
  "AllTypes & {'a_json2.b.c':5}": {
    sql: "SELECT * FROM all_types WHERE jsonb_extract_path_text(a_json2, 'b', 'c') = '5'",
    fault: 'compares a text with a number',
  },
  "Subject & dict(note='back\\\\slash')": {
    sql: "SELECT * FROM subject WHERE note = 'back\\slash'",
    fault: 'doubles backslashes, which mean nothing else here',
  },
  Singleton: { sql: 'SELECT param FROM singleton', fault: 'counts no columns at all where the key is hidden' },
};

test('every recorded query is replayed', () => {
  expect(queries.filter(({ expression }) => builds[expression] === undefined)).toEqual([]);
});

describeFamily('postgresql', (backend) => {
  let database: Database;
  let tables: Tables;

  beforeAll(async () => {
    await createPipeline(backend, { definitions: 'describe_v2_postgres.json', prefix }, as);
    await backend.query(`SET search_path TO ${as}_lab; ${standard(seed(prefix))}; SET search_path TO DEFAULT`);
    database = openDatabase(backend);
    tables = await loadTables(database, `${as}_lab`, prefix);
  });
  afterAll(async () => await database?.close());

  describe('expressions of queries_v2_postgresql.json', () => {
    // DataJoint 2 has taken these two operators away; here they are an option, `semanticCheck: false`.
    const spoken = queries.filter(({ expression }) => !/ [\^@] /.test(expression));
    test.each(spoken)('$expression', async ({ expression, sql, heading, primaryKey, error }) => {
      const build = builds[expression] as Build;
      const meant = faults[expression]?.sql ?? (error === undefined ? sql : undefined);
      if (meant === undefined) {
        await expect((async () => await build(tables).fetch())()).rejects.toThrow(DataJointError);
        return;
      }
      const found: QueryExpression = build(tables);
      expect(found.heading.names).toEqual(heading);
      expect(found.heading.primaryKey).toEqual(primaryKey);
      const recorded = renamed(meant, prefix, as);
      const expected = await backend.query(`SET search_path TO ${as}_lab; ${recorded}`);
      const [own, theirs] = [plainRows(await found.fetch(), found.heading), plainRows(expected, found.heading)];
      expect([...own].sort(), found.toSql().text).toEqual([...theirs].sort());
      expect(await found.length()).toBe(expected.length);
      expect(await found.isEmpty()).toBe(expected.length === 0);
    });
  });
});

/** Rows written for MySQL, as standard SQL. */
function standard(text: string): string {
  return text.replaceAll('`', '"').replaceAll('\\\\', '\\').replaceAll("X'", "'");
}
