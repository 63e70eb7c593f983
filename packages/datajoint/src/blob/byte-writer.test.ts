import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

test('what is written stands there in order, however often the buffer had to grow', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }), (contents) => {
      const writer = new ByteWriter();
      for (const content of contents) writer.sized(() => writer.bytes(content));
      const expected = contents.flatMap((content) => {
        const size = Buffer.alloc(8);
        size.writeBigUInt64LE(BigInt(content.length));
        return [...size, ...content];
      });
      expect([...writer.written]).toEqual(expected);
    }),
  );
});

test('numbers are little-endian, up to those a double holds', () => {
  const writer = new ByteWriter();
  writer.uint8(1);
  writer.uint16(0x0203);
  writer.count(Number.MAX_SAFE_INTEGER);
  writer.float64(1.5);
  expect(Buffer.from(writer.written).toString('hex')).toBe('010302ffffffffffff1f00000000000000f83f');
});

test('counts of 32-bit blobs take four bytes, and refuse what they cannot hold', () => {
  const writer = new ByteWriter(32);
  writer.count(0x0102);
  writer.sized(() => writer.uint32(7));
  expect(Buffer.from(writer.written).toString('hex')).toBe('020100000400000007000000');
  expect(() => writer.count(2 ** 32)).toThrow(RangeError);
});
