import type { Dims } from './byte-reader.ts';
import { expectSize, type Frame, notInflated, readFrame } from './frame.ts';
import { piped } from './piped.ts';
import { defaultMaxBytes, readPlainBlob, type UnpackOptions } from './plain-blob.ts';
import type { BlobValue } from './values.ts';

/** As `unpack` of Node; browsers inflate asynchronously. */
export async function unpack(
  blob: Uint8Array,
  { dims = 64, maxBytes = defaultMaxBytes }: UnpackOptions = {},
): Promise<BlobValue> {
  if (dims !== 'auto') return await unpackAs(blob, dims, maxBytes);
  try {
    return await unpackAs(blob, 64, maxBytes);
  } catch (error) {
    try {
      return await unpackAs(blob, 32, maxBytes);
    } catch {
      throw error;
    }
  }
}

async function unpackAs(blob: Uint8Array, dims: Dims, maxBytes: number): Promise<BlobValue> {
  const frame = readFrame(blob, dims, maxBytes);
  return frame === undefined
    ? readPlainBlob(blob, dims, maxBytes)
    : readPlainBlob(await inflated(frame), dims, maxBytes - frame.size);
}

/** Stops as soon as more comes than the frame says. */
async function inflated(frame: Frame): Promise<Uint8Array> {
  const content = new Uint8Array(frame.size);
  let length = 0;
  try {
    for await (const piece of piped(frame.stream, new DecompressionStream('deflate'))) {
      if (length + piece.length <= frame.size) content.set(piece, length);
      length += piece.length;
      if (length > frame.size) break;
    }
  } catch (error) {
    throw notInflated(error);
  }
  expectSize(length, frame);
  return content;
}
