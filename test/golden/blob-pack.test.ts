import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BlobFloat, type Packable, pack } from '../../packages/datajoint/src/blob/pack.ts';
import { shared } from '../support/shared.ts';

/** A value in words that no reader of JSON rounds. */
type Neutral =
  | { readonly t: 'null' }
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'int'; readonly v: string }
  | { readonly t: 'float'; readonly v: number | string }
  | { readonly t: 'str'; readonly v: string }
  | { readonly t: 'bytes'; readonly hex: string }
  | { readonly t: 'list'; readonly items: readonly Neutral[] }
  | { readonly t: 'dict'; readonly entries: readonly (readonly [Neutral, Neutral])[] };

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly protocol: string;
  readonly json?: Neutral;
  readonly json_of_input_before_pack?: Neutral;
  readonly repack_identical?: boolean;
}

/** The value to pack; undefined where it holds what JSON cannot say. */
function packable(value: Neutral): Packable | undefined {
  switch (value.t) {
    case 'null':
      return null;
    case 'bool':
    case 'str':
      return value.v;
    case 'int':
      return BigInt(value.v);
    case 'float':
      return new BlobFloat(Number(value.v));
    case 'bytes':
      return Uint8Array.from(Buffer.from(value.hex, 'hex'));
    case 'list': {
      const items = value.items.map(packable);
      return items.includes(undefined) ? undefined : (items as Packable[]);
    }
    case 'dict': {
      const entries = value.entries.map(
        ([key, item]) => [key.t === 'str' ? key.v : undefined, packable(item)] as const,
      );
      if (entries.some(([key, item]) => key === undefined || item === undefined)) return undefined;
      return Object.fromEntries(entries) as { [key: string]: Packable };
    }
    default:
      return undefined;
  }
}

const vectors = JSON.parse(readFileSync(shared('golden/blobs.json'), 'utf8')) as readonly Vector[];
const writable = vectors.flatMap((vector) => {
  const recorded = vector.json_of_input_before_pack ?? vector.json;
  const value = recorded === undefined ? undefined : packable(recorded);
  return value === undefined || vector.repack_identical === false ? [] : [{ ...vector, value }];
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What a compressed blob holds. */
function inflated(blob: Uint8Array): Uint8Array {
  expect(Buffer.from(blob.subarray(0, 6)).toString('latin1')).toBe('ZL123\0');
  const content = inflateSync(blob.subarray(14));
  expect(new DataView(blob.buffer, blob.byteOffset).getBigUint64(6, true)).toBe(BigInt(content.length));
  return content;
}

describe('what JSON can say is packed as the Python library packs it', () => {
  test('there are as many vectors as there were', () => {
    expect(writable.length).toBeGreaterThanOrEqual(43);
  });

  test.each(writable)('$name', ({ hex: recorded, protocol, value }) => {
    const packed = pack(value);
    if (!protocol.startsWith('ZL123')) expect(hex(packed)).toBe(recorded);
    else expect(hex(inflated(packed))).toBe(hex(inflated(Buffer.from(recorded, 'hex'))));
  });
});

describe('compression', () => {
  test('starts above 1000 bytes', () => {
    // The header takes 4 bytes, a text 9 more.
    expect(pack('a'.repeat(987))).toHaveLength(1000);
    const packed = pack('a'.repeat(988));
    expect(packed.length).toBeLessThan(100);
    const content = Buffer.from(inflated(packed));
    expect(content).toHaveLength(1001);
    expect(content.subarray(0, 5).toString('latin1')).toBe('dj0\0\x05');
  });

  test('is left out where it gains nothing', () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 4096 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    const packed = pack(noise);
    expect(Buffer.from(packed.subarray(0, 4)).toString('latin1')).toBe('dj0\0');
    expect(packed).toHaveLength(4 + 9 + 4096);
  });
});
