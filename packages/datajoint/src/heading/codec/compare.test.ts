import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mysqlTypes } from '../../dialect/mysql/types.ts';
import { InvalidRestriction } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { readHeading } from '../read-heading.ts';
import { comparable } from './compare.ts';
import type { InputValue } from './input-value.ts';
import { NumberLiteral } from './number-literal.ts';

function column(type: string, marker = ''): Attribute {
  const row = ['a', type, null, 'NO', '', null, '', '', marker] as const;
  return readHeading([row], '', 'legacy', mysqlTypes).attributes[0] as Attribute;
}

const int = column('int(11)');
const decimal = column('decimal(10,3)');
const text = column('varchar(24)');

describe('the attribute says how it is compared', () => {
  test.each([
    [int, '16', { as: 'integer', value: 16n }],
    [int, 16, { as: 'integer', value: 16n }],
    [int, ' 16 ', { as: 'integer', value: 16n }],
    [int, '1.6e1', { as: 'integer', value: 16n }],
    [int, '16.0', { as: 'integer', value: 16n }],
    [int, true, { as: 'integer', value: 1n }],
    [int, 1.5, { as: 'decimal', value: '1.5' }],
    [int, -0, { as: 'integer', value: 0n }],
    [int, '-0.0', { as: 'integer', value: 0n }],
    [int, '18446744073709551615', { as: 'integer', value: 2n ** 64n - 1n }],
    [int, '18446744073709551616', { as: 'decimal', value: '18446744073709551616' }],
    [int, -(2n ** 63n), { as: 'integer', value: -(2n ** 63n) }],
    [int, -(2n ** 63n) - 1n, { as: 'decimal', value: '-9223372036854775809' }],
    [int, '1e300', { as: 'double', value: 1e300 }],
    [decimal, '0.1', { as: 'decimal', value: '0.1' }],
    [decimal, new NumberLiteral('-0.100'), { as: 'decimal', value: '-0.1' }],
    [decimal, new NumberLiteral('1e-31'), { as: 'double', value: 1e-31 }],
    [column('float'), 0.1, { as: 'double', value: Math.fround(0.1) }],
    [column('float'), '1e-60', { as: 'double', value: 0 }],
    [column('double'), '0.1', { as: 'double', value: 0.1 }],
    [column('year(4)'), '2020', { as: 'integer', value: 2020n }],
    [column('tinyint(1)', ':bool:'), false, { as: 'boolean', value: false }],
    [column('tinyint(1)', ':bool:'), '1', { as: 'boolean', value: true }],
    // The column is a small integer and may hold others.
    [column('tinyint(1)', ':bool:'), 2, { as: 'integer', value: 2n }],
    [column('tinyint(1)', ':bool:'), -1, { as: 'integer', value: -1n }],
    [column('tinyint(1)', ':bool:'), 0.5, { as: 'decimal', value: '0.5' }],
    [column('tinyint(1)', ':bool:'), '1.0', { as: 'boolean', value: true }],
    [text, 1, { as: 'text', value: '1' }],
    [text, '1', { as: 'text', value: '1' }],
    [text, ' x ', { as: 'text', value: ' x ' }],
    [text, new NumberLiteral('1.0'), { as: 'text', value: '1.0' }],
    [column("enum('a','b')"), 'a', { as: 'text', value: 'a' }],
    [column('longtext', ':json:'), '{"a": 1}', { as: 'json', value: '{"a": 1}' }],
    [column('date'), '2020-01-02', { as: 'temporal', value: '2020-01-02' }],
    [column('date'), 1577923200, { as: 'temporal', value: '2020-01-02' }],
    [column('date'), '1577923200', { as: 'temporal', value: '2020-01-02' }],
    [column('datetime'), '1577934245.5', { as: 'temporal', value: '2020-01-02 03:04:05.500000' }],
    [column('datetime'), '2020-01-02T03:04:05Z', { as: 'temporal', value: '2020-01-02 03:04:05' }],
    [column('timestamp'), 0, { as: 'temporal', value: '1970-01-01 00:00:00' }],
    [column('time'), '-10:00:00', { as: 'temporal', value: '-10:00:00' }],
    [column('time'), -36000.5, { as: 'temporal', value: '-10:00:00.500000' }],
    [
      column('binary(16)', ':uuid:'),
      '00010203-0405-0607-0809-0a0b0c0d0e0f',
      { as: 'uuid', value: Uint8Array.from({ length: 16 }, (_, i) => i) },
    ],
  ] as const)('$databaseType with %j', (attribute, value, expected) => {
    expect(comparable(attribute, value)).toEqual(expected);
  });

  test('an integer is compared with its very value, however large', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        for (const written of [value, String(value), `${value}.000`, new NumberLiteral(`${value}e0`)]) {
          expect(comparable(int, written)).toEqual({ as: 'integer', value });
        }
      }),
    );
  });

  test('a number written by JavaScript keeps its digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e20, max: 1e20 }), (value) => {
        const compared = comparable(decimal, value);
        expect(Number(compared.value)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('refusals', () => {
  test.each([
    [int, ['x', '', '1; --', 'NaN', 'inf', Number.NaN, Number.POSITIVE_INFINITY, [], {}, Uint8Array.of(1), '1e400']],
    [column('double'), ['1e400', 'x', []]],
    [column('tinyint(1)', ':bool:'), ['true', '', []]],
    [text, [true, [], {}, Uint8Array.of(1), '\ud800']],
    [column('longtext', ':json:'), [{}, [], true]],
    [column('date'), ['yesterday', '', '2020', true, [], 1e14].filter((value) => value !== '2020')],
    [column('date'), ['2021-13-45', '2021-12-32']],
    [
      column('datetime'),
      ['2020-01', 'x', true, 253402300800, '0.0000001', '2021-01-01 25:61:61', '2021-01-01 24:00:00'],
    ],
    [column('time'), ['x', '1000:00:00', '839:00:00', '99:99:99', '1:60:00', true, '0.0000001']],
    [column('binary(16)', ':uuid:'), ['x', 1, {}, Uint8Array.of(1), '']],
  ] as [Attribute, InputValue[]][])('$databaseType', (attribute, values) => {
    for (const value of values) expect(() => comparable(attribute, value), String(value)).toThrow(InvalidRestriction);
  });

  test.each([
    column('longblob'),
    column('binary(4)'),
    column('longblob', ':attach:'),
    column('binary(16)', ':blob@s:'),
    column('json', ':<npy@>:'),
    column('bit(3)'),
    column('point'),
  ])('bytes are compared with nothing: $databaseType $type', (attribute) => {
    for (const value of ['x', 1, Uint8Array.of(1)]) {
      expect(() => comparable(attribute, value)).toThrow(/holds bytes; it can only be compared with null/);
    }
  });

  test('name the attribute, what it wants and what came', () => {
    expect(() => comparable(int, 'x')).toThrow('Attribute `a` (int) is compared with a finite number; got "x".');
    expect(() => comparable(int, 'x'.repeat(99))).toThrow('got a text of 99 characters.');
  });
});
