import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlobFloat, type Packable, pack } from './pack.ts';

/** Reads what `pack` writes, written from the format alone. */
function read(blob: Uint8Array): unknown {
  const frame = Buffer.from(blob);
  const plain = frame.subarray(0, 6).toString('latin1') === 'ZL123\0' ? inflateSync(frame.subarray(14)) : frame;
  expect(plain.subarray(0, 4).toString('latin1')).toBe('dj0\0');
  const [value, end] = readValue(plain, 4);
  expect(end).toBe(plain.length);
  return value;
}

function readValue(bytes: Buffer, start: number): [value: unknown, end: number] {
  const tag = bytes[start];
  const at = start + 1;
  const size = (place: number): number => Number(bytes.readBigUInt64LE(place));
  switch (tag) {
    case 0xff:
      return [null, at];
    case 0x0b:
      return [bytes[at] === 1, at + 1];
    case 0x0a: {
      const length = bytes.readUInt16LE(at);
      let value = 0n;
      for (let index = length; index > 0; index -= 1) value = (value << 8n) | BigInt(bytes[at + 1 + index] ?? 0);
      return [BigInt.asIntN(length * 8, value), at + 2 + length];
    }
    case 0x0d:
      return [bytes.readDoubleLE(at), at + 8];
    case 0x05:
      return [bytes.subarray(at + 8, at + 8 + size(at)).toString('utf8'), at + 8 + size(at)];
    case 0x06:
      return [Uint8Array.from(bytes.subarray(at + 8, at + 8 + size(at))), at + 8 + size(at)];
    case 0x02:
    case 0x04: {
      const items: unknown[] = [];
      let place = at + 8;
      const count = size(at) * (tag === 0x04 ? 2 : 1);
      for (let index = 0; index < count; index += 1) {
        const [item, end] = readValue(bytes, place + 8);
        expect(end).toBe(place + 8 + size(place));
        items.push(item);
        place = end;
      }
      if (tag === 0x02) return [items, place];
      const pairs = items.flatMap((key, index) => (index % 2 === 0 ? [[key, items[index + 1]] as const] : []));
      return [new Map(pairs), place];
    }
    default:
      throw new Error(`Unknown tag ${tag} at ${start}.`);
  }
}

/** The value as the format holds it: whole numbers are integers, objects have order. */
function stored(value: Packable): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value instanceof BlobFloat) return value.value;
  if (Array.isArray(value)) return value.map(stored);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, stored(item as Packable)]));
}

const { tree } = fc.letrec<{ tree: Packable }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt(),
    fc.integer(),
    fc.double(),
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    fc.uint8Array(),
    fc.double().map((value) => new BlobFloat(value)),
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 5 }),
  ),
}));

describe('packing', () => {
  test('loses nothing', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(read(pack(value))).toEqual(stored(value));
      }),
      { numRuns: 500 },
    );
  });

  test('compresses large values without loss', () => {
    const list = Array.from({ length: 500 }, (_, index) => `value ${index}`);
    const packed = pack(list);
    expect(Buffer.from(packed.subarray(0, 6)).toString('latin1')).toBe('ZL123\0');
    expect(read(packed)).toEqual(list);
  });

  test('takes a whole float as a float when told so', () => {
    expect(read(pack(1))).toBe(1n);
    expect(read(pack(new BlobFloat(1)))).toBe(1);
    expect(read(pack(2 ** 53))).toBe(2 ** 53);
    expect(read(pack(Number.NaN))).toBeNaN();
  });

  test('refuses what is nested too deep or has no place in the format', () => {
    let deep: Packable = 1;
    for (let level = 0; level < 64; level += 1) deep = [deep];
    expect(() => pack(deep)).not.toThrow();
    expect(() => pack([deep])).toThrow(RangeError);
    for (const wrong of [undefined, Symbol('x'), () => 1]) {
      expect(() => pack(wrong as unknown as Packable)).toThrow(RangeError);
    }
  });
});
