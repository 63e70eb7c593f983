import { describe, expect, test } from 'vitest';
import type { Executor } from '../connection/executor.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { DataJointError } from '../errors.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { Statement } from '../sql/sql.ts';
import { type UpdateRow, updateRow } from './update1.ts';

const column = (attribute: string, type: string, key = ''): ColumnRow => [
  attribute,
  type,
  null,
  'YES',
  key,
  null,
  '',
  '',
  '',
];
const heading = readHeading(
  [
    column('subject', 'int', 'PRI'),
    column('day', 'date', 'PRI'),
    column('note', 'varchar(24)'),
    column('weight', 'double'),
  ],
  '',
  'legacy',
  mysqlTypes,
);
const target = { name: { schema: 'lab', table: 't' }, heading };

function matching(affectedRows: number): { executor: Executor; sent: Statement[] } {
  const sent: Statement[] = [];
  const execute: Executor['execute'] = async (sql) => {
    sent.push(sql.toStatement(mysqlDialect.syntax));
    return { columns: [], rows: [], affectedRows };
  };
  return { executor: { dialect: mysqlDialect, execute } as Executor, sent };
}

const key = { subject: 1, day: '2020-01-02' };

describe('an update', () => {
  test('sets what is named and nothing else, where the whole key is', async () => {
    const { executor, sent } = matching(1);
    await updateRow(target, { weight: null, day: 1577923200, note: "it's", subject: '1' }, executor);
    expect(sent).toEqual([
      {
        text: 'UPDATE `lab`.`t` SET `note` = ?, `weight` = DEFAULT WHERE (`subject` = ? AND `day` = ?)',
        params: ["it's", 1n, '2020-01-02'],
        attributes: ['note', undefined, undefined],
      },
    ]);
  });

  test.each<[string, UpdateRow, string]>([
    ['no key', { note: 'a' }, 'must supply all primary key values; `subject`, `day` missing.'],
    ['half a key', { subject: 1, note: 'a' }, '`day` missing.'],
    ['a key of NULL', { ...key, subject: null, note: 'a' }, '`subject` missing.'],
    ['nothing to change', key, 'There is nothing to update'],
    ['an unknown attribute', { ...key, nota: 'a' }, 'Attribute `nota` not found. Did you mean "note"?'],
    ['a wrong value', { ...key, weight: 'heavy' }, 'Attribute `weight` (double) expects a number; got "heavy".'],
    ['a wrong key', { ...key, subject: 'one', note: 'a' }, 'compared with a finite number; got "one".'],
    ['no object', null as unknown as UpdateRow, 'must be an object'],
    ['a list', [1, 2] as unknown as UpdateRow, 'must be an object'],
  ])('%s is refused before anything is sent', async (_name, row, message) => {
    const { executor, sent } = matching(1);
    const update = updateRow(target, row, executor);
    await expect(update).rejects.toThrow(DataJointError);
    await expect(update).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });

  test.each([
    [0, 'there is none with this primary key'],
    [2, 'this primary key names several'],
  ])('of %d rows is an error', async (rows, message) => {
    await expect(updateRow(target, { ...key, note: 'a' }, matching(rows).executor)).rejects.toThrow(message);
  });
});
