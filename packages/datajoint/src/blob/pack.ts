import { deflateSync } from 'node:zlib';
import type { Packable } from './encode.ts';
import { framed, isWorthCompressing } from './frame.ts';
import { type PackOptions, writePlainBlob } from './plain-blob.ts';

/**
 * A value in DataJoint's blob format, byte for byte as the Python library writes it: as `mYm` where MATLAB can read it,
 * else as `dj0`; compressed where it is larger than 1000 bytes and that makes it smaller.
 * @throws RangeError for values nested deeper than 200 levels or of a kind the format cannot hold.
 */
export function pack(value: Packable, { compress = true, dims = 64 }: PackOptions = {}): Uint8Array {
  const blob = writePlainBlob(value, dims);
  return compress && isWorthCompressing(blob) ? framed(blob, deflateSync(blob), dims) : blob;
}
