import { expect, test } from 'vitest';
import { InvalidRestriction, InvalidValueError, QueryError } from '../errors.ts';
import type { Param } from '../sql/sql.ts';
import { affectedRowsOf, toCells, undoneCommit } from './postgres-answer.ts';
import { toWireParams } from './postgres-params.ts';

const toWire = (...params: readonly Param[]) => toWireParams({ text: 'SELECT 1', params });

test('numbers are text of no type, bytes are bytes and typed', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
  expect(toWire(1, -0, 0.1, 1e21, 2n ** 63n, 'x', null, bytes)).toEqual({
    types: [0, 0, 0, 0, 0, 0, 0, 17],
    values: ['1', '-0', '0.1', '1e+21', '9223372036854775808', 'x', null, Buffer.from([2, 3])],
  });
});

test.each([
  ['a zero', 'a\0b'],
  ['half a character', '\ud800'],
  ['the other half', '\udc00x'],
  ['an integer too large', 2n ** 64n],
  ['an integer too small', -(2n ** 63n) - 1n],
])('%s is refused', (_, value) => {
  expect(() => toWire(value)).toThrow(InvalidValueError);
});

test.each([undefined, true, {}, new Date(), Symbol('x')])('%o is no parameter', (value) => {
  expect(() => toWire(value as unknown as string)).toThrow(TypeError);
});

test('a statement that would be cut off, or that counts its parameters wrong, is refused', () => {
  expect(() => toWireParams({ text: 'SELECT 1 AS "a\0b"', params: [] })).toThrow(QueryError);
  expect(() => toWire(...Array.from({ length: 65_536 }, () => 1))).toThrow(InvalidRestriction);
});

test('only bytes are decoded', () => {
  expect(toCells(['\\x00ff', '\\x00ff', null, ''], [true, false, true, false])).toEqual([
    Buffer.from([0, 255]),
    '\\x00ff',
    null,
    '',
  ]);
});

test.each([
  ['INSERT 0 5', 5],
  ['UPDATE 3', 3],
  ['DELETE 0', 0],
  ['MERGE 2', 2],
  ['SELECT 7', 0],
  ['FETCH 7', 0],
  ['CREATE TABLE', 0],
  ['', 0],
])('%s changed %i rows', (tag, count) => expect(affectedRowsOf(tag)).toBe(count));

test('a commit that was none is told', () => {
  expect(undoneCommit('COMMIT', 'ROLLBACK')).toBeInstanceOf(QueryError);
  expect(undoneCommit(' end', 'ROLLBACK')).toBeInstanceOf(QueryError);
  expect(undoneCommit('COMMIT', 'COMMIT')).toBeUndefined();
  expect(undoneCommit('ROLLBACK', 'ROLLBACK')).toBeUndefined();
});
