import { describe, expect, test } from 'vitest';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { InvalidRestriction, UnknownAttributeError } from '../errors.ts';
import { readHeading } from '../heading/read-heading.ts';
import { parseOrder, totalOrder } from './order.ts';

const column = (name: string, type = 'int', key = ''): ColumnRow => [name, type, null, 'NO', key, null, '', '', ''];
const heading = readHeading(
  [
    column('subject', 'int', 'PRI'),
    column('session', 'int', 'PRI'),
    column('note', 'text'),
    column('data', 'longblob'),
  ],
  '',
  'legacy',
  mysqlTypes,
);
const withoutKey = readHeading([column('a'), column('data', 'longblob'), column('b')], '', 'legacy', mysqlTypes);

const up = (attribute: string) => ({ attribute, descending: false });
const down = (attribute: string) => ({ attribute, descending: true });

describe('an order', () => {
  test.each([
    ['note', [up('note')]],
    ['note DESC', [down('note')]],
    [' note   desc ', [down('note')]],
    ['note\tAsC', [up('note')]],
    ['note DESC, session', [down('note'), up('session')]],
    ['KEY', [up('subject'), up('session')]],
    ['KEY DESC', [down('subject'), down('session')]],
    ['session DESC, KEY', [down('session'), up('subject')]],
    ['note,KEY desc', [up('note'), down('subject'), down('session')]],
    ['', [up('subject'), up('session')]],
    [[], [up('subject'), up('session')]],
    [
      ['note DESC', 'session'],
      [down('note'), up('session')],
    ],
  ])('%j', (order, items) => {
    expect(parseOrder(order, heading)).toEqual(items);
  });

  test('KEY is an attribute where there is one of this name', () => {
    const named = readHeading([column('id', 'int', 'PRI'), column('KEY')], '', 'legacy', mysqlTypes);
    expect(parseOrder('KEY DESC', named)).toEqual([down('KEY')]);
  });

  test.each(['nothing', '`note`', '1', 'NOTE', 'key', '__proto__', 'IF(1,note,session)'])(
    'knows of no attribute %j',
    (order) => {
      const refuse = () => parseOrder(order, heading);
      expect(refuse).toThrow(UnknownAttributeError);
      expect(refuse).toThrow(/^There is no attribute ".*" to order by\./);
    },
  );

  test.each(['note sideways', 'note DESC DESC', 'note; DROP TABLE t', 'note,', ',', 'note DESC NULLS FIRST'])(
    'refuses %j',
    (order) => {
      const refuse = () => parseOrder(order, heading);
      expect(refuse).toThrow(/^An order is a list/);
      expect(refuse).toThrow(InvalidRestriction);
    },
  );

  test('names may hold blanks and commas', () => {
    const odd = readHeading(
      ['a b', 'c,d'].map((name) => [name, 'int', null, 'NO', 'PRI', null, '', '', ''] as const),
      '',
      'legacy',
      mysqlTypes,
    );
    expect(parseOrder('a b DESC', odd)).toEqual([{ attribute: 'a b', descending: true }]);
    expect(parseOrder('c,d', odd)).toEqual([{ attribute: 'c,d', descending: false }]);
  });

  test('suggests, and repeats no more than a little of what came', () => {
    expect(() => parseOrder('notes', heading)).toThrow(
      /^There is no attribute "notes" to order by\. Did you mean "note"\?$/,
    );
    expect(() => parseOrder('x'.repeat(1000), heading)).toThrow(/^.{0,200}$/);
  });
});

describe('a total order', () => {
  test('goes on with the rest of the primary key', () => {
    expect(totalOrder([down('note')], heading)).toEqual([down('note'), up('subject'), up('session')]);
    expect(totalOrder([down('session')], heading)).toEqual([down('session'), up('subject')]);
    expect(totalOrder([up('subject'), up('session')], heading)).toEqual([up('subject'), up('session')]);
  });

  test('goes on with whatever can be compared where there is no key', () => {
    expect(totalOrder([up('b')], withoutKey)).toEqual([up('b'), up('a')]);
    expect(totalOrder(parseOrder('KEY', withoutKey), withoutKey)).toEqual([up('a'), up('b')]);
  });
});
