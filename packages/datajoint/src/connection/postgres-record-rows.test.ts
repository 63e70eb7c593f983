import fc from 'fast-check';
import { expect, test } from 'vitest';
import { postgresTypes } from '../dialect/postgres/types.ts';
import type { Attribute } from '../heading/attribute.ts';
import { cellWriter, recordForm } from '../heading/codec/record-json.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { RecordFormat } from './driver.ts';
import { PostgresCellRows } from './postgres-cell-rows.ts';
import { PostgresRecordRows } from './postgres-record-rows.ts';
import { writeRecords } from './written-records.ts';

const digits = (count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((value) => String(value).padStart(count, '0'));
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
const is = (text: string): fc.Arbitrary<string> => fc.constant(text);

const day = joined(digits(4), is('-'), digits(2), is('-'), digits(2));
const goodDay = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const clock = joined(is(' '), digits(2), is(':'), digits(2), is(':'), digits(2));
const odd = fc.constantFrom('infinity', '-infinity', '10000-01-01', '0001-01-01 BC', '2020-01-01 00:00:00.5');
/** As the server prints them: the shortest digits, an exponent where it is large or small. */
const printed = (value: number): string => String(value).replace(/e([+-])(\d)$/, 'e$10$2');
const words = fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0', '1e+06', '1e-05', '0.0001', '123456.5');

const kinds: readonly (readonly [type: string, number: number, value: fc.Arbitrary<string>])[] = [
  ['smallint', 21, fc.integer({ min: -32768, max: 32767 }).map(String)],
  ['bigint', 20, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  ['boolean', 16, fc.constantFrom('t', 'f')],
  [
    'double precision',
    701,
    fc.oneof(fc.double().map(printed), words, joined(digits(3), is('.'), digits(2)).map(Number).map(printed)),
  ],
  [
    'real',
    700,
    fc.oneof(
      fc.float().map((value) => printed(Number(value.toPrecision(9)))),
      words,
    ),
  ],
  ['real', 700, fc.integer({ min: -10_000_000, max: 10_000_000 }).map((value) => printed(value / 64))],
  ['numeric(10,3)', 1700, fc.oneof(joined(digits(7), is('.'), digits(3)), is('NaN'))],
  ['date', 1082, fc.oneof(goodDay, day, odd)],
  ['timestamp without time zone', 1114, fc.oneof(joined(goodDay, clock), joined(day, clock), odd)],
  ['timestamp with time zone', 1184, joined(goodDay, clock, is('+02'))],
  ['time without time zone', 1083, clock.map((text) => text.trim())],
  ['uuid', 2950, fc.uuid()],
  ['text', 25, fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ unit: 'binary' }), words)],
  ['character(9)', 1042, fc.string({ unit: 'grapheme-ascii', maxLength: 9 }).map((text) => text.padEnd(9))],
  ['enum_side', 70_000, fc.constantFrom('left', '"I"', 'N')],
  ['jsonb', 3802, fc.json()],
];

const attributes = kinds.map(([type], index) => {
  const row = [`a${index}`, type, null, 'YES', '', null, '', '', ''] as const;
  return readHeading([row], '', '2', postgresTypes).attributes[0] as Attribute;
});

const format: RecordFormat = {
  columns: attributes.map((attribute, index) => ({
    before: index === 0 ? '[' : ',"=BLOB=",',
    form: recordForm(attribute),
    write: cellWriter(attribute),
  })),
  end: ']',
};
const fields = kinds.map(([name, dataTypeID]) => ({ name, dataTypeID }));

function rowOf(texts: readonly (string | null)[]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(2)];
  parts[0]?.writeUInt16BE(texts.length);
  for (const text of texts) {
    const length = Buffer.alloc(4);
    length.writeInt32BE(text === null ? -1 : Buffer.byteLength(text));
    parts.push(length, Buffer.from(text ?? ''));
  }
  return Buffer.concat(parts);
}

const row = fc.tuple(...kinds.map(([, , value]) => fc.option(value)));

test('records are what the codec writes of the cells', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(9), (rows, before) => {
      const records = new PostgresRecordRows(format);
      const cells = new PostgresCellRows();
      records.describe(fields);
      cells.describe(fields);
      for (const texts of rows) {
        const bytes = Buffer.concat([Buffer.alloc(before), rowOf(texts)]);
        records.take(bytes, before, bytes.length);
        cells.take(bytes, before);
      }
      const read = cells.batch();
      expect(read).toEqual(rows);
      expect(records.count).toBe(rows.length);
      const { json, count, last } = records.batch();
      expect(count).toBe(rows.length);
      expect(Buffer.from(json as Uint8Array).toString()).toBe(writeRecords(read, format));
      expect(last()).toBe(writeRecords(read.slice(-1), format));
      expect([records.count, records.bytes]).toEqual([0, 0]);
    }),
    { numRuns: Number(process.env.PHARUS_RUNS ?? 200) },
  );
});

test('texts larger than a buffer', () => {
  const records = new PostgresRecordRows({ columns: [{ before: '[', form: 'text', write: JSON.stringify }], end: ']' });
  records.describe([{ name: 'a', dataTypeID: 25 }]);
  const texts = ['x'.repeat(300_000), `"${'\\'.repeat(300_000)}`, '\u{1f9e0}'.repeat(100_000), ''];
  for (const text of texts) records.take(rowOf([text]), 0, rowOf([text]).length);
  const { json } = records.batch();
  expect(JSON.parse(`[${Buffer.from(json as Uint8Array)}]`)).toEqual(texts.map((text) => [text]));
});

test('a row that says it is longer than it is', () => {
  const records = new PostgresRecordRows(format);
  records.describe(fields);
  const bytes = rowOf(kinds.map(() => 'x'));
  bytes.writeInt32BE(1_000_000, 2);
  expect(() => records.take(bytes, 0, bytes.length)).toThrow(RangeError);
});
