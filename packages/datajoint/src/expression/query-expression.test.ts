import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { DataJointError } from '../errors.ts';
import { readHeading } from '../heading/read-heading.ts';
import { QueryExpression } from './query-expression.ts';

const column = (name: string, type: string, key = ''): ColumnRow => [name, type, null, 'YES', key, null, '', '', ''];
const heading = readHeading(
  [column('id', 'bigint(20)', 'PRI'), column('toString', 'varchar(9)'), column('weight', 'float')],
  '',
  'legacy',
  mysqlTypes,
);

/** A table whose every answer is these rows; records what it is sent. */
function answering(...rows: Cell[][]): { query: QueryExpression; sent: string[] } {
  const sent: string[] = [];
  const executor: Executor = {
    dialect: mysqlDialect,
    execute: (sql) => {
      sent.push(sql.toStatement(mysqlDialect.syntax).text);
      return Promise.resolve({ columns: [], rows, affectedRows: 0 });
    },
    async *stream(sql) {
      sent.push(sql.toStatement(mysqlDialect.syntax).text);
      for (const row of rows) yield [row];
    },
  };
  const operation = { kind: 'table', name: { schema: 'lab', table: 't' } } as const;
  return { query: new QueryExpression({ executor, operation, heading }), sent };
}

const first: Cell[] = ['18446744073709551615', 'a', Math.fround(0.1)];
const second: Cell[] = ['2', null, null];

describe('fetching', () => {
  test('rows with every attribute', async () => {
    const [row] = await answering(first, second).query.fetch();
    expect(Object.entries(row as object)).toEqual([
      ['id', 18446744073709551615n],
      ['toString', 'a'],
      ['weight', 0.1],
    ]);
    expect(Object.getPrototypeOf(row)).toBeNull();
  });

  test('keys, one attribute, several', async () => {
    const keys = answering(['1'], ['2']);
    expect(await keys.query.fetch('KEY')).toEqual([{ id: 1n }, { id: 2n }]);
    expect(keys.sent).toEqual(['SELECT `id` FROM `lab`.`t`']);
    expect(await answering([Math.fround(0.1)], [null]).query.fetch('weight')).toEqual([0.1, null]);
    const columns = answering([0.5, '1'], [null, '2']);
    expect(await columns.query.fetch('weight', 'id')).toEqual([
      [0.5, null],
      [1n, 2n],
    ]);
    expect(columns.sent).toEqual(['SELECT `weight`, `id` FROM `lab`.`t`']);
  });

  test('an attribute that is not there', async () => {
    const { query, sent } = answering();
    await expect(query.fetch('height')).rejects.toThrow('Attribute `height` not found.');
    await expect(query.fetch(`${query.heading.names[0]}x`)).rejects.toThrow(/not found\. Did you mean/);
    expect(query.first().toSql()).toEqual(query.first({}).toSql());
    expect(sent).toEqual([]);
  });

  test('the only row', async () => {
    const one = answering(second);
    expect(await one.query.fetch1()).toMatchObject({ id: 2n, weight: null });
    expect(one.sent[0]).toMatch(/ LIMIT 2$/);
    await expect(answering().query.fetch1()).rejects.toThrow('Expected exactly one row, got none.');
    await expect(answering(first, second).query.fetch1()).rejects.toThrow(DataJointError);
  });

  test('row by row', async () => {
    const ids: unknown[] = [];
    for await (const row of answering(first, second).query) ids.push(row.id);
    expect(ids).toEqual([18446744073709551615n, 2n]);
  });
});

test('counting', async () => {
  expect(await answering(['12']).query.length()).toBe(12);
  expect(await answering([0]).query.isEmpty()).toBe(true);
  expect(await answering(['1']).query.isEmpty()).toBe(false);
});

test('an expression is a value that prints itself', () => {
  const { query, sent } = answering();
  const restricted = query.restrict({ id: 5 });
  expect(query.toSql().params).toEqual([]);
  expect(restricted.toSql()).toEqual({
    text: 'SELECT `id`, `toString`, `weight` FROM `lab`.`t` WHERE `id` = ?',
    params: [5n],
  });
  expect([query, restricted, restricted.operation].every(Object.isFrozen)).toBe(true);
  expect(inspect(restricted)).toBe(`QueryExpression(${restricted.toSql().text})`);
  expect(sent).toEqual([]);
});
