import { expect, describe as group, test } from 'vitest';
import type { ForeignKey } from '../dependencies/foreign-key.ts';
import type { ColumnRow, IndexRow } from '../dialect/catalog.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import type { Generation } from '../heading/attribute.ts';
import { readHeading } from '../heading/read-heading.ts';
import { describe } from './describe.ts';
import { readIndexes } from './read-indexes.ts';

const column = (name: string, type: string, { key = '', nullable = 'NO', comment = '' } = {}): ColumnRow => [
  name,
  type,
  null,
  nullable,
  key,
  null,
  '',
  '',
  comment,
];

function definition(
  columns: readonly ColumnRow[],
  parents: readonly ForeignKey[] = [],
  indexes: readonly IndexRow[] = [],
  generation: Generation = 'legacy',
): string {
  const heading = readHeading(columns, '', generation, mysqlTypes);
  const nameOf = ({ table }: { table: string }): string => table.toUpperCase();
  return describe({ heading, indexes: readIndexes(indexes, generation), parents, nameOf });
}

function refers(attributes: ForeignKey['attributes'], table = 'p'): ForeignKey {
  return { constraint: 'fk', child: { schema: 's', table: 'c' }, parent: { schema: 's', table }, attributes };
}

const index = (
  name: string,
  attribute: string | null,
  nonUnique = 1,
  position = 1,
  nullable = '',
  expression?: string,
): IndexRow => [
  'c',
  nonUnique,
  name,
  position,
  attribute,
  ...['A', 0, null, null, nullable, 'BTREE', '', '', 'YES', expression ?? null],
];

group('lines', () => {
  test('are padded by characters, not by halves of them', () => {
    expect(definition([column('a', 'int', { key: 'PRI' }), column('\u{1f9e0}', 'int')])).toBe(
      `${'a'.padEnd(20)} : ${'int'.padEnd(28)} \n---\n${'\u{1f9e0}'.padEnd(21)} : ${'int'.padEnd(28)} \n`,
    );
  });

  test('of an empty table are none', () => {
    expect(definition([])).toBe('');
  });
});

group('a foreign key', () => {
  const columns = [column('a', 'int', { key: 'PRI' }), column('b', 'int'), column('c', 'int', { nullable: 'YES' })];

  test('stands where its last attribute stands', () => {
    expect(
      definition(columns, [
        refers([
          ['a', 'a'],
          ['c', 'x'],
        ]),
      ]),
    ).toBe(`---\n${'b'.padEnd(20)} : ${'int'.padEnd(28)} \n-> P.proj(c="x")\n`);
  });

  test('two on the same attribute stand together', () => {
    const parents = [refers([['b', 'b']], 'p'), refers([['b', 'b']], 'q')];
    expect(definition(columns, parents)).toContain('---\n-> P\n-> Q\n');
  });

  test('uses its index up, and says what that is', () => {
    const own = [index('i', 'c', 0, 1, 'YES'), index('j', 'b')];
    expect(definition(columns, [refers([['c', 'c']])], own)).toMatch(/-> \[unique, nullable\] P\nINDEX \(b\)\n$/);
    expect(definition(columns, [refers([['c', 'c']])], own, '2')).toMatch(/-> \[nullable, unique\] P\nINDEX \(b\)\n$/);
  });

  test('without an index of its own: DataJoint 2 sees what may be NULL, the older library does not', () => {
    expect(definition(columns, [refers([['c', 'c']])])).toContain('-> P\n');
    expect(definition(columns, [refers([['c', 'c']])], [], '2')).toContain('-> [nullable] P\n');
  });

  test('an index on its attributes in another order is none of its own', () => {
    const other = [index('i', 'c', 1, 1), index('i', 'b', 1, 2)];
    expect(
      definition(
        columns,
        [
          refers([
            ['b', 'b'],
            ['c', 'c'],
          ]),
        ],
        other,
      ),
    ).toMatch(/-> P\nINDEX \(c, b\)\n$/);
  });
});

group('indexes', () => {
  const rows = [
    index('z', 'b', 0),
    index('a', 'a', '1' as unknown as number),
    index('a', 'b', 1, 2),
    index('k', 'a', 1),
    index('l', 'a', 0),
  ];

  test('come as the server lists them, in DataJoint 2 by name; those on the same attributes count as one', () => {
    expect(readIndexes(rows, 'legacy')).toEqual([
      { attributes: ['b'], unique: true, nullable: false },
      { attributes: ['a', 'b'], unique: false, nullable: false },
      { attributes: ['a'], unique: true, nullable: false },
    ]);
    expect(readIndexes(rows, '2').map(({ attributes }) => attributes)).toEqual([['a', 'b'], ['a'], ['b']]);
  });

  test('functional parts are written as their expression; DataJoint 2 does not know them', () => {
    const functional = [index('f', null, 1, 1, 'YES', "(json_value(`a`,\\'$.x\\'))"), index('f', 'b', 1, 2)];
    expect(readIndexes(functional, 'legacy')).toEqual([
      { attributes: ["((json_value(`a`,'$.x')))", 'b'], unique: false, nullable: true },
    ]);
    expect(readIndexes(functional, '2').map(({ attributes }) => attributes)).toEqual([['b']]);
  });
});
