import { describe, expect, test } from 'vitest';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import type { Attribute } from '../heading/attribute.ts';
import { readHeading } from '../heading/read-heading.ts';
import { trusted } from '../sql/trusted-sql.ts';
import { allOf, always, anyOf, attributesOf, type Condition, negated, never, renamed } from './condition.ts';
import { Relation } from './relation.ts';

const row = ['x', 'int', null, 'NO', '', null, '', '', ''] as const;
const x = readHeading([row], '', 'legacy', mysqlTypes).attributes[0] as Attribute;

const isNull = (name: string): Condition => ({ kind: 'null', name });
const equal = (value: bigint): Condition => ({
  kind: 'comparison',
  attribute: x,
  operator: '=',
  value: { as: 'integer', value },
});
const a = isNull('a');
const b = isNull('b');
const c = isNull('c');
const raw: Condition = { kind: 'trusted', text: trusted('x > 1') };
const relation = new Relation({
  executor: undefined as never,
  operation: { kind: 'table', name: { schema: 's', table: 't' } },
  heading: readHeading([row], '', 'legacy', mysqlTypes),
});
const matches: Condition = { kind: 'matches', attributes: [['x', 'id']], relation };

describe('all of', () => {
  test.each([
    [[], always],
    [[always, always], always],
    [[a], a],
    [[a, always], a],
    [[a, never, b], never],
    [[a, b], { kind: 'and', terms: [a, b] }],
    [[allOf([a, b]), c], { kind: 'and', terms: [a, b, c] }],
    [[anyOf([a, b]), c], { kind: 'and', terms: [anyOf([a, b]), c] }],
  ] as [Condition[], Condition][])('case %#', (terms, expected) => {
    expect(allOf(terms)).toEqual(expected);
  });
});

describe('any of', () => {
  test.each([
    [[], never],
    [[never, never], never],
    [[a], a],
    [[a, a], a],
    [[a, never], a],
    [[a, always, b], always],
    [[anyOf([a, b]), c, a], { kind: 'or', terms: [a, b, c] }],
    [[allOf([a, b]), c], { kind: 'or', terms: [allOf([a, b]), c] }],
  ] as [Condition[], Condition][])('case %#', (terms, expected) => {
    expect(anyOf(terms)).toEqual(expected);
  });
});

test('a negation of a negation is the condition', () => {
  expect(negated(always)).toBe(never);
  expect(negated(never)).toBe(always);
  expect(negated(negated(a))).toBe(a);
  expect(negated(allOf([a, b]))).toEqual({ kind: 'not', term: { kind: 'and', terms: [a, b] } });
});

describe('the attributes a condition reads', () => {
  test.each([
    [always, []],
    [{ kind: 'exists', relation }, []],
    [a, ['a']],
    [negated(a), ['a']],
    [equal(1n), ['x']],
    [{ kind: 'in', attribute: x, values: [] }, ['x']],
    [{ kind: 'between', attribute: x, low: { as: 'integer', value: 1n }, high: { as: 'integer', value: 2n } }, ['x']],
    [allOf([a, anyOf([b, equal(1n)]), matches]), ['a', 'b', 'x']],
    [matches, ['x']],
  ] as [Condition, string[]][])('case %#', (condition, names) => {
    expect(attributesOf(condition)).toEqual(new Set(names));
  });

  test('text of SQL hides them', () => {
    for (const condition of [raw, negated(raw), allOf([a, raw]), anyOf([a, allOf([b, raw])])]) {
      expect(attributesOf(condition)).toBeUndefined();
    }
  });
});

describe('a condition on renamed attributes', () => {
  const names = new Map([
    ['a', 'a2'],
    ['x', 'y'],
  ]);

  test('has the new names all the way down, and the old condition is as it was', () => {
    const condition = allOf([a, negated(anyOf([a, b])), equal(1n), matches]);
    const before = structuredClone(attributesOf(condition));
    const after = renamed(condition, names);
    expect(attributesOf(after)).toEqual(new Set(['a2', 'b', 'y']));
    expect(attributesOf(condition)).toEqual(before);
    expect(after).toMatchObject({
      kind: 'and',
      terms: [
        { kind: 'null', name: 'a2' },
        { kind: 'not', term: { kind: 'or', terms: [{ name: 'a2' }, { name: 'b' }] } },
        { kind: 'comparison', attribute: { name: 'y', type: 'int' } },
        { kind: 'matches', attributes: [['y', 'id']] },
      ],
    });
  });

  test('swaps names at once', () => {
    const swap = new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(renamed(allOf([a, negated(b)]), swap)).toEqual(allOf([b, negated(a)]));
  });

  test('leaves what reads nothing alone', () => {
    expect(renamed(always, names)).toBe(always);
    expect(renamed({ kind: 'exists', relation }, names)).toEqual({ kind: 'exists', relation });
  });
});
