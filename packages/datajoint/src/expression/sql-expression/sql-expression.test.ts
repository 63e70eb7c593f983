import { describe, expect, test } from 'vitest';
import type { ColumnRow } from '../../dialect/catalog.ts';
import { mysqlDialect } from '../../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../../dialect/mysql/types.ts';
import { postgresDialect } from '../../dialect/postgres/postgres-dialect.ts';
import { postgresTypes } from '../../dialect/postgres/types.ts';
import { InvalidExpression, UnknownAttributeError } from '../../errors.ts';
import { readHeading } from '../../heading/read-heading.ts';
import { sql } from '../../sql/sql.ts';
import { parseSqlExpression } from './parse.ts';
import type { Family } from './tokenize.ts';
import { typeOf } from './type-of.ts';
import { writeSqlExpression } from './write.ts';

const column = (name: string, type: string, comment = ''): ColumnRow => {
  return [name, type, null, 'YES', '', null, '', '', comment];
};

const headings = {
  mysql: readHeading(
    [
      column('id', 'int'),
      column('big', 'bigint'),
      column('price', 'decimal(6,2)'),
      column('speed', 'float'),
      column('day', 'date'),
      column('made', 'datetime(3)'),
      column('note', 'varchar(20)'),
      column('document', 'json'),
    ],
    '',
    'legacy',
    mysqlTypes,
  ),
  postgresql: readHeading(
    [
      column('id', 'integer'),
      column('big', 'bigint'),
      column('price', 'numeric(6,2)'),
      column('speed', 'real'),
      column('day', 'date'),
      column('made', 'timestamp(3) without time zone'),
      column('note', 'character varying(20)'),
      column('kind', 'enum_1'),
      column('flag', 'boolean'),
    ],
    '',
    '2',
    postgresTypes,
  ),
};
const dialects = { mysql: mysqlDialect, postgresql: postgresDialect };

function written(text: string, family: Family): readonly [string, readonly unknown[]] {
  const heading = headings[family];
  const expression = parseSqlExpression(text, heading, family);
  const context = { dialect: dialects[family], heading, column: (name: string) => sql.id(name) };
  const statement = writeSqlExpression(expression, context).toStatement(dialects[family].syntax);
  return [statement.text.replaceAll(/[`"]/g, ''), statement.params];
}

const kind = (text: string, family: Family): string =>
  typeOf(parseSqlExpression(text, headings[family], family), headings[family], family).storage.kind;

describe('what is written', () => {
  test.each<[Family, string, string, readonly unknown[]]>([
    ['mysql', 'id > 3 and note = "a\\"b" or id is null', '(((id > 3) AND (note = ?)) OR (id IS NULL))', ['a"b']],
    ['mysql', "note like '5\\%'", '(note LIKE ?)', ['5\\%']],
    ['mysql', 'NOT id = 1 AND big = 2', '((NOT (id = 1)) AND (big = 2))', []],
    ['mysql', 'id in (1, 2) && !(id between 1 and 2)', '((id IN (1, 2)) AND (NOT (id BETWEEN 1 AND 2)))', []],
    ['mysql', '1 + 2 * -3', '(1 + (2 * (- 3)))', []],
    ['mysql', 'if(id>1,"a","b")', 'IF((id > 1), ?, ?)', ['a', 'b']],
    ['mysql', 'day + interval 1 day', '(day + INTERVAL 1 DAY)', []],
    ['mysql', 'date_sub(made, INTERVAL id HOUR)', '(made - INTERVAL id HOUR)', []],
    [
      'mysql',
      "group_concat(distinct note order by id desc separator ', ')",
      "GROUP_CONCAT(DISTINCT note ORDER BY id DESC SEPARATOR X'2c20')",
      [],
    ],
    ['mysql', "string_agg(note, ',')", "GROUP_CONCAT(note SEPARATOR X'2c')", []],
    ['mysql', 'count(*)', 'COUNT(*)', []],
    ['mysql', 'case id when 1 then 2 else 3 end', 'CASE id WHEN 1 THEN 2 ELSE 3 END', []],
    ['mysql', 'cast(id as char(5))', 'CAST(id AS CHAR(5))', []],
    ['mysql', '`id` <=> NULL', '(id <=> NULL)', []],
    ['mysql', 'timestampdiff(day, day, made)', 'TIMESTAMPDIFF(DAY, day, made)', []],
    ['postgresql', "\"id\" = 1 OR note = 'it''s'", '((id = 1) OR (note = CAST($1 AS text)))', ["it's"]],
    ['postgresql', "kind = 'a' and flag = 1", '((CAST(kind AS text) = CAST($1 AS text)) AND (flag = TRUE))', ['a']],
    [
      'postgresql',
      "day > '2020-01-01' or coalesce(day, '1999-12-31') is null",
      '((day > $1) OR (COALESCE(day, $2) IS NULL))',
      ['2020-01-01', '1999-12-31'],
    ],
    ['postgresql', "'k' is null", '(CAST($1 AS text) IS NULL)', ['k']],
    ['postgresql', 'id::text || note', '(CAST(id AS TEXT) || note)', []],
    ['postgresql', 'id and flag', '((id <> 0) AND flag)', []],
    ['postgresql', 'if(flag, 1, 2)', 'CASE WHEN flag THEN 1 ELSE 2 END', []],
    ['postgresql', "group_concat(note separator ';')", 'LEFT(STRING_AGG(CAST(note AS text), $1), 1048576)', [';']],
    ['postgresql', 'repeat(note, 3)', 'LEFT(REPEAT(note, 3), 1048576)', []],
    ['postgresql', 'sum(id = 1)', 'SUM(CAST((id = 1) AS int))', []],
    ['postgresql', 'day + interval 1 day', "(day + (1 * INTERVAL '1 DAY'))", []],
    ['postgresql', "made - interval '2 hours'", "(made - (2 * INTERVAL '1 HOUR'))", []],
    ['postgresql', 'extract(year from day) / 2', '(EXTRACT(YEAR FROM day) / 2)', []],
    ['postgresql', 'year(day)', 'CAST(EXTRACT(YEAR FROM day) AS int)', []],
  ])('%s: %s', (family, text, expected, params) => {
    expect(written(text, family)).toEqual([expected, params]);
  });
});

describe('what its values are', () => {
  test.each([
    ['count(*)', 'integer', 'integer'],
    ['sum(id)', 'decimal', 'integer'],
    ['sum(big)', 'decimal', 'decimal'],
    ['avg(id)', 'decimal', 'decimal'],
    ['sum(speed)', 'double', 'float'],
    ['std(price)', 'double', 'decimal'],
    ['id / 2', 'decimal', 'integer'],
    ['id + 1', 'integer', 'integer'],
    ['id * price', 'decimal', 'decimal'],
    ['id > 1', 'integer', 'bool'],
    ['max(day)', 'date', 'date'],
    ['min(note)', 'text', 'text'],
    ['NULL', 'text', 'text'],
    ['coalesce(NULL, id)', 'integer', 'integer'],
    ['case when id = 1 then 1.5 else 2 end', 'decimal', 'decimal'],
    ['day + interval 1 day', 'date', 'datetime'],
    ['day + interval 1 hour', 'datetime', 'datetime'],
    ['made', 'datetime', 'datetime'],
    ['year(day)', 'integer', 'integer'],
    ['concat(id, note)', 'text', 'text'],
    ['round(price, 1)', 'decimal', 'decimal'],
    ['round(id)', 'integer', 'double'],
  ])('%s', (text, mysql, postgresql) => {
    expect([kind(text, 'mysql'), kind(text, 'postgresql')]).toEqual([mysql, postgresql]);
  });
});

describe('what is refused, and where', () => {
  test.each([
    ['', InvalidExpression, /Expected an expression of SQL; got none/],
    ['sleep(5)', InvalidExpression, /The function sleep \(column 1\)/],
    ['id = benchmark(1, 2)', InvalidExpression, /The function benchmark \(column 6\)/],
    ['id = load_file("/etc/passwd")', InvalidExpression, /load_file \(column 6\)/],
    ['idd = 1', UnknownAttributeError, /`idd` here \(column 1\).*"id"/],
    ['(select 1)', InvalidExpression, /"select" at column 2/],
    ['id = 1; drop table x', InvalidExpression, /";" at column 7/],
    ['id = 1 -- more', InvalidExpression, /Comments .*column 8/],
    ['id = 1 /* more */', InvalidExpression, /Comments .*column 8/],
    ['id = 1 union', InvalidExpression, /"union" at column 8/],
    ['note = "a', InvalidExpression, /The quote " at column 8/],
    ['lab.session.id = 1', UnknownAttributeError, /`lab`/],
    ['id.x = 1', InvalidExpression, /attributes stand alone/],
    ['@@version', InvalidExpression, /"@" at column 1/],
    ['id = ?', InvalidExpression, /"\?" at column 6/],
    ['count(', InvalidExpression, /found the end/],
    ['year(day, 1)', InvalidExpression, /YEAR \(column 1\) takes 1 arguments; got 2/],
    ['cast(id as blob)', InvalidExpression, /"blob" at column 12/],
    ['id = = 1', InvalidExpression, /"=" at column 6/],
    [`${'('.repeat(100)}id${')'.repeat(100)}`, InvalidExpression, /64 levels deep/],
    ['repeat(note, 1000000000)', InvalidExpression, /REPEAT \(column 1\) takes a number of at most 10000/],
    ["replace(repeat('a', 999), 'a', repeat('b', 999))", InvalidExpression, /makes may be of 10000 parts/],
    ['lpad(note, id, note)', InvalidExpression, /LPAD \(column 1\) takes a number/],
    [`id${'+id'.repeat(1001)}`, InvalidExpression, /1000 operators/],
    ['x'.repeat(10_001), InvalidExpression, /10000 characters/],
  ])('%s', (text, Refusal, message) => {
    expect(() => parseSqlExpression(text, headings.mysql, 'mysql')).toThrow(Refusal);
    expect(() => parseSqlExpression(text, headings.mysql, 'mysql')).toThrow(message);
  });

  test.each(['mysql', 'postgresql'] as const)('what is as long as it may be is written, in %s', (family) => {
    expect(written(`id${'+id'.repeat(1000)}`, family)[0]).toMatch(/^\(+/);
    expect(() => written(`id${'::int'.repeat(1001)}`, 'postgresql')).toThrow(/1000 operators/);
  });

  test('an interval alone, a list as a value', () => {
    expect(() => kind('interval 1 day', 'mysql')).toThrow(/An interval is no value/);
    expect(() => kind('(1, 2)', 'mysql')).toThrow(/A list in parentheses is no value/);
    expect(() => written('note and flag', 'postgresql')).toThrow(/Expected a condition/);
  });
});
