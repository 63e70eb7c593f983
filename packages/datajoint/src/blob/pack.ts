/**
 * Writes values in DataJoint's blob format (`dj0`), byte for byte as the Python library does.
 *
 * Covers what JSON can say; arrays of numbers stay lists, as Python writes them for lists. Source of the format: the
 * tag table of the Python library's `blob` module and of mYm.
 */

import { ByteWriter } from './byte-writer.ts';
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
  const writer = new ByteWriter();
  writer.bytes(encoder.encode('dj0\0'));
  packValue(value, writer, 0);
  return compressed(writer.written);
}

function packValue(value: Packable, writer: ByteWriter, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`Expected at most ${maxDepth} levels of nesting.`);
  if (value === null) writer.uint8(0xff);
  else if (typeof value === 'boolean') packBoolean(value, writer);
  else if (typeof value === 'number') packNumber(value, writer);
  else if (typeof value === 'string') packBytes(0x05, encoder.encode(value), writer);
  else if (typeof value === 'bigint') packInteger(value, writer);
  else if (typeof value !== 'object') throw new RangeError(`Expected a value that JSON can hold, got ${typeof value}.`);
  else if (value instanceof BlobFloat) packFloat(value.value, writer);
  else if (value instanceof Uint8Array) packBytes(0x06, value, writer);
  else if (Array.isArray(value)) packList(value as readonly Packable[], writer, depth);
  else packDict(value as { readonly [key: string]: Packable }, writer, depth);
}

function packBoolean(value: boolean, writer: ByteWriter): void {
  writer.uint8(0x0b);
  writer.uint8(value ? 1 : 0);
}

function packNumber(value: number, writer: ByteWriter): void {
  if (!Number.isSafeInteger(value)) packFloat(value, writer);
  else if (Math.abs(value) < 2 ** 31) packSmallInteger(value, writer);
  else packInteger(BigInt(value), writer);
}

/** As {@link packInteger}, for what the bits of a number hold. */
function packSmallInteger(value: number, writer: ByteWriter): void {
  const length = Math.floor((32 - Math.clz32(Math.abs(value))) / 8) + 1;
  writer.uint8(0x0a);
  writer.uint16(length);
  for (let index = 0; index < length; index += 1) writer.uint8((value >> (index * 8)) & 0xff);
}

/** Two's complement, little-endian, with a spare bit for the sign. */
function packInteger(value: bigint, writer: ByteWriter): void {
  const magnitude = value < 0n ? -value : value;
  const bits = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const length = Math.floor(bits / 8) + 1;
  writer.uint8(0x0a);
  writer.uint16(length);
  let rest = BigInt.asUintN(length * 8, value);
  for (let index = 0; index < length; index += 1) {
    writer.uint8(Number(rest & 0xffn));
    rest >>= 8n;
  }
}

function packFloat(value: number, writer: ByteWriter): void {
  writer.uint8(0x0d);
  writer.float64(value);
}

function packBytes(tag: number, content: Uint8Array, writer: ByteWriter): void {
  writer.uint8(tag);
  writer.uint64(content.length);
  writer.bytes(content);
}

function packList(items: readonly Packable[], writer: ByteWriter, depth: number): void {
  writer.uint8(0x02);
  writer.uint64(items.length);
  for (const item of items) writer.sized(() => packValue(item, writer, depth + 1));
}

function packDict(dict: { readonly [key: string]: Packable }, writer: ByteWriter, depth: number): void {
  const entries = Object.entries(dict);
  writer.uint8(0x04);
  writer.uint64(entries.length);
  for (const [key, value] of entries) {
    writer.sized(() => packValue(key, writer, depth + 1));
    writer.sized(() => packValue(value, writer, depth + 1));
  }
}
