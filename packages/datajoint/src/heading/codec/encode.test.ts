import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack } from '../../blob/pack.ts';
import { PackedBlob } from '../../blob/packed-blob.ts';
import { unpack } from '../../blob/unpack.ts';
import { List } from '../../blob/values.ts';
import { mysqlTypes } from '../../dialect/mysql/types.ts';
import { InvalidValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { readHeading } from '../read-heading.ts';
import { encodeValue } from './encode.ts';
import { type InputValue, useDefault } from './input-value.ts';
import { NumberLiteral } from './number-literal.ts';
import { describeValue } from './refusal.ts';

function column(type: string, marker = ''): Attribute {
  const row = ['a', type, null, 'NO', '', null, '', '', marker] as const;
  return readHeading([row], '', 'legacy', mysqlTypes).attributes[0] as Attribute;
}

const int = column('int(11)');
const bigint = column('bigint(20)');
const decimal = column('decimal(10,3)');
const double = column('double');
const text = column('varchar(24)');
const uuid = column('binary(16)', ':uuid:');
const json = column('longtext', ':json:');
const blob = column('longblob');
const datetime = column('datetime(6)');
const numeric = [int, decimal, double, column('float'), column('year(4)'), column('tinyint(1)', ':bool:')];
const everyKind = [
  ...numeric,
  ...[text, uuid, json, blob, datetime, column('date'), column('time'), column('bit(8)'), column('point')],
  ...[column('binary(4)'), column('longblob', ':attach:'), column('binary(16)', ':blob@store:'), column('text')],
];

describe('the default', () => {
  test.each(everyKind)('stands for NULL and nothing on $databaseType', (attribute) => {
    expect(encodeValue(attribute, null)).toBe(useDefault);
    expect(encodeValue(attribute, undefined)).toBe(useDefault);
  });

  test.each(numeric)('stands for no number on $databaseType', (attribute) => {
    for (const value of ['', '  ', 'nan', 'NaN', '-nan', Number.NaN]) {
      expect(encodeValue(attribute, value), String(value)).toBe(useDefault);
    }
  });

  test('does not stand for an empty text', () => {
    expect(encodeValue(text, '')).toBe('');
    expect(encodeValue(text, 'nan')).toBe('nan');
  });
});

describe('numbers', () => {
  test('go in with every digit', () => {
    expect(encodeValue(bigint, 9007199254740993n)).toBe('9007199254740993');
    expect(encodeValue(decimal, new NumberLiteral('0.1000000000000000055511151231257827'))).toBe(
      '0.1000000000000000055511151231257827',
    );
    expect(encodeValue(double, 1e300)).toBe('1e+300');
    expect(encodeValue(int, ' 12 ')).toBe('12');
    expect(encodeValue(int, '1e3')).toBe('1000');
    expect(encodeValue(int, '-0.0')).toBe('0');
    expect(['1.4999', '1.5', '-1.5', '-0.5', '9223372036854775807.4'].map((text) => encodeValue(bigint, text))).toEqual(
      ['1', '2', '-2', '-1', '9223372036854775807'],
    );
    expect(encodeValue(int, true)).toBe('1');
    expect(encodeValue(int, false)).toBe('0');
  });

  test('are the nearest whole ones for integers', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), (value) => {
        const encoded = String(encodeValue(bigint, value));
        expect(encoded).toMatch(/^(?:0|-?[1-9]\d*)$/);
        expect(Math.abs(Number(encoded) - value)).toBeLessThanOrEqual(0.5);
        expect(encodeValue(bigint, value.toExponential())).toBe(encoded);
      }),
    );
  });

  test('that are nearly nothing are nothing', () => {
    expect(encodeValue(double, new NumberLiteral('1e-400'))).toBe('0');
    expect(encodeValue(double, 5e-324)).toBe('5e-324');
  });

  test('are numbers whatever they come as', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(double, column('float')),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (attribute, value) => {
          const float = Math.fround(value);
          const kept = attribute.storage.kind === 'float' && Number.isFinite(float) ? float : value;
          expect(Number(encodeValue(attribute, value)) + 0).toBe(kept + 0);
          if (kept !== 0) expect(encodeValue(attribute, String(value))).toBe(String(kept));
        },
      ),
    );
  });

  test.each([
    ['-0.0', '-0'],
    ['-1e-400', '-0'],
    ['1e-400', '0'],
    ['0', '0'],
  ])('a zero keeps its sign: %s', (text, kept) => {
    expect(encodeValue(double, text)).toBe(kept);
    expect(encodeValue(column('float'), text)).toBe(kept);
  });

  test.each([
    'abc',
    '1; DROP TABLE t',
    '0x10',
    'inf',
    '1 2',
    [1],
    { a: 1 },
    Number.POSITIVE_INFINITY,
    Uint8Array.of(1),
  ])('refuse %j', (value) => {
    for (const attribute of numeric) {
      expect(() => encodeValue(attribute, value as InputValue)).toThrow(InvalidValueError);
    }
  });
});

describe('texts', () => {
  test('take scalars', () => {
    expect(encodeValue(text, 'a\0b\u{1f9e0}')).toBe('a\0b\u{1f9e0}');
    expect(encodeValue(text, 12.5)).toBe('12.5');
    expect(encodeValue(text, 2n ** 64n)).toBe('18446744073709551616');
    expect(encodeValue(text, new NumberLiteral('1.10'))).toBe('1.10');
    expect(encodeValue(text, true)).toBe('1');
  });

  test.each([[[]], [{}], [Uint8Array.of(1)], ['\ud800']])('refuse %j', (value) => {
    expect(() => encodeValue(text, value as InputValue)).toThrow(InvalidValueError);
  });

  test('dates and times lose an offset', () => {
    expect(encodeValue(datetime, '2020-01-02T03:04:05+01:00')).toBe('2020-01-02 02:04:05');
    expect(encodeValue(column('date'), 20210102)).toBe('2021-01-02');
    expect(encodeValue(datetime, '20210102')).toBe('2021-01-02');
    expect(encodeValue(datetime, 20210102030405)).toBe('2021-01-02 03:04:05');
    expect(encodeValue(datetime, '20210102030405.25')).toBe('2021-01-02 03:04:05.25');
    expect(encodeValue(datetime, '210102')).toBe('210102');
    expect(encodeValue(column('time'), 130)).toBe('00:01:30');
    expect(encodeValue(column('time'), '-8385959.5')).toBe('-838:59:59.5');
    expect(encodeValue(column('time'), '12:30')).toBe('12:30');
    expect(encodeValue(column('time'), '-10:00:00')).toBe('-10:00:00');
  });

  test('dates and times as records print them go in as they are, clocks that overflow do not', () => {
    for (const clock of ['00:00:00', '23:59:59.999999', '09:05:07.1']) {
      expect(encodeValue(datetime, `2020-01-02 ${clock}`)).toBe(`2020-01-02 ${clock}`);
    }
    for (const clock of ['24:00:00', '23:60:00', '23:59:60', '99:00:00']) {
      expect(() => encodeValue(datetime, `2020-01-02 ${clock}`)).toThrow(/expects YYYY-MM-DD HH:MM:SS/);
    }
  });
});

describe('bytes', () => {
  test('uuids in any spelling', () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => index);
    expect(encodeValue(uuid, bytes)).toEqual(bytes);
    expect(encodeValue(uuid, '00010203-0405-0607-0809-0A0B0C0D0E0F')).toEqual(bytes);
    for (const wrong of ['no', 12, Uint8Array.of(1), {}] as InputValue[]) {
      expect(() => encodeValue(uuid, wrong)).toThrow(/expects a UUID of 32 hexadecimal digits; got /);
    }
  });

  test('blobs are packed, packed ones go in as they are', () => {
    expect(encodeValue(blob, new PackedBlob(Uint8Array.of(1, 2)))).toEqual(Uint8Array.of(1, 2));
    const literals = [new NumberLiteral('1e0'), new NumberLiteral('18446744073709551616'), new NumberLiteral('1.5')];
    const same = pack({ a: [1n, null, 1, 2n ** 64n, 1.5] });
    expect(encodeValue(blob, { a: [1, undefined, ...literals] })).toEqual(same);
    expect(encodeValue(blob, 'text')).toEqual(pack('text'));
    expect(encodeValue(blob, Uint8Array.of(1, 2))).toEqual(pack(Uint8Array.of(1, 2)));
  });

  test('whole numbers in blobs are integers as in JSON, and floats where they were fetched as floats', () => {
    expect(encodeValue(blob, [1, -0, 2 ** 53, Number.NaN])).toEqual(pack([1n, -0, 2 ** 53, Number.NaN]));
    for (const fetched of [new List(1, 2n), new Map([['a', List.of(1)]]), new Set([1])]) {
      expect(unpack(encodeValue(blob, fetched) as Uint8Array)).toEqual(fetched);
    }
  });

  test('JSON takes none of the classes of blobs', () => {
    for (const value of [new Map([['a', 1]]), new Set([1]), Uint8Array.of(1), Float64Array.of(1)]) {
      expect(() => encodeValue(json, value)).toThrow(/expects a JSON value/);
    }
  });

  test('blobs refuse what is too deep', () => {
    let deep: InputValue = 1;
    for (let level = 0; level < 70; level += 1) deep = [deep];
    expect(() => encodeValue(blob, deep)).toThrow(InvalidValueError);
    expect(() => encodeValue(json, deep)).toThrow(InvalidValueError);
  });

  test('binary columns take texts, DataJoint 2 bytes do not', () => {
    expect(encodeValue(column('binary(4)'), 'abcd')).toBe('abcd');
    expect(() => encodeValue(column('longblob', ':bytes:'), 'abcd')).toThrow(/expects bytes/);
  });

  test('a text for a file is never a path', () => {
    for (const attribute of [
      column('longblob', ':attach:'),
      column('binary(16)', ':filepath@s:'),
      column('json', ':<attach@s>:'),
    ]) {
      expect(() => encodeValue(attribute, '/etc/passwd')).toThrow(InvalidValueError);
    }
  });

  test('bits are whole numbers', () => {
    const bit = column('bit(8)');
    expect(encodeValue(bit, 5)).toBe(5n);
    expect(encodeValue(bit, '255')).toBe(255n);
    expect(encodeValue(bit, true)).toBe(1n);
    for (const wrong of [-1, 1.5, 'b101', {}, '1'.repeat(21)] as InputValue[]) {
      expect(() => encodeValue(bit, wrong)).toThrow(InvalidValueError);
    }
  });
});

describe('JSON', () => {
  test('a text that is JSON goes in as it is, any other as a string', () => {
    expect(encodeValue(json, '{"a": 1.10}')).toBe('{"a": 1.10}');
    expect(encodeValue(json, 'hello')).toBe('"hello"');
    expect(encodeValue(json, '')).toBe('""');
  });

  test('values are written in the spelling of Python, with every digit', () => {
    const value = { a: [1, new NumberLiteral('1.10'), 2n ** 70n, null, true], b: { c: 'x"y' } };
    expect(encodeValue(json, value)).toBe('{"a": [1, 1.10, 1180591620717411303424, null, true], "b": {"c": "x\\"y"}}');
  });

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(value !== null && typeof value !== 'string');
        expect(JSON.parse(encodeValue(json, value as InputValue) as string)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([[[Number.NaN]], [{ a: Number.POSITIVE_INFINITY }], [[Uint8Array.of(1)]]])('refuses %j', (value) => {
    expect(() => encodeValue(json, value as InputValue)).toThrow(InvalidValueError);
  });
});

test('a refusal names the attribute, its type and the value in a few words', () => {
  const secret = `x${'y'.repeat(100)}`;
  const error = (value: InputValue): InvalidValueError => {
    try {
      encodeValue(int, value);
    } catch (caught) {
      return caught as InvalidValueError;
    }
    throw new Error('Expected a refusal.');
  };
  expect(error('abc').message).toBe('Attribute `a` (int) expects a number; got "abc".');
  expect(error('abc').details).toEqual({ attribute: 'a' });
  expect(error(secret).message).toBe('Attribute `a` (int) expects a number; got a text of 101 characters.');
});

test.each([
  [null, 'null'],
  [undefined, 'null'],
  ['a"b', '"a\\"b"'],
  [[1], 'a list'],
  [Uint8Array.of(1, 2), '2 bytes'],
  [{}, 'an object'],
  [new NumberLiteral('1.0'), '1.0'],
  [12n, '12'],
  [true, 'true'],
])('%s is described as %s', (value, words) => {
  expect(describeValue(value)).toBe(words);
});
