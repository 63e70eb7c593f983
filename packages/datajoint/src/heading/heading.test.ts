import { describe, expect, test } from 'vitest';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { readHeading } from './read-heading.ts';

const rows: readonly ColumnRow[] = [
  ['note', 'varchar(24)', null, 'YES', '', null, '', '', 'a note'],
  ['id', 'int(11)', null, 'NO', 'PRI', null, 'auto_increment', '', ''],
  ['_job_version', 'varchar(64)', null, 'YES', '', null, '', '', ''],
  ['trial', 'bigint(20)', null, 'NO', 'PRI', null, 'DEFAULT_GENERATED', '', ''],
  ['data', 'longblob', null, 'NO', '', null, '', '', ''],
];

describe('a heading', () => {
  const heading = readHeading(rows, 'a table', 'legacy', mysqlTypes);

  test('keeps column order and leaves hidden attributes out', () => {
    expect(heading.names).toEqual(['note', 'id', 'trial', 'data']);
    expect(heading.primaryKey).toEqual(['id', 'trial']);
    expect(heading.secondary).toEqual(['note', 'data']);
    expect(heading.comment).toBe('a table');
    expect(heading.get('id')).toMatchObject({ autoincrement: true, inKey: true, nullable: false, default: null });
    expect(heading.get('note')).toMatchObject({ nullable: true, default: 'null', databaseType: 'varchar(24)' });
    expect(heading.has('_job_version')).toBe(false);
    expect(heading.get('__proto__')).toBeUndefined();
    expect(heading.has('constructor')).toBe(false);
  });

  test('selects in its own order', () => {
    const selected = heading.select(new Set(['data', 'id', 'unknown']));
    expect(selected.names).toEqual(['id', 'data']);
    expect(selected.generation).toBe('legacy');
  });

  test('cannot be changed', () => {
    expect(Object.isFrozen(heading)).toBe(true);
    expect(Object.isFrozen(heading.attributes)).toBe(true);
    expect(heading.attributes.every(Object.isFrozen)).toBe(true);
  });

  test('prints itself', () => {
    expect(JSON.parse(JSON.stringify(heading))).toMatchObject({
      comment: 'a table',
      generation: 'legacy',
      attributes: [{ name: 'note' }, { name: 'id' }, { name: 'trial' }, { name: 'data' }],
    });
  });
});

describe('the generation of a table', () => {
  const marked: readonly ColumnRow[] = [...rows, ['x', 'int(11)', null, 'NO', '', null, '', '', ':int32:']];

  test('is its schema’s, unless a column has a marker of DataJoint 2', () => {
    expect(readHeading(rows, '', 'legacy', mysqlTypes).generation).toBe('legacy');
    expect(readHeading(rows, '', '2', mysqlTypes).generation).toBe('2');
    expect(readHeading(marked, '', 'legacy', mysqlTypes).generation).toBe('2');
  });

  test('decides what an unmarked blob holds', () => {
    expect(readHeading(rows, '', 'legacy', mysqlTypes).get('data')?.storage.kind).toBe('blob');
    expect(readHeading(marked, '', 'legacy', mysqlTypes).get('data')?.storage.kind).toBe('bytes');
  });
});
