import { deflateSync } from 'node:zlib';

const threshold = 1000;

/** The blob in a `ZL123` frame where it is larger than 1000 bytes and the frame is smaller; otherwise as it is. */
export function compressed(blob: Uint8Array): Uint8Array {
  if (blob.length <= threshold) return blob;
  const stream = deflateSync(blob);
  const frame = new Uint8Array(14 + stream.length);
  if (frame.length >= blob.length) return blob;
  frame.set(new TextEncoder().encode('ZL123\0'));
  new DataView(frame.buffer).setBigUint64(6, BigInt(blob.length), true);
  frame.set(stream, 14);
  return frame;
}
