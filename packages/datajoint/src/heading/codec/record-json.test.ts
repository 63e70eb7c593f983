import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mysqlTypes } from '../../dialect/mysql/types.ts';
import { shortestFloat32 } from '../../float32.ts';
import type { Attribute } from '../attribute.ts';
import { readHeading } from '../read-heading.ts';
import { blobMark, cellWriter } from './record-json.ts';

function column(type: string, marker = ''): Attribute {
  const row = ['a', type, null, 'NO', '', null, '', '', marker] as const;
  return readHeading([row], '', 'legacy', mysqlTypes).attributes[0] as Attribute;
}

const uuid = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + (index % 16));

describe('a cell as JSON', () => {
  test.each([
    [column('int(11)'), -5, '-5'],
    [column('bigint(20) unsigned'), '18446744073709551615', '18446744073709551615'],
    [column('bigint(20)'), 9007199254740993n, '9007199254740993'],
    [column('year(4)'), 2020, '2020'],
    [column('tinyint(1)', ':bool:'), 1, '1'],
    [column('tinyint(1)', ':bool:'), 0, '0'],
    [column('tinyint(1)', ':bool:'), true, '1'],
    [column('tinyint(1)', ':bool:'), 'f', '0'],
    [column('double'), 0.1, '0.1'],
    [column('double'), 1e300, '1e+300'],
    [column('double'), -0, '-0.0'],
    [column('float'), -0, '-0.0'],
    [column('float'), Math.fround(0.1), '0.1'],
    [column('float'), Math.fround(16777216), '16777216'],
    [column('double'), Number.NaN, '"nan"'],
    [column('double'), Number.POSITIVE_INFINITY, '"inf"'],
    [column('float'), Number.NEGATIVE_INFINITY, '"-inf"'],
    [column('decimal(10,3)'), '0.500', '"0.500"'],
    [column('decimal(65,0)'), '9'.repeat(65), `"${'9'.repeat(65)}"`],
    [column('date'), '1969-12-31', '-86400'],
    [column('date'), '0000-00-00', '"0000-00-00"'],
    [column('datetime(6)'), '9999-12-31 23:59:59.999999', '253402300799.999999'],
    [column('datetime'), '0000-00-00 00:00:00', '"0000-00-00 00:00:00"'],
    [column('timestamp'), '1970-01-01 00:00:01', '1'],
    [column('time'), '-838:59:59.000000', '-3020399'],
    [column('binary(16)', ':uuid:'), uuid, '"f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"'],
    [column('uuid', ':uuid:'), 'F0F1F2F3-F4F5-F6F7-F8F9-FAFBFCFDFEFF', '"f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"'],
    [column('varchar(24)'), 'a"\\\n\u{1f9e0}', '"a\\"\\\\\\n\u{1f9e0}"'],
    [column("enum('a')"), 'a', '"a"'],
    [column('longtext', ':json:'), '{"a": 1.10}', '"{\\"a\\": 1.10}"'],
    [column('text'), new TextEncoder().encode('bytes of a text'), '"bytes of a text"'],
  ] as const)('$databaseType %j', (attribute, cell, json) => {
    expect(cellWriter(attribute)(cell)).toBe(json);
  });

  test('NULL is null, but of bytes', () => {
    for (const type of [
      'int',
      'double',
      'float',
      'decimal(3,1)',
      'date',
      'time',
      'datetime',
      'text',
      'json',
      'year(4)',
    ]) {
      expect(cellWriter(column(type))(null), type).toBe('null');
    }
    const opaque = [
      column('longblob'),
      column('binary(4)'),
      column('bit(3)'),
      column('point'),
      column('json', ':<blob@>:'),
    ];
    for (const attribute of [...opaque, column('longblob', ':attach:'), column('binary(16)', ':filepath@s:')]) {
      expect(cellWriter(attribute)(null), attribute.type).toBe(blobMark);
      expect(cellWriter(attribute)(uuid), attribute.type).toBe('"=BLOB="');
    }
  });
});

describe('what every reader of JSON reads', () => {
  test('is the text, with no NaN and no Infinity in it', () => {
    const words = fc.constantFrom(
      'NaN',
      'Infinity',
      '-Infinity',
      '"',
      '\\',
      'nan',
      'N',
      'aN',
      'Inf',
      '\\u004eaN',
      '\n',
      'é',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(words, { maxLength: 8 }).map((list) => list.join('')),
    );
    const write = cellWriter(column('varchar(255)'));
    fc.assert(
      fc.property(text, (value) => {
        const json = write(value);
        expect(JSON.parse(json)).toBe(value);
        expect(json).not.toMatch(/NaN|Infinity/);
      }),
      { numRuns: 500 },
    );
  });

  test('is the same double', () => {
    const write = cellWriter(column('double'));
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(JSON.parse(write(value))).toBe(value);
      }),
    );
  });

  test('is the same 32-bit float', () => {
    const write = cellWriter(column('float'));
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const read = JSON.parse(write(value)) as number;
        expect(Math.fround(read)).toBe(value);
        expect(read).toBe(shortestFloat32(value));
      }),
    );
  });
});
