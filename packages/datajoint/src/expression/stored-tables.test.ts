import { expect, test } from 'vitest';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { readHeading } from '../heading/read-heading.ts';
import { trusted } from '../sql/trusted-sql.ts';
import { QueryExpression } from './query-expression.ts';
import { storedTables } from './stored-tables.ts';

const executor = { dialect: mysqlDialect } as never;

const table = (name: string): QueryExpression =>
  new QueryExpression({
    executor,
    heading: readHeading([['id', 'int', null, 'NO', 'PRI', null, '', '', '']], '', 'legacy', mysqlTypes),
    operation: { kind: 'table', name: { schema: 'lab', table: name } },
  });
const namesOf = (rows: QueryExpression): readonly string[] | undefined =>
  storedTables(rows)?.map(({ schema, table: name }) => `${schema}.${name}`);

const [a, b, c] = [table('a'), table('b'), table('c')];

test('all tables are found, each once, wherever they stand', () => {
  expect(namesOf(a)).toEqual(['lab.a']);
  expect(namesOf(a.restrict({ id: 1 }).restrict(b.restrict(c)))).toEqual(['lab.a', 'lab.b', 'lab.c']);
  expect(namesOf(a.except([b, { id: 2 }]))).toEqual(['lab.a', 'lab.b']);
  expect(namesOf(a.join(b).proj({ twice: 'id * 2' }).first({ limit: 3 }))).toEqual(['lab.a', 'lab.b']);
  expect(namesOf(a.aggr(b, { n: 'count(*)' }).union(a))).toEqual(['lab.a', 'lab.b']);
});

test('what may change by itself has none that say so', () => {
  expect(namesOf(a.restrict(trusted('id > @limit')))).toBeUndefined();
  expect(namesOf(a.restrict('id > 10 * rand()'))).toBeUndefined();
  expect(namesOf(a.restrict([{ id: 1 }, b.restrict('id > 10 * rand()')]))).toBeUndefined();
  expect(namesOf(a.proj({ x: 'rand()' }))).toBeUndefined();
  expect(namesOf(a.restrict('id < unix_timestamp()'))).toBeUndefined();
  expect(namesOf(a.restrict('id < year(now())'))).toBeUndefined();
  expect(namesOf(a.restrict("id < year('today')"))).toBeUndefined();
});
