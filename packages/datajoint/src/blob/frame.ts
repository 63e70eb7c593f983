import { BlobError } from './blob-error.ts';
import type { Dims } from './byte-reader.ts';

/** What a compressed blob says of itself. */
export interface Frame {
  /** Bytes of the blob that the stream holds. */
  readonly size: number;
  /** A zlib stream (RFC 1950). */
  readonly stream: Uint8Array;
}

const magic = Uint8Array.of(0x5a, 0x4c, 0x31, 0x32, 0x33, 0);

/** Blobs that are not larger stay uncompressed, as in the Python library. */
const threshold = 1000;

/** A byte of a deflate stream stands for 1032 at most (RFC 1951: two bits for 258). */
const highestRatio = 1032;

/**
 * The frame around a compressed blob (`ZL123`); undefined where there is none.
 * @throws BlobError when it cannot be one, or says it holds more bytes than allowed.
 */
export function readFrame(blob: Uint8Array, dims: Dims, maxBytes: number): Frame | undefined {
  if (magic.some((byte, index) => blob[index] !== byte)) return undefined;
  const start = magic.length + dims / 8;
  if (blob.length < start) throw new BlobError('Expected the size of a compressed blob, got its end', magic.length);
  const view = new DataView(blob.buffer, blob.byteOffset, start);
  const high = dims === 64 ? view.getUint32(magic.length + 4, true) : 0;
  const size = high * 2 ** 32 + view.getUint32(magic.length, true);
  const stream = blob.subarray(start);
  if (size > stream.length * highestRatio) {
    throw new BlobError(`Expected a size that ${stream.length} compressed bytes can have, got ${size}`, magic.length);
  }
  if (size > maxBytes) {
    throw new BlobError(`Expected a blob of at most ${maxBytes} bytes, got one of ${size}`, magic.length);
  }
  return { size, stream };
}

/** @throws BlobError unless the frame holds as many bytes as it says. */
export function expectSize(length: number, { size }: Frame): void {
  if (length !== size) throw new BlobError(`Expected ${size} bytes in a compressed blob, got ${length}`, magic.length);
}

/** What a stream that is not zlib's, or holds more than it may, is refused with. */
export function notInflated(cause: unknown): BlobError {
  return new BlobError('Expected a zlib stream of the size the blob says, got other bytes', magic.length, { cause });
}

/** The blob as it is stored: in a frame where it is larger than 1000 bytes and the frame is smaller. */
export function framed(blob: Uint8Array, stream: Uint8Array, dims: Dims): Uint8Array {
  const start = magic.length + dims / 8;
  if (start + stream.length >= blob.length) return blob;
  const frame = new Uint8Array(start + stream.length);
  frame.set(magic);
  const view = new DataView(frame.buffer);
  if (dims === 64) view.setBigUint64(magic.length, BigInt(blob.length), true);
  else view.setUint32(magic.length, blob.length, true);
  frame.set(stream, start);
  return frame;
}

/** Whether it is worth to compress a blob. */
export function isWorthCompressing(blob: Uint8Array): boolean {
  return blob.length > threshold;
}
