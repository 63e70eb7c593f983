/**
 * Writes values in DataJoint's blob format (`dj0`), byte for byte as the Python library does.
 *
 * Covers what JSON can say; arrays of numbers stay lists, as Python writes them for lists. Source of the format: the
 * tag table of the Python library's `blob` module and of mYm.
 */

import { compressed } from './compress.ts';

/** A number to be written as a float although it is whole. */
export class BlobFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type Packable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | BlobFloat
  | readonly Packable[]
  | { readonly [key: string]: Packable };

const maxDepth = 64;
const encoder = new TextEncoder();

/**
 * Serialises a value; blobs of more than 1000 bytes are compressed when that makes them smaller.
 * Whole numbers are written as integers, other numbers as floats.
 * @throws RangeError for values nested deeper than 64 levels or of a kind the format cannot hold.
 */
export function pack(value: Packable): Uint8Array {
  return compressed(concat([encoder.encode('dj0\0'), packValue(value, 0)]));
}

function packValue(value: Packable, depth: number): Uint8Array {
  if (depth > maxDepth) throw new RangeError(`Expected at most ${maxDepth} levels of nesting.`);
  if (value === null) return Uint8Array.of(0xff);
  if (typeof value === 'boolean') return Uint8Array.of(0x0b, value ? 1 : 0);
  if (typeof value === 'bigint') return packInteger(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? packInteger(BigInt(value)) : packFloat(value);
  if (value instanceof BlobFloat) return packFloat(value.value);
  if (typeof value === 'string') return packBytes(0x05, encoder.encode(value));
  if (value instanceof Uint8Array) return packBytes(0x06, value);
  if (Array.isArray(value)) return packList(value as readonly Packable[], depth);
  if (typeof value === 'object') return packDict(value as { readonly [key: string]: Packable }, depth);
  throw new RangeError(`Expected a value that JSON can hold, got ${typeof value}.`);
}

/** Two's complement, little-endian, with a spare bit for the sign. */
function packInteger(value: bigint): Uint8Array {
  const magnitude = value < 0n ? -value : value;
  const bits = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const length = Math.floor(bits / 8) + 1;
  const bytes = new Uint8Array(3 + length);
  bytes[0] = 0x0a;
  new DataView(bytes.buffer).setUint16(1, length, true);
  let rest = BigInt.asUintN(length * 8, value);
  for (let index = 0; index < length; index += 1) {
    bytes[3 + index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function packFloat(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = 0x0d;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function packBytes(tag: number, content: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(tag), count(content.length), content]);
}

function packList(items: readonly Packable[], depth: number): Uint8Array {
  const packed = items.map((item) => sized(packValue(item, depth + 1)));
  return concat([Uint8Array.of(0x02), count(items.length), ...packed]);
}

function packDict(dict: { readonly [key: string]: Packable }, depth: number): Uint8Array {
  const entries = Object.entries(dict);
  const packed = entries.flatMap(([key, value]) => [
    sized(packValue(key, depth + 1)),
    sized(packValue(value, depth + 1)),
  ]);
  return concat([Uint8Array.of(0x04), count(entries.length), ...packed]);
}

function sized(content: Uint8Array): Uint8Array {
  return concat([count(content.length), content]);
}

function count(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
