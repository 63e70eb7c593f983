import { describe, expect, test } from 'vitest';
import { mysqlJson } from '../dialect/mysql/json.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import type { Generation, Storage } from './attribute.ts';
import { readColumnType } from './column-type.ts';
import { readHeading } from './read-heading.ts';

const read = (type: string, { comment = '', generation = 'legacy' as Generation } = {}) =>
  readColumnType(mysqlTypes, type, comment, generation);

const integer = (bits: 8 | 16 | 24 | 32 | 64, unsigned = false): Storage => ({ kind: 'integer', unsigned, bits });
const year: Storage = { kind: 'year', unsigned: true, bits: 16 };

describe('types without a marker', () => {
  test.each([
    // MariaDB's and MySQL 5.7's spellings, then MySQL 8's.
    ['tinyint(4)', 'tinyint', integer(8)],
    ['tinyint(1)', 'tinyint', integer(8)],
    ['tinyint', 'tinyint', integer(8)],
    ['tinyint(3) unsigned', 'tinyint unsigned', integer(8, true)],
    ['smallint(6)', 'smallint', integer(16)],
    ['smallint unsigned', 'smallint unsigned', integer(16, true)],
    ['mediumint(9)', 'mediumint', integer(24)],
    ['mediumint(8) unsigned', 'mediumint unsigned', integer(24, true)],
    ['int(11)', 'int', integer(32)],
    ['int', 'int', integer(32)],
    ['int(10) unsigned', 'int unsigned', integer(32, true)],
    ['int unsigned', 'int unsigned', integer(32, true)],
    ['int(5) unsigned zerofill', 'int unsigned zerofill', integer(32, true)],
    ['bigint(20)', 'bigint', integer(64)],
    ['bigint unsigned', 'bigint unsigned', integer(64, true)],
    ['float', 'float', { kind: 'float' }],
    ['float unsigned', 'float unsigned', { kind: 'float' }],
    ['float(7,3)', 'float(7,3)', { kind: 'float' }],
    ['double', 'double', { kind: 'double' }],
    ['double(10,2) unsigned', 'double(10,2) unsigned', { kind: 'double' }],
    ['decimal(10,3)', 'decimal(10,3)', { kind: 'decimal' }],
    ['decimal(5,0) unsigned', 'decimal(5,0) unsigned', { kind: 'decimal' }],
    ['char(5)', 'char(5)', { kind: 'text' }],
    ['varchar(255)', 'varchar(255)', { kind: 'text' }],
    ["enum('HP','Dell')", "enum('HP','Dell')", { kind: 'text' }],
    ["enum('a(1)','int')", "enum('a(1)','int')", { kind: 'text' }],
    ["set('a','b')", "set('a','b')", { kind: 'text' }],
    ['tinytext', 'tinytext', { kind: 'text' }],
    ['text', 'text', { kind: 'text' }],
    ['mediumtext', 'mediumtext', { kind: 'text' }],
    ['longtext', 'longtext', { kind: 'text' }],
    ['date', 'date', { kind: 'date' }],
    ['time', 'time', { kind: 'time' }],
    ['time(6)', 'time(6)', { kind: 'time' }],
    ['datetime', 'datetime', { kind: 'datetime' }],
    ['datetime(3)', 'datetime(3)', { kind: 'datetime' }],
    ['timestamp', 'timestamp', { kind: 'datetime' }],
    ['timestamp(6)', 'timestamp(6)', { kind: 'datetime' }],
    ['year(4)', 'year(4)', year],
    ['year', 'year', year],
    ['json', 'json', { kind: 'json' }],
    ['bit(3)', 'bit(3)', { kind: 'bit' }],
    ['binary(16)', 'binary(16)', { kind: 'bytes' }],
    ['varbinary(20)', 'varbinary(20)', { kind: 'bytes' }],
    ['tinyblob', 'tinyblob', { kind: 'blob' }],
    ['blob', 'blob', { kind: 'blob' }],
    ['mediumblob', 'mediumblob', { kind: 'blob' }],
    ['longblob', 'longblob', { kind: 'blob' }],
    ['geometry', 'geometry', { kind: 'geometry' }],
    ['point', 'point', { kind: 'geometry' }],
    ['multipolygon', 'multipolygon', { kind: 'geometry' }],
    ['vector(3)', 'vector(3)', { kind: 'geometry' }],
    ['inet6', 'inet6', { kind: 'text' }],
    ['uuid', 'uuid', { kind: 'text' }],
  ] as const)('%s is %s', (databaseType, type, storage) => {
    expect(read(databaseType)).toEqual({ type, comment: '', storage, isModern: false });
    expect(read(databaseType.toUpperCase()).storage).toEqual(storage);
  });

  test('in DataJoint 2 blobs are bytes', () => {
    for (const type of ['tinyblob', 'blob', 'mediumblob', 'longblob']) {
      expect(read(type, { generation: '2' }).storage).toEqual({ kind: 'bytes' });
    }
  });

  test('a text is JSON where the declaration checks that it is', () => {
    const row = ['a', 'longtext', 'utf8mb4_bin', 'YES', '', null, '', '', ''] as const;
    expect(readHeading([row], '', 'legacy', mysqlTypes, new Set(['a'])).get('a')?.storage).toEqual({ kind: 'json' });
    expect(readHeading([row], '', 'legacy', mysqlTypes, new Set(['b'])).get('a')?.storage).toEqual({ kind: 'text' });
  });

  test('the check is found in what the server shows', () => {
    const declaration =
      'CREATE TABLE `t` (\n `a``b` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`a``b`)),\n `c` longtext)';
    expect([...mysqlJson.attributes(declaration)]).toEqual(['a`b']);
    expect(mysqlJson.attributes('').size).toBe(0);
  });

  test.each(['a comment', 'with: a colon', '::', ':no end', ''])('the comment %j has no marker', (comment) => {
    expect(read('int(11)', { comment })).toMatchObject({ type: 'int', comment });
  });
});

describe('markers in the comment', () => {
  test.each([
    ['binary(16)', ':uuid:some uuid', 'uuid', 'some uuid', { kind: 'uuid' }, false],
    ['longblob', ':attach:', 'attach', '', { kind: 'attach' }, false],
    ['binary(16)', ':blob@local:a: b', 'blob@local', 'a: b', { kind: 'external' }, false],
    ['binary(16)', ':attach@my-store_2:', 'attach@my-store_2', '', { kind: 'external' }, false],
    ['binary(16)', ':filepath@s:', 'filepath@s', '', { kind: 'external' }, false],
    ['longblob', ':<layout>:adapted', '<layout>', 'adapted', { kind: 'external' }, false],
    ['tinyint(4)', ':int8:', 'int8', '', integer(8), true],
    ['smallint(6)', ':int16:n', 'int16', 'n', integer(16), true],
    ['int', ':int32:', 'int32', '', integer(32), true],
    ['bigint', ':int64:', 'int64', '', integer(64), true],
    ['float', ':float32:', 'float32', '', { kind: 'float' }, true],
    ['double', ':float64:', 'float64', '', { kind: 'double' }, true],
    ['tinyint(1)', ':bool:', 'bool', '', { kind: 'bool' }, true],
    ['longblob', ':bytes:', 'bytes', '', { kind: 'bytes' }, true],
    ['json', ':json:', 'json', '', { kind: 'json' }, true],
    ['longtext', ':json:', 'json', '', { kind: 'json' }, true],
    ['date', ':date:', 'date', '', { kind: 'date' }, true],
    ['datetime', ':datetime:', 'datetime', '', { kind: 'datetime' }, true],
    ['datetime(6)', ':datetime(6):', 'datetime(6)', '', { kind: 'datetime' }, true],
    ['char(5)', ':char(5):', 'char(5)', '', { kind: 'text' }, true],
    ['varchar(24)', ':varchar(24):x', 'varchar(24)', 'x', { kind: 'text' }, true],
    ["enum('a','b')", ":enum('a', 'b'):", "enum('a', 'b')", '', { kind: 'text' }, true],
    ['decimal(10,3)', ':decimal(10, 3):', 'decimal(10, 3)', '', { kind: 'decimal' }, true],
    ['longblob', ':<blob>:', '<blob>', '', { kind: 'blob' }, false],
    ['longblob', ':<attach>:', '<attach>', '', { kind: 'attach' }, false],
    ['json', ':<blob@local>:stored', '<blob@local>', 'stored', { kind: 'external' }, false],
    ['json', ':<npy@>:', '<npy@>', '', { kind: 'external' }, false],
  ] as const)('%s %s', (databaseType, comment, type, rest, storage, isModern) => {
    for (const generation of ['legacy', '2'] as const) {
      expect(read(databaseType, { comment, generation })).toEqual({ type, comment: rest, storage, isModern });
    }
  });
});

describe('defaults as a definition prints them', () => {
  const printed = (type: string, rawDefault: string | null, generation: Generation = 'legacy', nullable = false) =>
    readHeading(
      [['a', type, null, nullable ? 'YES' : 'NO', '', rawDefault, '', '', '']],
      '',
      generation,
      mysqlTypes,
    ).get('a')?.default;

  test.each([
    ['int(11)', '4', '4', '4'],
    ['decimal(10,3)', '0.500', '0.500', '0.500'],
    ['varchar(24)', '', '""', '""'],
    ['char(5)', 'it"s', '"it"s"', '"it"s"'],
    ["enum('U')", 'U', '"U"', '"U"'],
    ['date', '2020-01-01', '"2020-01-01"', '2020-01-01'],
    ['datetime(6)', 'current_timestamp(6)', '"current_timestamp(6)"', 'current_timestamp(6)'],
    ['datetime', 'CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP'],
    ['timestamp', 'current_timestamp()', '"current_timestamp()"', '"current_timestamp()"'],
    ['time', '10:00:00', '"10:00:00"', '"10:00:00"'],
    ['year(4)', '2020', '"2020"', '"2020"'],
    ["set('a','b')", 'a', 'a', 'a'],
    ['text', "'x'", "'x'", "'x'"],
  ] as const)('%s DEFAULT %j', (type, raw, legacy, modern) => {
    expect(printed(type, raw)).toBe(legacy);
    expect(printed(type, raw, '2')).toBe(modern);
  });

  test('none is null, that of what may be NULL the word', () => {
    expect(printed('int', null)).toBeNull();
    expect(printed('varchar(3)', null, '2')).toBeNull();
    expect(printed('varchar(3)', 'x', 'legacy', true)).toBe('null');
    expect(printed('int', null, '2', true)).toBe('null');
  });
});
