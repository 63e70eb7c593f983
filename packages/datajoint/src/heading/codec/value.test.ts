import { expect, test } from 'vitest';
import { pack } from '../../blob/pack.ts';
import { mysqlTypes } from '../../dialect/mysql/types.ts';
import { UnreadableValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { readHeading } from '../read-heading.ts';
import { cellReader } from './value.ts';

function column(type: string, marker = ''): Attribute {
  const row = ['a', type, null, 'NO', '', null, '', '', marker] as const;
  return readHeading([row], '', 'legacy', mysqlTypes).attributes[0] as Attribute;
}

const bytes = Uint8Array.from({ length: 16 }, (_, index) => index);

test.each([
  [column('int(11)'), -5, -5],
  [column('int(10) unsigned'), '4294967295', 4294967295],
  [column('bigint(20) unsigned'), '18446744073709551615', 18446744073709551615n],
  [column('bigint(20)'), 5, 5n],
  [column('year(4)'), 2020, 2020],
  [column('tinyint(1)'), 1, 1],
  [column('tinyint(1)', ':bool:'), 1, true],
  [column('tinyint(1)', ':bool:'), '0', false],
  [column('float'), Math.fround(0.1), 0.1],
  [column('double'), 0.1, 0.1],
  [column('decimal(10,3)'), '0.500', '0.500'],
  [column('date'), '0000-00-00', '0000-00-00'],
  [column('datetime(6)'), '2020-01-02 03:04:05.000001', '2020-01-02 03:04:05.000001'],
  [column('binary(16)', ':uuid:'), bytes, '00010203-0405-0607-0809-0a0b0c0d0e0f'],
  [column('longtext', ':json:'), '{"a": [1, null]}', { a: [1, null] }],
  [column('varchar(3)'), 'abc', 'abc'],
  [column('longblob'), pack(['a', bytes]), ['a', bytes]],
  [column('binary(16)'), bytes, bytes],
] as const)('$databaseType %j', (attribute, cell, value) => {
  expect(cellReader(attribute)(cell)).toEqual(value);
  expect(cellReader(attribute)(null)).toBeNull();
});

test('a blob that cannot be read is the error that says why and where, in its place', () => {
  const error = cellReader(column('longblob'))(Uint8Array.from([0x64, 0x6a, 0x30, 0, 0x0d, 1])) as UnreadableValueError;
  expect(error).toBeInstanceOf(UnreadableValueError);
  expect(error.message).toBe(
    'The blob of attribute `a` cannot be read: Expected 8 bytes of a float, got 1 (at byte 5).',
  );
  expect(error.details).toEqual({ attribute: 'a', offset: 5 });
});
