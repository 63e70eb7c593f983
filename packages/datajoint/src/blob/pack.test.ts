import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlobError } from './blob-error.ts';
import type { Packable } from './encode.ts';
import { NdArray } from './ndarray.ts';
import { pack } from './pack.ts';
import { pack as packInBrowsers } from './pack-browser.ts';
import { inOrder } from './reorder.ts';
import { unpack } from './unpack.ts';
import { unpack as unpackInBrowsers } from './unpack-browser.ts';
import { blobValues, ndarrays } from './values.fixture.ts';
import { type BlobValue, DateTime, List } from './values.ts';

const header = (blob: Uint8Array): string => Buffer.from(blob.subarray(0, 6)).toString('latin1');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('packing and unpacking', () => {
  test('loses nothing, whatever the value, and writes the same bytes again', () => {
    fc.assert(
      fc.property(blobValues, fc.constantFrom(32 as const, 64 as const), (value, dims) => {
        const packed = pack(value, { dims });
        const read = unpack(packed, { dims });
        expect(hex(pack(read, { dims }))).toBe(hex(packed));
        expect(plain(read)).toEqual(plain(value));
      }),
      { numRuns: 400 },
    );
  });

  test('is the same in browsers', async () => {
    await fc.assert(
      fc.asyncProperty(blobValues, async (value) => {
        const packed = await packInBrowsers(value);
        expect(plain(await unpackInBrowsers(packed))).toEqual(plain(value));
        expect(plain(unpack(packed))).toEqual(plain(value));
      }),
      { numRuns: 60 },
    );
  });

  test('compresses large values without loss, for browsers too', async () => {
    const list = List.from(Array.from({ length: 500 }, (_, index) => `value ${index}`));
    for (const packed of [pack(list), await packInBrowsers(list)]) {
      expect(header(packed)).toBe('ZL123\0');
      expect(unpack(packed)).toEqual(list);
      expect(await unpackInBrowsers(packed)).toEqual(list);
    }
    expect(header(pack(list, { compress: false }))).toBe('dj0\0\x02\xf4');
    expect(header(await packInBrowsers(list, { compress: false }))).toBe('dj0\0\x02\xf4');
  });

  test('starts to compress above 1000 bytes, and only what gets smaller', () => {
    // The header takes 4 bytes, a text 9 more.
    expect(pack('a'.repeat(987))).toHaveLength(1000);
    const packed = pack('a'.repeat(988));
    expect(packed.length).toBeLessThan(100);
    expect(inflateSync(packed.subarray(14))).toHaveLength(1001);
    let state = 1;
    const noise = Uint8Array.from({ length: 4096 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    expect(pack(noise)).toHaveLength(4 + 9 + 4096);
  });

  test('takes plain JavaScript for the nearest it has', () => {
    expect(unpack(pack({ b: 1, a: [2n] }))).toEqual(
      new Map<string, BlobValue>([
        ['b', 1],
        ['a', List.of(2n)],
      ]),
    );
    expect(unpack(pack(new Date('2021-12-31T23:59:58.120Z')))).toEqual(new DateTime('2021-12-31T23:59:58.120000'));
    expect(unpack(pack(new Date(0)))).toEqual(new DateTime('1970-01-01T00:00:00'));
    const array = unpack(pack(Int16Array.of(1, -2))) as NdArray;
    expect([array.dtype, array.shape, array.data]).toEqual(['int16', [2], Int16Array.of(1, -2)]);
    expect(header(pack(Int16Array.of(1))).slice(0, 4)).toBe('mYm\0');
  });

  test('refuses what is nested too deep or has no place in the format', () => {
    let deep: Packable = 1;
    for (let level = 0; level < 200; level += 1) deep = [deep];
    expect(unpack(pack(deep))).toEqual(deep);
    expect(() => pack([deep])).toThrow(RangeError);
    const delta = new NdArray({ dtype: 'timedelta64[s]', shape: [1], data: BigInt64Array.of(1n) });
    for (const wrong of [
      undefined,
      Symbol('x'),
      () => 1,
      /x/,
      delta,
      'half \ud800',
      new DataView(new ArrayBuffer(1)),
    ]) {
      expect(() => pack(wrong as unknown as Packable), String(wrong)).toThrow(RangeError);
    }
  });
});

describe('arrays', () => {
  test('hold the same in either order', () => {
    fc.assert(
      fc.property(ndarrays, (array) => {
        const there = inOrder(array, array.order === 'F' ? 'C' : 'F');
        expect(hex(pack(there))).toBe(hex(pack(array)));
        expect(hex(inOrder(there, array.order).bytes)).toBe(hex(array.bytes));
      }),
    );
  });

  test('are windows on the blob, and copied only where a typed array could not begin', () => {
    const packed = pack(Float64Array.of(1, 2, 3));
    for (let shift = 0; shift < 8; shift += 1) {
      const buffer = new Uint8Array(packed.length + 8);
      buffer.set(packed, shift);
      const array = unpack(buffer.subarray(shift, shift + packed.length)) as NdArray;
      expect(array.bytes.buffer).toBe(buffer.buffer);
      expect(array.data).toEqual(Float64Array.of(1, 2, 3));
      expect(array.data).toBe(array.data);
      // The elements begin at byte 29 of the blob.
      expect(array.data.buffer === buffer.buffer).toBe(shift === 3);
    }
  });

  test('say what they expected', () => {
    const data = Float64Array.of(1, 2);
    expect(() => new NdArray({ dtype: 'float64', shape: [3], data })).toThrow(
      'Expected 24 bytes for float64 of shape 3, got 16.',
    );
    expect(() => new NdArray({ dtype: 'complex128', shape: [2], data })).toThrow(/Expected an imaginary part/);
    expect(() => new NdArray({ dtype: 'float16' as 'float32', shape: [2], data })).toThrow(/Expected an element type/);
  });
});

describe('bounds', () => {
  const u64 = (value: number): number[] => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];
  const blob = (...bytes: number[]): Uint8Array => Uint8Array.from([0x64, 0x6a, 0x30, 0, ...bytes]);

  test.each([
    ['a list of more items than there are bytes', blob(0x02, ...u64(2 ** 40)), /Expected at least \d+ bytes/],
    ['a count that no number holds', blob(0x02, ...u64(2 ** 60)), /Expected a number of items that a blob can have/],
    [
      'an array of more elements than there are bytes',
      blob(0x41, ...u64(1), ...u64(2 ** 40), 6, 0, 0, 0, 0, 0, 0, 0),
      /Expected 8796093022208 bytes/,
    ],
    ['a shape of too many elements', blob(0x41, ...u64(2), ...u64(2 ** 40), ...u64(2 ** 40)), /Expected a shape/],
    ['an array of too many axes', blob(0x41, ...u64(65)), /at most 64 axes, got 65 \(at byte 5\)/],
    ['a text that ends early', blob(0x05, ...u64(2), 0x61), /Expected 2 bytes of a string, got 1 \(at byte 13\)/],
    ['a text in no UTF-8', blob(0x05, ...u64(2), 0xff, 0xfe), /Expected a string in UTF-8/],
    ['a value longer than it says', blob(0x02, ...u64(1), ...u64(1), 0x0b, 1), /Expected 1 bytes of a boolean, got 0/],
    [
      'a value shorter than it says',
      blob(0x02, ...u64(1), ...u64(3), 0xff, 1, 1),
      /Expected the end of a value, got 2 more/,
    ],
    [
      'a 30th of February',
      blob(0x74, ...new Uint8Array(Int32Array.of(20200230).buffer), ...new Array(8).fill(255)),
      /Expected a date/,
    ],
    ['no date and no time', blob(0x74, ...new Array(12).fill(255)), /got neither/],
    ['a decimal of letters', blob(0x64, ...u64(3), 0x61, 0x62, 0x63), /Expected a decimal number, got "abc"/],
    ['nothing', Uint8Array.of(), /at byte 0/],
  ])('%s is an error that says where', (_, bytes, message) => {
    expect(() => unpack(bytes)).toThrow(BlobError);
    expect(() => unpack(bytes)).toThrow(message);
  });

  test('nesting', () => {
    let inside: number[] = [0xff];
    for (let level = 0; level < 250; level += 1) inside = [0x02, ...u64(1), ...u64(inside.length), ...inside];
    expect(() => unpack(blob(...inside))).toThrow(/at most 200 levels/);
  });

  test('memory, counted before it is taken', () => {
    const items = 2 ** 16;
    const lists = pack(
      Array.from({ length: items }, () => []),
      { compress: false },
    );
    expect(unpack(lists)).toHaveLength(items);
    expect(() => unpack(lists, { maxBytes: 2 ** 20 })).toThrow(/fits in the memory it may take/);
  });

  test('compressed blobs that are larger than they can be or may be, or are not what they say', async () => {
    const packed = pack('a'.repeat(100_000));
    const changed = (place: number, byte: number): Uint8Array =>
      packed.map((value, index) => (index === place ? byte : value));
    const wrong: [Uint8Array, RegExp, { maxBytes?: number }?][] = [
      [changed(11, 1), /Expected a size that \d+ compressed bytes can have/],
      [packed, /Expected a blob of at most 50000 bytes, got one of 100013/, { maxBytes: 50_000 }],
      [changed(6, (packed[6] as number) + 1), /Expected 100014 bytes in a compressed blob, got 100013/],
      [changed(6, (packed[6] as number) - 1), /Expected/],
      [changed(20, 0x77), /Expected a zlib stream/],
      [packed.subarray(0, packed.length - 4), /Expected a zlib stream/],
      [packed.subarray(0, 9), /Expected the size of a compressed blob/],
    ];
    for (const [bytes, message, options] of wrong) {
      expect(() => unpack(bytes, options)).toThrow(BlobError);
      expect(() => unpack(bytes, options)).toThrow(message);
      await expect(unpackInBrowsers(bytes, options)).rejects.toThrow(BlobError);
    }
  });

  test('no piece of a blob is one', () => {
    const whole = pack([1, 'text', { a: Float64Array.of(1, 2) }, new Set([2n])]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => unpack(whole.subarray(0, length))).toThrow(BlobError);
      expect(() => unpack(whole.subarray(0, length), { dims: 'auto' })).toThrow(BlobError);
    }
  });
});

/** Arrays compare by their bytes: NaN of every kind is itself. */
function plain(value: unknown): unknown {
  if (value instanceof NdArray) {
    const { dtype, shape, bytes, imaginaryBytes } = inOrder(value, 'F');
    return { dtype, shape, bytes: hex(bytes), imaginary: imaginaryBytes && hex(imaginaryBytes) };
  }
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  if (value instanceof Set) return new Set([...value].map(plain));
  if (Array.isArray(value)) return [...value].map(plain);
  return {
    of: value.constructor.name,
    ...Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])),
  };
}
