/** A blob without its compression: a header of four bytes and one value. */

import { BlobError } from './blob-error.ts';
import { ByteReader, type Dims } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { decodeValue } from './decode.ts';
import { encodeValue, type Packable, type Packing } from './encode.ts';
import type { BlobValue } from './values.ts';

export interface UnpackOptions {
  /**
   * How wide the counts in the blob are. 64 bits by default; 32 for those that 32-bit MATLAB wrote, which the blob does
   * not say. `auto` reads them as 64 bits, and where that cannot be, as 32.
   */
  readonly dims?: Dims | 'auto' | undefined;
  /** About how much memory the value may take, in bytes; half a gigabyte by default. Windows on the blob cost nothing. */
  readonly maxBytes?: number | undefined;
}

export interface PackOptions {
  /** Whether a large blob is compressed; true by default. */
  readonly compress?: boolean | undefined;
  /** How wide the counts are written; 64 bits by default. Only readers that are told so take 32. */
  readonly dims?: Dims | undefined;
}

export const defaultMaxBytes = 2 ** 29;

/** What MATLAB's mYm reads too. */
const matlabHeader = new TextEncoder().encode('mYm\0');
/** Values of Python that MATLAB does not know. */
const nativeHeader = new TextEncoder().encode('dj0\0');

/** @throws BlobError */
export function readPlainBlob(blob: Uint8Array, dims: Dims, budget: number): BlobValue {
  const reader = new ByteReader(blob, dims, budget);
  if (!startsWith(blob, matlabHeader) && !startsWith(blob, nativeHeader)) {
    throw new BlobError('Expected a blob of DataJoint, which begins with "mYm" or "dj0" and NUL, got other bytes', 0);
  }
  reader.take(4, 'header');
  try {
    const value = decodeValue(reader, 0);
    reader.expectEnd();
    return value;
  } catch (error) {
    // What the classes of values refuse, such as a 30th of February.
    if (error instanceof RangeError)
      throw new BlobError(error.message.replace(/\.$/, ''), reader.position, { cause: error });
    throw error;
  }
}

/** @throws RangeError */
export function writePlainBlob(value: Packable, dims: Dims): Uint8Array {
  const packing: Packing = { writer: new ByteWriter(dims), isNative: false };
  packing.writer.bytes(matlabHeader);
  encodeValue(value, packing, 0);
  const blob = packing.writer.written;
  if (packing.isNative) blob.set(nativeHeader);
  return blob;
}

function startsWith(blob: Uint8Array, header: Uint8Array): boolean {
  return header.every((byte, index) => blob[index] === byte);
}
