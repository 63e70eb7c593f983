import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Executor } from '../connection/executor.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { postgresDialect } from '../dialect/postgres/postgres-dialect.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { Sql } from '../sql/sql.ts';
import { trusted } from '../sql/trusted-sql.ts';
import { compileCount, compileExists, compileSelect } from './compile.ts';
import { QueryExpression } from './query-expression.ts';
import { AndList, Comparison, Matching, type Operator } from './restriction.ts';
import { U } from './u.ts';

const executor: Executor = {
  dialect: mysqlDialect,
  execute: () => Promise.reject(new Error('Nothing is sent here.')),
  stream: () => {
    throw new Error('Nothing is sent here.');
  },
};

const column = (name: string, type: string, key = ''): ColumnRow => {
  return [name, type, null, key === '' ? 'YES' : 'NO', key, null, '', '', ''];
};

function table(name: string, ...columns: ColumnRow[]): QueryExpression {
  return new QueryExpression({
    executor,
    operation: { kind: 'table', name: { schema: 'lab', table: name } },
    heading: readHeading(columns, '', 'legacy', mysqlTypes),
  });
}

const session = table('session', column('id', 'int', 'PRI'), column('day', 'date'), column('note', 'text'));

const statement = (sql: Sql) => sql.toStatement(mysqlDialect.syntax);
const select = (query: QueryExpression, names?: string[]) => statement(compileSelect(query, mysqlDialect, names));
const count = (query: QueryExpression) => statement(compileCount(query, mysqlDialect));
const exists = (query: QueryExpression) => statement(compileExists(query, mysqlDialect));

describe('a table', () => {
  test('is selected with its attributes named', () => {
    expect(select(session)).toEqual({ text: 'SELECT `id`, `day`, `note` FROM `lab`.`session`', params: [] });
    expect(select(session, ['note', 'id']).text).toBe('SELECT `note`, `id` FROM `lab`.`session`');
    expect(select(session, []).text).toBe('SELECT 1 FROM `lab`.`session`');
    expect(count(session).text).toBe('SELECT COUNT(*) FROM `lab`.`session`');
    expect(exists(session).text).toBe('SELECT EXISTS(SELECT 1 FROM `lab`.`session`)');
  });

  test('restricted, again and again', () => {
    const query = session.restrict({ id: 1 }).restrict([{ note: 'a' }, { note: null }]);
    const where = ' FROM `lab`.`session` WHERE (`id` = ? AND (`note` = ? OR `note` IS NULL))';
    expect(select(query)).toEqual({ text: `SELECT \`id\`, \`day\`, \`note\`${where}`, params: [1n, 'a'] });
    expect(count(query)).toEqual({ text: `SELECT COUNT(*)${where}`, params: [1n, 'a'] });
    expect(exists(query)).toEqual({ text: `SELECT EXISTS(SELECT 1${where})`, params: [1n, 'a'] });
    expect(session.restrict({})).toBe(session);
    expect(select(session.restrict(false)).text).toBe('SELECT `id`, `day`, `note` FROM `lab`.`session` WHERE 1 = 0');
  });

  test('except some rows', () => {
    expect(select(session.except({ id: 1, note: 'a' })).text).toMatch(/ WHERE NOT \(\(`id` = \? AND `note` = \?\)\)$/);
  });

  test('by another, with its own restriction inside', () => {
    const trial = table('trial', column('id', 'int', 'PRI'), column('trial', 'int', 'PRI'));
    expect(select(session.restrict(trial.restrict({ trial: 5 })), ['id'])).toEqual({
      text: 'SELECT `id` FROM `lab`.`session` WHERE (`id`) IN (SELECT `id` FROM `lab`.`trial` WHERE `trial` = ?)',
      params: [5n],
    });
  });

  test('by an expression of SQL, checked', () => {
    expect(select(session.restrict("id > 3 and note like 'a%'"), ['id'])).toEqual({
      text: 'SELECT `id` FROM `lab`.`session` WHERE ((`id` > 3) AND (`note` LIKE ?))',
      params: ['a%'],
    });
  });

  test('by SQL that is vouched for', () => {
    expect(select(session.restrict(trusted(' id > 3 ')), ['id']).text).toBe(
      'SELECT `id` FROM `lab`.`session` WHERE (id > 3)',
    );
  });
});

describe('the first rows', () => {
  test('in an order', () => {
    expect(select(session.first({ order: 'day DESC, KEY', limit: 10 }), ['id']).text).toBe(
      'SELECT `id` FROM `lab`.`session` ORDER BY `day` DESC, `id` LIMIT 10',
    );
    expect(select(session.first({ limit: 10, offset: 20 }), ['id']).text).toBe(
      'SELECT `id` FROM `lab`.`session` ORDER BY `id` LIMIT 10 OFFSET 20',
    );
    expect(select(session.first({ offset: 5 }), ['id']).text).toBe(
      'SELECT `id` FROM `lab`.`session` ORDER BY `id` LIMIT 9007199254740991 OFFSET 5',
    );
    expect(select(session.first({ order: 'day', limit: 0 }), ['id']).text).toBe(
      'SELECT `id` FROM `lab`.`session` ORDER BY `day` LIMIT 0',
    );
    expect(() => select(session.first({ limit: -1 }))).toThrow(RangeError);
  });

  test('NULL comes before all values, in every dialect', () => {
    const ordered = compileSelect(session.first({ order: 'day, note DESC, KEY' }), postgresDialect, ['id']);
    expect(ordered.toStatement(postgresDialect.syntax).text).toBe(
      'SELECT "id" FROM "lab"."session" ORDER BY "day" NULLS FIRST, "note" DESC NULLS LAST, "id"',
    );
    expect(() => select(session.first({ offset: 1.5 }))).toThrow(RangeError);
  });

  test('are counted, restricted and ordered again as the rows they are', () => {
    const first = session.restrict({ note: 'a' }).first({ order: 'day', limit: 10 });
    const inner = 'FROM `lab`.`session` WHERE `note` = ? ORDER BY `day` LIMIT 10';
    expect(count(first)).toEqual({ text: `SELECT COUNT(*) FROM (SELECT 1 ${inner}) AS \`counted\``, params: ['a'] });
    expect(select(first.restrict({ id: 1 }), ['id'])).toEqual({
      text: `SELECT \`id\` FROM (SELECT \`id\`, \`day\`, \`note\` ${inner}) AS \`t1\` WHERE \`id\` = ?`,
      params: ['a', 1n],
    });
    expect(select(first.first({ order: 'id', limit: 1 }), ['id']).text).toBe(
      `SELECT \`id\` FROM (SELECT \`id\`, \`day\`, \`note\` ${inner}) AS \`t1\` ORDER BY \`id\` LIMIT 1`,
    );
    expect(count(session.first({ order: 'day' })).text).toContain('SELECT COUNT(*) FROM (SELECT 1 FROM');
  });
});

test('PostgreSQL can ask an index of integers for the key', () => {
  const where = (id: bigint): string => {
    const { text } = compileSelect(session.restrict({ id }), postgresDialect, ['id']).toStatement(
      postgresDialect.syntax,
    );
    return text.replace(/.* WHERE /, '');
  };
  expect(where(2n ** 63n - 1n)).toBe('"id" = CAST($1 AS bigint)');
  // What no integer holds is merely not equal.
  expect(where(2n ** 63n)).toBe('"id" = CAST($1 AS numeric)');
});

test('what is made of itself twice, again and again, is refused before a database fills it in', () => {
  const doubled = (times: number): QueryExpression => {
    let query: QueryExpression = session.proj({ a0: 'id + 1' });
    for (let time = 1; time <= times; time += 1) query = query.proj({ [`a${time}`]: `a${time - 1} + a${time - 1}` });
    return query;
  };
  expect(select(doubled(8)).text.match(/SELECT/g)).toHaveLength(9);
  expect(() => select(doubled(30))).toThrow(/Attribute `a12` is of more than 10000 parts/);
  const texts = (count: number): string => Array.from({ length: count }, () => 'a8 > 1').join(' or ');
  expect(() => select(doubled(8).restrict(texts(3)))).not.toThrow();
  expect(() => select(doubled(8).restrict(texts(50)))).toThrow(/A restriction is of more than 10000 parts/);
  // As long, whatever comes between; and where it is looked up in.
  const long = session.proj({ x: 'repeat(note, 5000)' });
  for (const query of [long.first({ limit: 2 }), session.proj().union(long), session.proj().join(long)]) {
    expect(() => select(query.proj({ y: 'concat(x, x, x)' }))).toThrow(/Attribute `y` is of more than 10000 parts/);
  }
  expect(() => select(session.restrict(long.proj({ y: 'concat(x, x)' })))).toThrow(/Attribute `y`/);
  // Taken together they are values, and no expressions any more.
  const sums = session.aggr(doubled(8), { sum: 'sum(a8)' });
  expect(() => select(sums.proj({ twice: 'sum + sum' }))).not.toThrow();
});

describe('text from outside', () => {
  const attacks = fc.constantFrom(
    "' OR '1'='1",
    '" OR 1=1 --',
    '`; DROP TABLE session; --',
    '\\',
    "\\' OR 1=1 #",
    '/*',
    '?',
    '%',
    '\0',
    "x' UNION SELECT password FROM mysql.user -- ",
  );
  const text = fc.oneof(
    attacks,
    fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed()),
  );

  test('is never SQL: as a value', () => {
    const operator = fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>=', 'LIKE', 'NOT LIKE');
    fc.assert(
      fc.property(text, operator, fc.boolean(), (value, chosen, listed) => {
        const comparison = listed
          ? new Comparison('note', 'IN', [value, value])
          : new Comparison('note', chosen, value);
        const harmless: InputValue = listed ? ['a', 'a'] : 'a';
        const { text: written, params } = select(session.restrict(comparison));
        const same = new Comparison('note', comparison.operator, harmless);
        expect(written).toBe(select(session.restrict(same)).text);
        expect(params).toEqual(listed ? [value, value] : [value]);
      }),
      { numRuns: 300 },
    );
  });

  test('is never SQL: as a name', () => {
    fc.assert(
      fc.property(text, (name) => {
        fc.pre(!session.heading.has(name));
        expect(select(session.restrict({ [name]: 1 })).text).toBe(select(session).text);
        expect(() => session.restrict(new Comparison(name, '=', 1))).toThrow();
        expect(() => session.first({ order: `${name} DESC` })).toThrow();
      }),
    );
  });

  test('is never SQL: as the name of a schema, table or attribute that does exist', () => {
    const odd = table('t`; DROP TABLE x; --', column('a`b', 'int', 'PRI'), column("c'd", 'text'));
    expect(select(odd.restrict({ 'a`b': 1 }).first({ order: "c'd" }))).toEqual({
      text: "SELECT `a``b`, `c'd` FROM `lab`.`t``; DROP TABLE x; --` WHERE `a``b` = ? ORDER BY `c'd`",
      params: [1n],
    });
  });
});

describe('operators', () => {
  const trial = table('trial', column('id', 'int', 'PRI'), column('trial', 'int', 'PRI'), column('hit', 'int'));
  const text = (query: QueryExpression): string => select(query).text.replaceAll('`', '').replaceAll('lab.', '');

  test('one SELECT where one can do', () => {
    expect(text(session.proj({ key: 'id' }).restrict('key > 1').join(trial))).toBe(
      'SELECT t1.id AS key, t2.id, t2.trial, t2.hit FROM session AS t1 CROSS JOIN trial AS t2 WHERE (t1.id > 1)',
    );
    expect(
      text(
        session
          .restrict({ id: 1 })
          .join(trial.restrict({ hit: 1 }))
          .proj('note'),
      ),
    ).toBe(
      'SELECT t1.id, t2.trial, t1.note FROM session AS t1 JOIN trial AS t2 ON t1.id = t2.id WHERE t1.id = ? AND t2.hit = ?',
    );
    expect(text(session.aggr(trial, { n: 'count(*)' }).restrict('n > 1 and id < 9').restrict({ id: 1 }))).toBe(
      'SELECT t1.id, COUNT(*) AS n FROM session AS t1 JOIN trial AS t2 ON t1.id = t2.id ' +
        'WHERE t1.id = ? GROUP BY t1.id HAVING ((COUNT(*) > 1) AND (t1.id < 9))',
    );
    // What is looked up has to be there before.
    const counted = session.aggr(trial, { n: 'count(*)' });
    expect(text(counted.restrict(new AndList([{ id: 1 }, new Matching(session, { n: 'id' })])))).toBe(
      'SELECT id, n FROM (SELECT t1.id, COUNT(*) AS n FROM session AS t1 JOIN trial AS t2 ON t1.id = t2.id ' +
        'WHERE t1.id = ? GROUP BY t1.id) AS t3 WHERE (n) IN (SELECT id FROM session)',
    );
    expect(text(new U('note').restrict(session.restrict({ id: 1 })))).toBe(
      'SELECT DISTINCT note FROM session WHERE id = ?',
    );
    expect(text(new U().aggr(session, { n: 'count(*)' }))).toBe('SELECT COUNT(*) AS n FROM session');
    expect(text(new U().aggr(session, { n: 'count(*)' }).proj({ x: '1' }))).toBe(
      'SELECT 1 AS x FROM session HAVING COUNT(*) >= 0',
    );
  });

  test('a restriction stays on its side of a left join', () => {
    expect(text(session.proj().aggr(trial.restrict({ hit: 1 }), { n: 'count(trial)' }, { keepAllRows: true }))).toBe(
      'SELECT t1.id, COUNT(t2.trial) AS n FROM session AS t1 LEFT JOIN trial AS t2 ON t1.id = t2.id AND t2.hit = ? GROUP BY t1.id',
    );
  });

  test('one within another where the order of things matters', () => {
    expect(text(session.proj().first({ limit: 2 }).join(trial))).toBe(
      'SELECT t2.id, t3.trial, t3.hit FROM (SELECT t1.id FROM session AS t1 ORDER BY t1.id LIMIT 2) AS t2 ' +
        'JOIN trial AS t3 ON t2.id = t3.id',
    );
    expect(text(session.proj({ y: 'year(day)' }).proj({ z: 'y + 1' }))).toBe(
      'SELECT id, (y + 1) AS z FROM (SELECT id, YEAR(day) AS y FROM session) AS t1',
    );
    expect(text(session.proj().union(session.proj()).restrict({ id: 1 }))).toBe(
      'SELECT id FROM (SELECT id FROM session UNION SELECT id FROM session) AS t1 WHERE id = ?',
    );
    expect(text(session.proj().union(session.restrict({ id: 1 }).proj()))).toBe(
      'SELECT id FROM session UNION SELECT id FROM session WHERE id = ?',
    );
    expect(count(new U('note').restrict(session)).text).toBe(
      'SELECT COUNT(*) FROM (SELECT DISTINCT `note` FROM `lab`.`session`) AS `counted`',
    );
    expect(exists(new U().aggr(session, { n: 'count(*)' })).text).toBe(
      'SELECT EXISTS(SELECT COUNT(*) FROM `lab`.`session`)',
    );
  });
});

describe("in DataJoint's own notation", () => {
  const trial = table(
    'session__trial',
    column('id', 'int', 'PRI'),
    column('trial', 'int', 'PRI'),
    column('hit', 'int'),
  );

  test.each<[() => QueryExpression, string]>([
    [() => session, 'Session'],
    [() => session.restrict({ id: 1 }), 'Session & {"id": 1}'],
    [() => session.restrict({ id: 1, note: "it's" }), `Session & dj.AndList([{"id": 1}, {"note": "it's"}])`],
    [() => session.except("note like 'a%' and id > 3"), `Session & dj.Not("(note LIKE 'a%') AND (id > 3)")`],
    [() => session.restrict([trial.restrict({ hit: 1 }), false]), 'Session & (Session.Trial & {"hit": 1})'],
    [() => session.restrict(new Matching(trial, { id: 'hit' })), 'Session & Session.Trial.proj(id="hit")'],
    [() => session.proj('...', '-note', { key: 'id', y: 'year(day)' }), 'Session.proj("day", key="id", y="year(day)")'],
    [() => session.join(trial.proj()), 'Session * Session.Trial.proj()'],
    [() => session.join(trial, { left: true }), 'Session.join(Session.Trial, left=True)'],
    [() => session.aggr(trial, { n: 'count(*)' }), 'Session.aggr(Session.Trial, n="count(*)")'],
    [
      () => session.aggr(trial, [{ n: 'count(*)' }], { keepAllRows: true }),
      'Session.aggr(Session.Trial, n="count(*)", keep_all_rows=True)',
    ],
    [() => new U('note').aggr(session, { n: 'count(*)' }), 'dj.U("note").aggr(Session, n="count(*)")'],
    [() => new U('note').restrict(session), 'dj.U("note") & Session'],
    [() => session.proj().union(session.restrict({ id: 1 }).proj()), 'Session.proj() + (Session & {"id": 1}).proj()'],
    [() => session.first({ order: 'day desc', limit: 2 }), 'Session & dj.Top(2, ["day DESC"])'],
  ])('%#', (build, expected) => {
    expect(String(build())).toBe(expected);
  });
});
