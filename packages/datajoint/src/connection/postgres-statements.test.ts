import { expect, test } from 'vitest';
import { catalogTypes } from './driver.ts';
import { PostgresStatements, type PreparedStatement } from './postgres-statements.ts';

interface Asked {
  readonly params?: number;
  readonly typedBy?: string | undefined;
  readonly isInTransaction?: boolean;
  readonly types?: readonly number[];
}

function ask(
  statements: PostgresStatements,
  text: string,
  { params = 1, typedBy = '1', isInTransaction = false, types = [] }: Asked = {},
): PreparedStatement | undefined {
  const found = statements.find({ text, params: Array.from({ length: params }, () => 'x') }, types, {
    typedBy,
    isInTransaction,
  });
  if (found !== undefined) found.isPrepared = true;
  return found;
}

const select = 'SELECT a FROM t WHERE b = $1';

test('a statement is kept from the second time on, under one name', () => {
  const statements = new PostgresStatements();
  expect(ask(statements, select)).toBeUndefined();
  const kept = ask(statements, select);
  expect(kept?.name).toBe('pharus_1');
  expect(ask(statements, select)).toBe(kept);
  expect(statements.takeUnwanted()).toEqual([]);
});

test('one whose parameters may have other types is another', () => {
  const statements = new PostgresStatements();
  const names = [{ typedBy: '1' }, { typedBy: '2' }, { types: [0, 17] }, { params: 0 }].map((asked) => {
    ask(statements, select, asked);
    return ask(statements, select, asked)?.name;
  });
  expect(new Set(names)).toEqual(new Set(['pharus_1', 'pharus_2', 'pharus_3', 'pharus_4']));
  const untyped = { text: select, params: ['x'] };
  for (let time = 0; time < 3; time += 1) {
    expect(statements.find(untyped, [0], { typedBy: undefined, isInTransaction: false })).toBeUndefined();
  }
});

test.each([
  ['a value to choose rows by', select, '1', 1, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]],
  ['no values', 'SELECT a FROM t', '1', 0, Array.from({ length: 11 }, () => 1)],
  ['the catalog', select, catalogTypes, 1, Array.from({ length: 11 }, () => 1)],
  ['an insert', 'INSERT INTO t VALUES ($1)', '1', 1, Array.from({ length: 11 }, () => 1)],
])('%s: planned for its values each time, or not', (_, text, typedBy, params, numbers) => {
  const statements = new PostgresStatements();
  ask(statements, text, { typedBy, params });
  const names = numbers.map(() => ask(statements, text, { typedBy, params })?.name);
  expect(names).toEqual(numbers.map((number) => `pharus_${number}`));
  const last = numbers.at(-1) as number;
  expect(statements.takeUnwanted()).toEqual(Array.from({ length: last - 1 }, (_, index) => `pharus_${index + 1}`));
  expect(statements.takeUnwanted()).toEqual([]);
});

test.each(['BEGIN', 'COMMIT', 'SET a = 1', 'CREATE TABLE t (a int)', `SELECT '${'x'.repeat(17_000)}'`])(
  '%.20s is not kept',
  (text) => {
    const statements = new PostgresStatements();
    for (let time = 0; time < 3; time += 1) expect(ask(statements, text, { params: 0 })).toBeUndefined();
  },
);

test('in a transaction only inserts, which return nothing that could have become something else', () => {
  const statements = new PostgresStatements();
  const isInTransaction = true;
  for (let time = 0; time < 3; time += 1) expect(ask(statements, select, { isInTransaction })).toBeUndefined();
  const insert = 'INSERT INTO t VALUES ($1)';
  ask(statements, insert, { isInTransaction });
  expect(ask(statements, insert, { isInTransaction })?.name).toBe('pharus_1');
});

test('those that were not used for longest are given up, by their number and by their size', () => {
  const statements = new PostgresStatements();
  const texts = Array.from({ length: 101 }, (_, index) => `SELECT ${index}`);
  for (const text of texts) {
    ask(statements, text, { params: 0 });
    ask(statements, text, { params: 0 });
    ask(statements, texts[0] as string, { params: 0 });
  }
  expect(statements.takeUnwanted()).toEqual(['pharus_2']);
  const long = (index: number): string => `SELECT '${index}${'x'.repeat(16_000)}'`;
  for (let index = 0; index < 50; index += 1) ask(statements, long(index), { params: 0 });
  expect(statements.takeUnwanted()).toHaveLength(100);
  expect(ask(statements, long(49), { params: 0 })).toBeDefined();
  expect(ask(statements, long(20), { params: 0 })).toBeUndefined();
});

test('one that failed is prepared anew', () => {
  const statements = new PostgresStatements();
  ask(statements, select);
  statements.forget(ask(statements, select) as PreparedStatement);
  expect(ask(statements, select)?.name).toBe('pharus_2');
  expect(statements.takeUnwanted()).toEqual(['pharus_1']);
});

test('where sessions are lent by another program, none is kept', () => {
  const lent = new PostgresStatements(true);
  const later = new PostgresStatements();
  ask(later, select);
  ask(later, select);
  later.turnOff();
  for (const statements of [lent, later]) {
    for (let time = 0; time < 3; time += 1) expect(ask(statements, select)).toBeUndefined();
    expect(statements.takeUnwanted()).toEqual([]);
  }
});
