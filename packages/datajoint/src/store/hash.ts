import { createHash } from 'node:crypto';

/** How DataJoint names content: MD5, as the 16 bytes of a UUID in the older generation, in base 32 in DataJoint 2. */

export function md5(...contents: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('md5');
  for (const content of contents) hash.update(content);
  return hash.digest();
}

const digits = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base 32 (RFC 4648) in lower case, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += digits[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + digits[(value << (5 - bits)) & 31] : text;
}

/** Base 32 as {@link base32} writes it back to bytes; undefined for other texts. */
export function fromBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = digits.indexOf(letter);
    if (digit < 0) return undefined;
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
      value &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}

/** The directories that objects are spread over by the first letters of their names: `aBcdef`, [2, 2] makes `ab`, `cd`. */
export function subfolders(name: string, lengths: readonly number[]): string[] {
  let place = 0;
  return lengths.map((length) => {
    place += length;
    return name.slice(place - length, place).toLowerCase();
  });
}
