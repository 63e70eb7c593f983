import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describedColumn } from './mysql-columns.fixture.ts';
import { MysqlColumns } from './mysql-columns.ts';

const require = createRequire(import.meta.url);
const library = dirname(require.resolve('mysql2/package.json'));
const ColumnDefinition = require(join(library, 'lib/packets/column_definition.js'));
const Packet = require(join(library, 'lib/packets/packet.js'));

const columns = fc.record({
  name: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 70 }), fc.constant('語'.repeat(90))),
  table: fc.oneof(fc.string({ maxLength: 64 }), fc.constant('x'.repeat(256))),
  columnType: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 242, 245, 246, 252, 253, 254, 255),
  characterSet: fc.constantFrom(45, 63, 224, 255),
  flags: fc.nat(0xffff),
  decimals: fc.nat(39),
  pairs: fc.array(fc.tuple(fc.constantFrom(0, 2), fc.string({ unit: 'binary-ascii', maxLength: 20 })), {
    maxLength: 2,
  }),
  format: fc.constantFrom('json', undefined),
});

test.each([true, false])('columns are what mysql2 reads; described further: %s', (isExtended) => {
  fc.assert(
    fc.property(columns, (column) => {
      const description = describedColumn(column, isExtended);
      const [read] = new MysqlColumns([description], isExtended).all;
      const buffer = Buffer.concat([Buffer.alloc(4), description]);
      const theirs = new ColumnDefinition(new Packet(0, buffer, 0, buffer.length), 'utf8', isExtended);
      const { name, columnType, flags, decimals, characterSet, extendedFormat: format } = theirs;
      expect(read).toEqual({ name, columnType, flags, decimals, characterSet, format });
    }),
    { numRuns: 300 },
  );
});

test('a description is the same in the same bytes, wherever they stand', () => {
  const [one, other] = [{ name: 'a' }, { name: 'b' }].map((column) => describedColumn(column)) as [Buffer, Buffer];
  const known = new MysqlColumns([one], false);
  const packet = (description: Buffer, cut = 0) => {
    const buffer = Buffer.concat([Buffer.from('before'), description, Buffer.from('after')]);
    return { buffer, offset: 6, end: 6 + description.length - cut };
  };
  expect(known.isSame(0, packet(one))).toBe(true);
  expect(known.isSame(0, packet(other))).toBe(false);
  expect(known.isSame(0, packet(one, 1))).toBe(false);
  expect(known.isSame(1, packet(one))).toBe(false);
});
