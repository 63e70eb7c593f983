import { expect, test } from 'vitest';
import type { Cell } from '../../connection/driver.ts';
import type { Storage } from '../../dialect/storage.ts';
import type { Attribute } from '../attribute.ts';
import { columnar } from './columnar.ts';
import { plainJson, plainText } from './plain.ts';

const attribute = (storage: Storage, databaseType = '', type = databaseType): Attribute => ({
  name: 'a',
  type,
  databaseType,
  comment: '',
  inKey: false,
  nullable: true,
  autoincrement: false,
  default: null,
  storage,
});

test.each<[Storage['kind'], string, Cell, unknown]>([
  ['decimal', 'decimal(6,2)', '-12.30', -1230n],
  ['decimal', 'decimal(6,2)', '7', 700n],
  ['decimal', 'numeric(6,2)', 'NaN', null],
  ['decimal', 'numeric', '1.5', '1.5'],
  ['decimal', 'numeric(2,-3)', '12000', '12000'],
  ['decimal', 'decimal(65,30)', `-${'9'.repeat(35)}.${'9'.repeat(30)}`, -BigInt('9'.repeat(65))],
  ['date', 'date', '1969-12-31', -1],
  ['date', 'date', '0000-00-00', null],
  ['date', 'date', 'infinity', null],
  ['datetime', 'datetime(6)', '1969-12-31 23:59:59.999999', -1n],
  ['datetime', 'timestamp with time zone', '1970-01-01 01:00:00.5+01', 500_000n],
  ['datetime', 'datetime', '0000-00-00 00:00:00', null],
  ['time', 'time', '-838:59:59', -3_020_399_000_000n],
  ['bit', 'bit(9)', Buffer.from([1, 255]), 511n],
  ['bit', 'bit(4)', '1010', 10n],
  ['bool', 'tinyint', 2, true],
  ['bool', 'boolean', 'f', false],
  ['external', 'json', '{"path": "x"}', Buffer.from('{"path": "x"}')],
  ['text', 'varchar(5)', null, null],
])('%s (%s): %j is kept', (kind, databaseType, cell, value) => {
  expect(columnar(attribute({ kind } as Storage, databaseType)).read(cell)).toEqual(value);
});

test('the words of an enum are those declared, in their order, whichever quotes they stand in', () => {
  const text: Storage = { kind: 'text' };
  const values = ["it's", 'b,c', ''];
  expect(columnar(attribute(text, "enum('it''s','b,c','')")).type).toEqual({ kind: 'enum', values });
  expect(columnar(attribute(text, '"lab"."mood"', `enum("it's", 'b,c', '')`)).type).toEqual({ kind: 'enum', values });
});

test.each<[Storage['kind'], string, Exclude<Cell, null>, string, string]>([
  ['float', 'float', Math.fround(0.1), '0.1', '0.1'],
  ['double', 'double', 'NaN', 'nan', '"nan"'],
  ['double', 'double', '-Infinity', '-inf', '"-inf"'],
  ['double', 'double', -0, '-0.0', '-0.0'],
  ['bool', 'tinyint', 3, '3', '3'],
  ['bool', 'boolean', 't', 'true', 'true'],
  ['json', 'longtext', '{"a":\r\n 1}', '{"a":\r\n 1}', '{"a":  1}'],
  [
    'external',
    'binary(16)',
    Buffer.alloc(16, 1),
    '01010101-0101-0101-0101-010101010101',
    '"01010101-0101-0101-0101-010101010101"',
  ],
  [
    'datetime',
    'timestamp with time zone',
    '2026-01-01 00:30:00+01',
    '2025-12-31 23:30:00+00:00',
    '"2025-12-31 23:30:00+00:00"',
  ],
  ['text', 'text', '\ufeffx', '\ufeffx', '"\ufeffx"'],
])('%s (%s): %j is written as %s, in JSON %s', (kind, databaseType, cell, text, json) => {
  const written = attribute({ kind } as Storage, databaseType);
  expect(plainText(written)(cell)).toBe(text);
  expect(plainJson(written)(cell)).toBe(json);
});
