import { inflateSync } from 'node:zlib';
import { BlobError } from './blob-error.ts';
import type { Dims } from './byte-reader.ts';
import { expectSize, type Frame, notInflated, readFrame } from './frame.ts';
import { defaultMaxBytes, readPlainBlob, type UnpackOptions } from './plain-blob.ts';
import type { BlobValue } from './values.ts';

/**
 * The value in a blob as DataJoint stores it, compressed or not.
 *
 * Arrays and bytes are windows on the blob: it must not change while they are in use.
 * @throws BlobError that says where, for anything that is not one whole blob.
 */
export function unpack(blob: Uint8Array, { dims = 64, maxBytes = defaultMaxBytes }: UnpackOptions = {}): BlobValue {
  if (dims !== 'auto') return unpackAs(blob, dims, maxBytes);
  try {
    return unpackAs(blob, 64, maxBytes);
  } catch (error) {
    try {
      return unpackAs(blob, 32, maxBytes);
    } catch {
      throw error;
    }
  }
}

function unpackAs(blob: Uint8Array, dims: Dims, maxBytes: number): BlobValue {
  const frame = readFrame(blob, dims, maxBytes);
  return frame === undefined
    ? readPlainBlob(blob, dims, maxBytes)
    : readPlainBlob(inflated(frame), dims, maxBytes - frame.size);
}

function inflated(frame: Frame): Uint8Array {
  // One piece with room to spare: zlib asks for more room when there is none left, even where nothing follows.
  const room = { maxOutputLength: frame.size + 1, chunkSize: Math.max(64, frame.size + 1) };
  try {
    const content = inflateSync(frame.stream, room);
    expectSize(content.length, frame);
    return content;
  } catch (error) {
    throw error instanceof BlobError ? error : notInflated(error);
  }
}
