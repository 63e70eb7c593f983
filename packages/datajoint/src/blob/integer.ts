/** Whole numbers of any size, as blobs hold them: two's complement, little-endian. */

import type { ByteWriter } from './byte-writer.ts';

/** The number in these bytes; 0 in none. */
export function readInteger(bytes: Uint8Array): bigint {
  const { length } = bytes;
  if (length === 0) return 0n;
  if (length <= 4) {
    let value = 0;
    for (let index = 0; index < length; index += 1) value |= (bytes[index] as number) << (index * 8);
    const unused = 32 - length * 8;
    return BigInt((value << unused) >> unused);
  }
  let digits = '0x';
  for (let index = length - 1; index >= 0; index -= 1) digits += (bytes[index] as number).toString(16).padStart(2, '0');
  return BigInt.asIntN(length * 8, BigInt(digits));
}

/**
 * Writes the number after the count of its bytes: the fewest that leave a spare bit for the sign, as Python counts
 * them; 128 and -128 take two.
 * @throws RangeError for numbers of more than 65535 bytes.
 */
export function writeInteger(value: bigint, writer: ByteWriter): void {
  const magnitude = value < 0n ? -value : value;
  const bits = magnitude < small ? 32 - Math.clz32(Number(magnitude)) : bitsOf(magnitude);
  const length = Math.floor(bits / 8) + 1;
  if (length > 0xffff) throw new RangeError(`Expected an integer of at most 65535 bytes, got ${length}.`);
  writer.uint16(length);
  if (magnitude < small) {
    const low = Number(value);
    for (let index = 0; index < length; index += 1) writer.uint8((low >> (index * 8)) & 0xff);
    return;
  }
  const digits = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0');
  for (let place = digits.length; place > 0; place -= 2)
    writer.uint8(Number.parseInt(digits.slice(place - 2, place), 16));
}

/** Below, the bits of a number hold it. */
const small = 0x8000_0000n;

function bitsOf(magnitude: bigint): number {
  const digits = magnitude.toString(16);
  return digits.length * 4 + 28 - Math.clz32(Number.parseInt(digits[0] as string, 16));
}
