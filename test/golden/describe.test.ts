import { expect, describe as group, test } from 'vitest';
import { describe } from '../../packages/datajoint/src/definition/describe.ts';
import { readIndexes } from '../../packages/datajoint/src/definition/read-indexes.ts';
import type { ForeignKey, TableName } from '../../packages/datajoint/src/dependencies/foreign-key.ts';
import { mysqlTypes } from '../../packages/datajoint/src/dialect/mysql/types.ts';
import type { Attribute, Storage } from '../../packages/datajoint/src/heading/attribute.ts';
import { isNumeric, isOpaque } from '../../packages/datajoint/src/heading/attribute.ts';
import type { Heading } from '../../packages/datajoint/src/heading/heading.ts';
import { readHeading } from '../../packages/datajoint/src/heading/read-heading.ts';
import { classNameOf } from '../../packages/datajoint/src/naming.ts';
import {
  fullNameOf,
  type RecordedAttribute,
  type RecordedDefinitions,
  type RecordedTable,
  recordedDefinitions,
} from './recorded-definitions.ts';

const legacy = recordedDefinitions('describe.json', 'legacy');
const modern = recordedDefinitions('describe_v2_mariadb.json', '2');

/** What the Python library could not print, and why; we print it. */
const refused: Readonly<Record<string, { readonly reason: string; readonly text: string }>> = {
  '`gold_lab`.`raw_types`': {
    reason: 'a column with ZEROFILL has a type that it gives no numpy type',
    text: 'ERROR AssertionError: dtype not found for type int unsigned zerofill',
  },
};

/** Without classes at hand, adapted types have none to be looked up in; the text with classes is the one to meet. */
const refusedWithoutClasses: Readonly<Record<string, string>> = {
  '`gold_lab`.`external`': 'ERROR AssertionError: Declaration context is not set',
};

function headingOf(table: RecordedTable, { generation }: RecordedDefinitions): Heading {
  return readHeading(table.columns, table.comment, generation, mysqlTypes);
}

function parentsOf(
  table: RecordedTable,
  { dependencies, foreignKeysByHand }: RecordedDefinitions,
): readonly ForeignKey[] {
  const byHand = foreignKeysByHand.filter(({ child }) => fullNameOf(child) === table.fullName);
  return dependencies.get(table.fullName)?.parents ?? byHand;
}

function textOf(table: RecordedTable, recorded: RecordedDefinitions, nameOf: (parent: TableName) => string): string {
  const heading = headingOf(table, recorded);
  const indexes = readIndexes(table.indexRows, heading.generation);
  return describe({ heading, indexes, parents: parentsOf(table, recorded), nameOf });
}

const classOf = (parent: TableName): string => classNameOf(parent.table) ?? fullNameOf(parent);

/** Which storage the library's flags speak of, as far as they do. */
const opaqueTypes = /^(?:<.+>|(?:blob|attach|filepath)@.+|attach|bytes)$/;

function storageKinds({
  type,
  original_type,
  uuid,
  json,
  numeric,
  is_blob,
}: RecordedAttribute): readonly Storage['kind'][] {
  const declared = original_type ?? type;
  if (opaqueTypes.test(declared)) return ['blob', 'attach', 'external', 'bytes'];
  if (uuid) return ['uuid'];
  if (json) return ['json'];
  if (is_blob) return ['blob', 'bytes'];
  if (declared === 'bool') return ['bool'];
  if (numeric) return ['integer', 'float', 'double', 'decimal'];
  return ['text', 'date', 'datetime', 'time', 'year', 'bytes', 'bit', 'json', 'geometry'];
}

function asRecorded({ name, type, inKey, nullable, default: value, comment, autoincrement }: Attribute): object {
  return { name, type, inKey, nullable, default: value, comment, autoincrement };
}

group.each([
  ['DataJoint 0.14', legacy],
  ['DataJoint 2', modern],
] as const)('%s', (_name, recorded) => {
  const readable = recorded.tables.filter(({ fullName }) => !(fullName in refused));
  const withText = readable.filter(({ fullName }) => !(fullName in refusedWithoutClasses));

  test.each(withText)('$fullName: the definition, parents by full name', (table) => {
    expect(textOf(table, recorded, fullNameOf)).toBe(table.text);
  });

  test.each(readable)('$fullName: the definition, parents by class', (table) => {
    // For tables declared by SQL no classes were at hand.
    const nameOf = recorded.dependencies.has(table.fullName) ? classOf : fullNameOf;
    expect(textOf(table, recorded, nameOf)).toBe(table.textWithClasses);
  });

  test.each(readable)('$fullName: the heading', (table) => {
    const heading = headingOf(table, recorded);
    expect(heading.generation).toBe(recorded.generation);
    expect(heading.primaryKey).toEqual(table.primaryKey);
    const expected = (table.heading as readonly RecordedAttribute[]).filter(({ is_hidden }) => !is_hidden);
    expect(heading.attributes.map(asRecorded)).toEqual(
      expected.map((attribute) => ({
        name: attribute.name,
        type: attribute.original_type ?? attribute.type,
        inKey: attribute.in_key,
        nullable: attribute.nullable,
        default: attribute.default,
        comment: attribute.comment,
        autoincrement: attribute.autoincrement,
      })),
    );
    for (const [index, attribute] of heading.attributes.entries()) {
      const there = expected[index] as RecordedAttribute;
      expect(storageKinds(there), attribute.name).toContain(attribute.storage.kind);
      if (there.numeric) expect(isNumeric(attribute), attribute.name).toBe(true);
      if (there.is_blob) expect(isOpaque(attribute), attribute.name).toBe(true);
    }
  });

  test.each(readable)('$fullName: the indexes', (table) => {
    const indexes = readIndexes(table.indexRows, headingOf(table, recorded).generation);
    expect(indexes.map(({ attributes, ...rest }) => ({ columns: attributes, ...rest }))).toEqual(table.indexes);
  });
});

test('DataJoint 2 lists indexes by name, however the server does', () => {
  const table = modern.tables.find(({ fullName }) => fullName === '`gold2_lab`.`session`') as RecordedTable;
  const names = [...new Set(table.indexRows.map(([, , name]) => name))];
  expect(names.length).toBeGreaterThan(2);
  const reversed = names.reverse().flatMap((name) => table.indexRows.filter(([, , other]) => other === name));
  expect(readIndexes(reversed, '2')).toEqual(readIndexes(table.indexRows, '2'));
});

test('what the library refuses is listed and recorded as its error', () => {
  const tables = [...legacy.tables, ...modern.tables];
  const failed = tables.filter(({ textWithClasses }) => textWithClasses.startsWith('ERROR'));
  expect(Object.fromEntries(failed.map(({ fullName, text }) => [fullName, text]))).toEqual(
    Object.fromEntries(Object.entries(refused).map(([name, { text }]) => [name, text])),
  );
  const withoutClasses = tables.filter((table) => table.text.startsWith('ERROR') && !failed.includes(table));
  expect(Object.fromEntries(withoutClasses.map(({ fullName, text }) => [fullName, text]))).toEqual(
    refusedWithoutClasses,
  );
});

test('a table with ZEROFILL, which the library refuses, has a definition here', () => {
  const table = legacy.tables.find(({ fullName }) => fullName === '`gold_lab`.`raw_types`') as RecordedTable;
  const text = textOf(table, legacy, fullNameOf);
  expect(text).toMatch(/^# raw ddl table\n/);
  expect(text).toContain('zerofill');
});
