import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { InvalidRestriction, UnknownAttributeError } from '../errors.ts';
import { NumberLiteral } from '../heading/codec/number-literal.ts';
import { readHeading } from '../heading/read-heading.ts';
import { trusted } from '../sql/trusted-sql.ts';
import { compileWhere } from './compile.ts';
import { always, type Condition, never } from './condition.ts';
import { Relation } from './relation.ts';
import { AndList, Comparison, Matching, makeCondition, Not, type Operator, type Restriction } from './restriction.ts';

const column = (name: string, type: string, key = ''): ColumnRow => [name, type, null, 'YES', key, null, '', '', ''];
const heading = readHeading(
  [
    column('id', 'int(11)', 'PRI'),
    column('x', 'int(11)'),
    column('name', 'varchar(24)'),
    column('day', 'date'),
    column('info', 'json'),
    column('data', 'longblob'),
  ],
  '',
  'legacy',
  mysqlTypes,
);

const condition = (restriction: Restriction): Condition => makeCondition(restriction, heading);

function where(restriction: Restriction): readonly [string, readonly unknown[]] {
  const { text, params } = compileWhere(condition(restriction), mysqlDialect).toStatement(mysqlDialect.syntax);
  return [text, params];
}

const compare = (attribute: string, operator: Operator, value: Comparison['value']): Comparison =>
  new Comparison(attribute, operator, value);

describe('a comparison', () => {
  test.each([
    [compare('id', '=', '16'), ' WHERE `id` = ?', [16n]],
    [compare('id', '!=', 16), ' WHERE `id` <> ?', [16n]],
    [compare('id', '<>', 16), ' WHERE `id` <> ?', [16n]],
    [compare('id', '<=', new NumberLiteral('1.50')), ' WHERE `id` <= CAST(? AS DECIMAL(65, 1))', ['1.5']],
    [compare('name', '=', 1), ' WHERE `name` = ?', ['1']],
    [compare('day', '>', 86400), ' WHERE `day` > ?', ['1970-01-02']],
    [compare('info', '=', '{}'), ' WHERE CAST(`info` AS CHAR) = ?', ['{}']],
    [compare('name', 'LIKE', 'a%'), ' WHERE `name` LIKE ?', ['a%']],
    [compare('name', 'NOT LIKE', 'a%'), ' WHERE NOT (`name` LIKE ?)', ['a%']],
    [compare('info', 'LIKE', 5), ' WHERE CAST(`info` AS CHAR) LIKE ?', ['5']],
    [compare('id', 'IN', [1, '2']), ' WHERE `id` IN (?, ?)', [1n, 2n]],
    [compare('id', 'NOT IN', [1]), ' WHERE NOT (`id` IN (?))', [1n]],
    [compare('id', 'BETWEEN', [1, 2]), ' WHERE `id` BETWEEN ? AND ?', [1n, 2n]],
  ])('%j', (comparison, text, params) => {
    expect(where(comparison)).toEqual([text, params]);
  });

  test('with null asks for NULL where that can be meant', () => {
    expect(where(compare('x', '=', null))).toEqual([' WHERE `x` IS NULL', []]);
    expect(where(compare('x', '!=', null))).toEqual([' WHERE NOT (`x` IS NULL)', []]);
    expect(where(compare('x', '<>', undefined))).toEqual([' WHERE NOT (`x` IS NULL)', []]);
    expect(where(compare('data', '=', null))).toEqual([' WHERE `data` IS NULL', []]);
    expect(where(compare('x', 'IN', [1, null]))).toEqual([' WHERE (`x` IS NULL OR `x` IN (?))', [1n]]);
    expect(where(compare('x', 'IN', [null]))).toEqual([' WHERE `x` IS NULL', []]);
    expect(where(compare('x', 'NOT IN', [1, null]))).toEqual([' WHERE NOT ((`x` IS NULL OR `x` IN (?)))', [1n]]);
  });

  test('with an empty list holds for no row, and its negation for all', () => {
    expect(condition(compare('x', 'IN', []))).toBe(never);
    expect(condition(compare('x', 'NOT IN', []))).toBe(always);
  });

  const unknown: [Operator, Comparison['value']][] = [
    ['<', null],
    ['<=', null],
    ['>', undefined],
    ['>=', null],
    ['BETWEEN', [null, 1]],
    ['BETWEEN', [1, undefined]],
  ];

  test.each(unknown)('%s with %j holds for no row', (operator, value) => {
    expect(where(compare('x', operator, value))[0]).not.toBe('');
    expect(condition(compare('x', operator, value))).not.toBe(always);
  });

  test.each([...unknown, ['LIKE', null] as const])(
    'nor does the negation of %s with %j: neither is known',
    (operator, value) => {
      const attribute = operator === 'LIKE' ? 'name' : 'x';
      expect(condition(new Not(compare(attribute, operator, value)))).not.toBe(always);
    },
  );

  test('NOT LIKE null holds for no row', () => {
    expect(condition(compare('name', 'NOT LIKE', null))).not.toBe(always);
  });
});

describe('what is refused, with the name and the reason', () => {
  test.each([
    [compare('nam', '=', 1), 'There is no attribute `nam` here. Did you mean "name"?'],
    [compare('weather', '=', 1), 'There is no attribute `weather` here.'],
    [compare('__proto__', '=', 1), 'There is no attribute `__proto__` here.'],
    [compare('id` OR 1=1 -- ', '=', 1), 'There is no attribute `id` OR 1=1 -- ` here.'],
    [compare('x', 'LIKE', '1%'), 'LIKE is for texts; attribute `x` is int.'],
    [compare('day', 'NOT LIKE', '2020%'), 'LIKE is for texts; attribute `day` is date.'],
    [compare('data', 'LIKE', 'a'), 'LIKE is for texts; attribute `data` is longblob.'],
    [compare('name', 'LIKE', ['a']), 'Attribute `name` (varchar(24)) is compared with a text; got a list.'],
    [compare('x', 'IN', 1), 'IN on attribute `x` expects a list of values; got 1.'],
    [compare('x', 'IN', null), 'IN on attribute `x` expects a list of values; got null.'],
    [compare('x', 'IN', { a: 1 }), 'IN on attribute `x` expects a list of values; got an object.'],
    [compare('x', 'BETWEEN', [1]), 'BETWEEN on attribute `x` expects a list of two values; got a list.'],
    [compare('x', 'BETWEEN', [1, 2, 3]), 'BETWEEN on attribute `x` expects a list of two values; got a list.'],
    [compare('x', '=', [1]), 'Attribute `x` (int) is compared with a finite number; got a list.'],
    [compare('x', 'IN', [1, 'b']), 'Attribute `x` (int) is compared with a finite number; got "b".'],
    [compare('data', '=', 'a'), 'Attribute `data` (longblob) holds bytes; it can only be compared with null.'],
  ])('%j', (comparison, message) => {
    let caught: unknown;
    try {
      condition(comparison);
    } catch (error) {
      caught = error;
    }
    const isUnknown = message.startsWith('There is no attribute');
    expect(caught).toBeInstanceOf(isUnknown ? UnknownAttributeError : InvalidRestriction);
    expect((caught as Error).message).toBe(message);
  });

  test.each([null, undefined, 1, new Date(0), Symbol('x'), () => true])('%s', (restriction) => {
    expect(() => condition(restriction as unknown as Restriction)).toThrow(InvalidRestriction);
    expect(() => condition([restriction as unknown as Restriction])).toThrow(InvalidRestriction);
  });
});

describe('mappings and lists', () => {
  test('names that are no attributes restrict nothing', () => {
    expect(condition({})).toBe(always);
    expect(condition({ weather: 1, constructor: 2 })).toBe(always);
    expect(where({ weather: 1, x: null, id: 5 })).toEqual([' WHERE (`x` IS NULL AND `id` = ?)', [5n]]);
    expect(where(Object.assign(Object.create(null) as object, { id: 5 }) as Restriction)).toEqual([
      ' WHERE `id` = ?',
      [5n],
    ]);
  });

  test('a list means any, an AndList all, Not none', () => {
    expect(where([{ id: 1 }, { id: 2 }])).toEqual([' WHERE `id` IN (?, ?)', [1n, 2n]]);
    expect(where([{ id: 1 }, { x: 2 }, { id: 3 }])).toEqual([' WHERE (`id` IN (?, ?) OR `x` = ?)', [1n, 3n, 2n]]);
    expect(where(new AndList([{ id: 1 }, { x: 2 }]))).toEqual([' WHERE (`id` = ? AND `x` = ?)', [1n, 2n]]);
    expect(where(new Not({ id: 1, x: 2 }))).toEqual([' WHERE NOT ((`id` = ? AND `x` = ?))', [1n, 2n]]);
    expect(where(new Not(new Not({ id: 1 })))).toEqual([' WHERE `id` = ?', [1n]]);
    expect(condition([])).toBe(never);
    expect(condition(new AndList([]))).toBe(always);
    expect(condition(new Not([]))).toBe(always);
    expect(condition([{ id: 1 }, {}])).toBe(always);
    expect([condition(true), condition(false)]).toEqual([always, never]);
  });

  test('SQL that is vouched for stays apart', () => {
    expect(where(new AndList([{ id: 1 }, trusted('x > 1 OR x < 0')]))).toEqual([
      ' WHERE (`id` = ? AND (x > 1 OR x < 0))',
      [1n],
    ]);
  });

  test('a restriction cannot be changed after it was made', () => {
    const terms: Restriction[] = [{ id: 1 }];
    const list = new AndList(terms);
    terms.push(false);
    expect(list.terms).toHaveLength(1);
    expect([list, list.terms, new Not(true), compare('id', '=', 1)].every(Object.isFrozen)).toBe(true);
  });
});

describe('another expression', () => {
  const other = (...columns: ColumnRow[]): Relation =>
    new Relation({
      executor: undefined as never,
      operation: { kind: 'table', name: { schema: 'lab', table: 'other' } },
      heading: readHeading(columns, '', 'legacy', mysqlTypes),
    });

  test('is matched in the attributes of the same name', () => {
    expect(where(other(column('y', 'int', 'PRI'), column('id', 'int')))).toEqual([
      ' WHERE (`id`) IN (SELECT `id` FROM `lab`.`other`)',
      [],
    ]);
    expect(where(new Not(other(column('x', 'int', 'PRI'), column('id', 'int', 'PRI'))))).toEqual([
      ' WHERE NOT ((`x`, `id`) IN (SELECT `x`, `id` FROM `lab`.`other`))',
      [],
    ]);
  });

  test('is matched in attributes of other names where they are named', () => {
    const rows = other(column('y', 'int', 'PRI'), column('id', 'int'));
    expect(where(new Matching(rows, { x: 'y', id: 'id' }))).toEqual([
      ' WHERE (`x`, `id`) IN (SELECT `y`, `id` FROM `lab`.`other`)',
      [],
    ]);
    expect(() => condition(new Matching(rows, { y: 'y' }))).toThrow('no attribute `y` here');
    expect(() => condition(new Matching(rows, { x: 'x' }))).toThrow('no attribute `x` there');
    expect(() => condition(new Matching(rows, {}))).toThrow('at least one attribute');
  });

  test('without any, it is asked whether it has rows', () => {
    expect(where(other(column('y', 'int', 'PRI')))).toEqual([' WHERE EXISTS (SELECT 1 FROM `lab`.`other`)', []]);
  });

  test('may not share an attribute that depends on the key on both sides', () => {
    expect(() => condition(other(column('id', 'int', 'PRI'), column('x', 'int')))).toThrow(/dependent attribute `x`/);
  });
});

/** A row, and what a condition is for it: true, false, or null where it is not known. */
type Row = { readonly x: number | null; readonly name: string | null };

function holds(term: Condition, row: Row): boolean | null {
  switch (term.kind) {
    case 'constant':
      return term.value;
    case 'and': {
      const all = term.terms.map((inner) => holds(inner, row));
      return all.includes(false) ? false : all.includes(null) ? null : true;
    }
    case 'or': {
      const any = term.terms.map((inner) => holds(inner, row));
      return any.includes(true) ? true : any.includes(null) ? null : false;
    }
    case 'not': {
      const inner = holds(term.term, row);
      return inner === null ? null : !inner;
    }
    case 'null':
      return row[term.name as keyof Row] === null;
    case 'in':
    case 'comparison': {
      const own = row[term.attribute.name as keyof Row];
      if (own === null) return null;
      const same = (value: unknown): boolean => String(value) === String(own);
      if (term.kind === 'in') return term.values.some(({ value }) => same(value));
      if (term.operator === '=') return same(term.value.value);
      if (term.operator === '!=') return !same(term.value.value);
      if (term.operator === '<') return Number(own) < Number(term.value.value);
      throw new Error(`No ${term.operator} in this test.`);
    }
    default:
      throw new Error(`No ${term.kind} in this test.`);
  }
}

/** What the restriction says in words, written apart from the conditions. */
function means(restriction: Restriction, row: Row): boolean | null {
  if (typeof restriction === 'boolean') return restriction;
  const and = (values: (boolean | null)[]): boolean | null =>
    values.includes(false) ? false : values.includes(null) ? null : true;
  const not = (value: boolean | null): boolean | null => (value === null ? null : !value);
  if (restriction instanceof AndList) return and(restriction.terms.map((term) => means(term, row)));
  if (restriction instanceof Not) return not(means(restriction.term, row));
  if (Array.isArray(restriction)) return not(and((restriction as Restriction[]).map((term) => not(means(term, row)))));
  if (restriction instanceof Comparison) {
    const own = row[restriction.attribute as keyof Row];
    const equal = (value: unknown): boolean | null =>
      value === null ? own === null : own === null ? null : String(own) === String(value);
    switch (restriction.operator) {
      case '=':
        return equal(restriction.value);
      case '!=':
        return not(equal(restriction.value));
      case '<':
        return own === null ? null : Number(own) < Number(restriction.value);
      default: {
        const list = restriction.value as (number | null)[];
        const isIn = list.length === 0 ? false : not(and(list.map((value) => not(equal(value)))));
        return restriction.operator === 'IN' ? isIn : not(isIn);
      }
    }
  }
  return and(Object.entries(restriction).map(([name, value]) => means(compare(name, '=', value as number), row)));
}

describe('three-valued logic', () => {
  const value = fc.constantFrom(null, 0, 1, 2);
  const { restriction } = fc.letrec<{ restriction: Restriction }>((tie) => ({
    restriction: fc.oneof(
      { maxDepth: 4 },
      fc.boolean(),
      value.map((x): Restriction => ({ x })),
      fc.tuple(fc.constantFrom('=', '!='), value).map(([operator, x]) => compare('x', operator as Operator, x)),
      fc.constantFrom(0, 1, 2).map((x) => compare('x', '<', x)),
      fc
        .tuple(fc.constantFrom('IN', 'NOT IN'), fc.array(value, { maxLength: 3 }))
        .map(([operator, list]) => compare('x', operator as Operator, list)),
      fc.constantFrom('a', null).map((name): Restriction => ({ name })),
      tie('restriction').map((term) => new Not(term)),
      fc.array(tie('restriction'), { maxLength: 3 }),
      fc.array(tie('restriction'), { maxLength: 3 }).map((terms) => new AndList(terms)),
    ),
  }));

  test('every restriction selects the rows it means', () => {
    fc.assert(
      fc.property(restriction, fc.record({ x: value, name: fc.constantFrom(null, 'a', 'b') }), (given, row) => {
        expect(holds(condition(given), row) === true).toBe(means(given, row) === true);
        expect(holds(condition(new Not(given)), row) === true).toBe(means(given, row) === false);
      }),
      { numRuns: 2000 },
    );
  });
});
