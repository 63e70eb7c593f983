import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Storage } from '../dialect/storage.ts';
import type { Attribute } from '../heading/attribute.ts';
import { cellWriter, recordForm } from '../heading/codec/record-json.ts';
import type { Cell } from './driver.ts';
import { MysqlCellRows } from './mysql-cell-rows.ts';
import { describedColumn, lengthCoded } from './mysql-columns.fixture.ts';
import { type MysqlColumn, MysqlColumns } from './mysql-columns.ts';
import { MysqlRecordRows } from './mysql-record-rows.ts';

const require = createRequire(import.meta.url);
const library = dirname(require.resolve('mysql2/package.json'));
const theirs = {
  parserOf: require(join(library, 'lib/parsers/static_binary_parser.js')),
  Packet: require(join(library, 'lib/packets/packet.js')),
};

/** A column, and values of it as they stand on the wire. */
interface Kind {
  readonly field: MysqlColumn;
  readonly value: fc.Arbitrary<Buffer>;
}

const field = (columnType: number, more: Partial<MysqlColumn> = {}): MysqlColumn => ({
  name: 'c',
  columnType,
  flags: 0,
  decimals: 0,
  characterSet: 63,
  ...more,
});
const bytes = (size: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((array) => Buffer.from(array));
const numeric = (columnType: number, size: number): Kind[] => [
  { field: field(columnType), value: bytes(size) },
  { field: field(columnType, { flags: 32 }), value: bytes(size) },
];

const text = (columnType: number): Kind => ({
  field: field(columnType, { characterSet: 45 }),
  value: fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.string({ unit: 'binary-ascii' }),
      fc.constantFrom('', 'NaN', 'Infinity', 'N', 'I', 'a "quoted" \\ one', 'x'.repeat(70_000)),
    )
    .map((content) => lengthCoded(Buffer.from(content))),
});

const day = fc.tuple(
  fc.integer({ min: 0, max: 9999 }),
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0, max: 31 }),
);
const clock = fc.tuple(
  fc.integer({ min: 0, max: 23 }),
  fc.integer({ min: 0, max: 59 }),
  fc.integer({ min: 0, max: 59 }),
);
const micros = fc.integer({ min: 1, max: 999_999 });

/** A length, then as many parts as are not zero. */
const moments = fc
  .tuple(day, clock, micros, fc.constantFrom(0, 4, 7, 11))
  .map(([[y, m, d], time, fraction, length]) => {
    const all = Buffer.alloc(12);
    all[0] = length;
    all.writeUInt16LE(y, 1);
    all.set([m, d, ...time], 3);
    all.writeUInt32LE(fraction, 8);
    return all.subarray(0, length + 1);
  });
const times = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 34 }), clock, micros, fc.constantFrom(0, 8, 12))
  .map(([isNegative, days, time, fraction, length]) => {
    const all = Buffer.alloc(13);
    all.set([length, Number(isNegative)]);
    all.writeUInt32LE(days, 2);
    all.set(time, 6);
    all.writeUInt32LE(fraction, 9);
    return all.subarray(0, length + 1);
  });

const kinds: readonly Kind[] = [
  ...numeric(1, 1),
  ...numeric(2, 2),
  ...numeric(3, 4),
  ...numeric(8, 8),
  ...numeric(9, 4),
  { field: field(8), value: fc.bigInt(-1000n, 1000n).map((value) => int64(value)) },
  { field: field(4), value: bytes(4) },
  { field: field(5), value: bytes(8) },
  { field: field(13), value: bytes(2) },
  { field: field(7, { decimals: 6 }), value: moments },
  { field: field(12, { decimals: 6 }), value: moments },
  { field: field(12, { decimals: 3 }), value: moments },
  { field: field(10), value: moments.filter((value) => value.length <= 5) },
  { field: field(11), value: times },
  { field: field(246), value: fc.double({ noNaN: true }).map((value) => lengthCoded(Buffer.from(String(value)))) },
  { field: field(245), value: fc.json().map((json) => lengthCoded(Buffer.from(json))) },
  { field: field(252), value: fc.uint8Array().map((array) => lengthCoded(Buffer.from(array))) },
  text(252),
  text(253),
  text(254),
  { field: field(252, { format: 'json', characterSet: 45 }), value: text(252).value },
];

function int64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(value);
  return buffer;
}

interface Sample {
  readonly fields: readonly MysqlColumn[];
  readonly columns: MysqlColumns;
  /** One row: its bytes with what stands before and after it in the same chunk. */
  readonly packet: { readonly buffer: Buffer; readonly start: number; readonly offset: number; readonly end: number };
}

const columnsOf = (fields: readonly MysqlColumn[]): MysqlColumns =>
  new MysqlColumns(
    fields.map((each) => describedColumn(each, true)),
    true,
  );

const samplesOf = (some: readonly Kind[]): fc.Arbitrary<Sample> =>
  fc
    .array(
      fc.constantFrom(...some).chain(({ field: known, value }) => fc.tuple(fc.constant(known), fc.option(value))),
      {
        minLength: 1,
        maxLength: 20,
      },
    )
    .map((columns) => {
      const nulls = Buffer.alloc((columns.length + 9) >> 3);
      for (const [index, [, value]] of columns.entries()) {
        const place = (index + 2) >> 3;
        if (value === null) nulls[place] = (nulls[place] as number) | (1 << ((index + 2) & 7));
      }
      const body = Buffer.concat([Buffer.from([0]), nulls, ...columns.flatMap(([, value]) => value ?? [])]);
      const buffer = Buffer.concat([Buffer.from('before'), Buffer.alloc(4), body, Buffer.from('after')]);
      const fields = columns.map(([known]) => known);
      return {
        fields,
        columns: columnsOf(fields),
        packet: { buffer, start: 6, offset: 10, end: 10 + body.length },
      };
    });

const samples = samplesOf(kinds);

/** What `mysql2` reads, in the way in which sessions have it read. */
function readByThem({ fields, packet }: Sample): unknown[] {
  const config = { supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, jsonStrings: true };
  const options = { rowsAsArray: true };
  const described = fields.map(({ format: extendedFormat, ...each }, index) => ({
    ...each,
    extendedFormat,
    name: `c${index}`,
    encoding: each.characterSet === 63 ? 'binary' : 'utf8',
  }));
  const parser = new (theirs.parserOf(described, options, config))();
  return parser.next(new theirs.Packet(0, packet.buffer, packet.start, packet.end), described, options);
}

/** What we read. */
function cellsOf({ columns, packet }: Pick<Sample, 'columns' | 'packet'>): readonly Cell[] {
  const rows = new MysqlCellRows();
  rows.begin(columns);
  rows.read(packet);
  return rows.batch()[0] ?? [];
}

describe('rows of the binary protocol', () => {
  test('are what mysql2 reads', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        expect(cellsOf(sample)).toEqual(readByThem(sample));
      }),
      { numRuns: 500 },
    );
  });

  test('that are shorter or longer than their values are refused', () => {
    const read = (known: MysqlColumn, buffer: Buffer, end: number): unknown =>
      cellsOf({ columns: columnsOf([known]), packet: { buffer, start: 0, offset: 4, end } });
    for (const end of [9, 11]) expect(() => read(field(3), Buffer.alloc(20), end)).toThrow('longer or shorter');
    const beyond = Buffer.from([0, 0, 0, 0, 0, 0, 200, 1]);
    expect(() => read(field(253, { characterSet: 45 }), beyond, 8)).toThrow('longer or shorter');
  });
});

describe('records of such rows', () => {
  const write = (cell: unknown): string => `<${String(cell)}>`;

  test('hold what a column writes of its cells, where it alone writes them', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const columns = sample.fields.map((_, index) => ({ before: index === 0 ? '[' : ',', write }));
        const rows = new MysqlRecordRows({ columns, end: ']' });
        rows.begin(sample.columns);
        for (let count = 0; count < 3; count += 1) rows.read(sample.packet);
        const expected = `[${cellsOf(sample).map(write).join(',')}]`;
        const batch = rows.batch();
        expect(Buffer.from(batch.json as Uint8Array).toString()).toBe([expected, expected, expected].join(','));
        expect(batch.last()).toBe(expected);
        expect(batch.count).toBe(3);
        expect(rows.count).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('are what the codec writes of the cells, in whatever form they stand on the wire', () => {
    const kindOf = new Map<number, Storage['kind']>([
      ...([1, 2, 3, 8, 9] as const).map((type) => [type, 'integer'] as const),
      [4, 'float'],
      [5, 'double'],
      [7, 'datetime'],
      [10, 'date'],
      [11, 'time'],
      [12, 'datetime'],
      [13, 'year'],
      [246, 'decimal'],
    ]);
    const attributeOf = ({ columnType, decimals, characterSet }: MysqlColumn): Attribute => {
      const kind = kindOf.get(columnType) ?? (characterSet === 45 || columnType === 245 ? 'text' : 'uuid');
      return { storage: { kind }, databaseType: kind === 'datetime' ? `datetime(${decimals})` : 'text' } as Attribute;
    };
    const uuid = { field: field(254), value: bytes(16).map(lengthCoded) };
    const short = {
      field: field(5),
      value: fc.tuple(fc.integer(), fc.constantFrom(1, 2, 7, 8, 10, 1000, 1e6, 1e-3)).map(([part, of]) => {
        const buffer = Buffer.alloc(8);
        buffer.writeDoubleLE(part / of);
        return buffer;
      }),
    };
    const written = [
      ...kinds.filter(({ field: { columnType, characterSet } }) => columnType !== 252 || characterSet === 45),
    ];
    fc.assert(
      fc.property(samplesOf([...written, uuid, short, short]), (sample) => {
        const attributes = sample.fields.map(attributeOf);
        const columns = attributes.map((attribute) => ({
          before: '|',
          form: recordForm(attribute),
          write: cellWriter(attribute),
        }));
        const rows = new MysqlRecordRows({ columns, end: '\n' });
        rows.begin(sample.columns);
        rows.read(sample.packet);
        const cells = cellsOf(sample);
        const expected = columns.map(({ write }, index) => `|${write(cells[index] as Cell)}`);
        expect(rows.batch().last()).toBe(`${expected.join('')}\n`);
      }),
      { numRuns: 1000 },
    );
  });
});
