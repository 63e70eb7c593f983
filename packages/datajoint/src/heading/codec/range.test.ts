import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mysqlTypes } from '../../dialect/mysql/types.ts';
import { postgresTypes } from '../../dialect/postgres/types.ts';
import { InvalidValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { readHeading } from '../read-heading.ts';
import { checkLength, longestText, numberStore } from './range.ts';

function column(type: string, types = postgresTypes, marker = ''): Attribute {
  const row = ['a', type, null, 'NO', '', null, '', '', marker] as const;
  return readHeading([row], '', '2', types).attributes[0] as Attribute;
}

const storedNumber = (attribute: Attribute, text: string): string => numberStore(attribute)(text);
const checked = (attribute: Attribute, text: string): void => checkLength(attribute, text, longestText(attribute));

const names = /The value of attribute a is out of the range of its type/;

describe('whole numbers', () => {
  test.each([
    ['smallint', -32768n, 32767n, postgresTypes],
    ['integer', -2147483648n, 2147483647n, postgresTypes],
    ['bigint', -9223372036854775808n, 9223372036854775807n, postgresTypes],
    ['tinyint unsigned', 0n, 255n, mysqlTypes],
    ['mediumint(9)', -8388608n, 8388607n, mysqlTypes],
    ['bigint(20) unsigned', 0n, 18446744073709551615n, mysqlTypes],
  ] as const)('%s holds %s to %s', (type, low, high, types) => {
    const attribute = column(type, types);
    for (const value of [low, high]) expect(storedNumber(attribute, String(value))).toBe(String(value));
    for (const value of [low - 1n, high + 1n, high * 10n ** 300n]) {
      expect(() => storedNumber(attribute, String(value))).toThrow(names);
    }
    expect(storedNumber(attribute, `${high}.49`)).toBe(String(high));
    expect(() => storedNumber(attribute, `${high}.5`)).toThrow(names);
  });

  test.each([
    ['1.5', '2'],
    ['-1.5', '-2'],
    ['0.49', '0'],
    ['-0.4', '0'],
    ['1e3', '1000'],
    ['25e-1', '3'],
    ['+7', '7'],
    ['1e-400', '0'],
  ])('of %s it is %s', (given, stored) => {
    expect(storedNumber(column('integer'), given)).toBe(stored);
  });

  test('of truth values are 0 and 1', () => {
    expect(['1', '0', '0.7', '-0.2', '1e0'].map((text) => storedNumber(column('boolean'), text))).toEqual([
      '1',
      '0',
      '1',
      '0',
      '1',
    ]);
    for (const text of ['2', '-1', '1.5', '1e300']) expect(() => storedNumber(column('boolean'), text)).toThrow(names);
  });

  test('are rounded to the nearest', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat(999), (whole, thousandths) => {
        const text = `${whole}.${String(thousandths).padStart(3, '0')}`;
        const nearest = Math.sign(Number(text)) * Math.round(Math.abs(Number(text)));
        expect(Number(storedNumber(column('integer'), text))).toBe(nearest === 0 ? 0 : nearest);
      }),
    );
  });
});

describe('decimals', () => {
  test('go in as they are, up to their digits', () => {
    const attribute = column('numeric(4,1)');
    for (const text of ['999.9', '-999.94', '999.949', '1e2', '0.00000001']) {
      expect(storedNumber(attribute, text)).toBe(text);
    }
    for (const text of ['1000', '999.95', '-999.95', '1e3', '1e400']) {
      expect(() => storedNumber(attribute, text)).toThrow(names);
    }
    expect(storedNumber(column('numeric'), '1e300')).toBe('1e300');
    expect(() => storedNumber(column('decimal(3)', mysqlTypes), '999.5')).toThrow(names);
  });
});

describe('characters', () => {
  test.each([
    ['character varying(3)', postgresTypes],
    ['character(3)', postgresTypes],
    ['varchar(3)', mysqlTypes],
    ['char(3)', mysqlTypes],
  ] as const)('%s holds three, blanks beyond not counted', (type, types) => {
    const attribute = column(type, types);
    for (const text of ['', 'abc', '\u{1f600}\u{1f600}\u{1f600}', 'abc    ', '   ', '      ']) {
      expect(() => checked(attribute, text)).not.toThrow();
    }
    for (const text of ['abcd', '   d', '\u{1f600}\u{1f600}\u{1f600}x', 'abc\n']) {
      expect(() => checked(attribute, text)).toThrow(InvalidValueError);
    }
    expect(() => checked(attribute, 'abcd ')).toThrow(/^The value of attribute a is too long: it has 5 characters, /);
  });

  test('of a type without a limit are as many as there are', () => {
    for (const attribute of [column('text'), column('character varying'), column('longtext', mysqlTypes)]) {
      expect(() => checked(attribute, 'x'.repeat(100_000))).not.toThrow();
    }
  });
});
