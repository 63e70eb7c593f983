import { describe } from '../../blob/describe.ts';
import { NdArray } from '../../blob/ndarray.ts';
import { sketchOf } from '../../blob/reduce.ts';
import { unpack } from '../../blob/unpack.ts';
import type { BlobValue } from '../../blob/values.ts';
import { type Attribute, isOpaque } from '../attribute.ts';
import { type Attachment, readAttachment } from './attachment.ts';
import { storedBlobJson } from './blob-json.ts';
import { plainJson } from './plain.ts';
import { blobMark, type CellWriter, cellWriter } from './record-json.ts';

/** How bytes that no text shows stand in a record: as a mark, in a few words, with a few numbers, whole. */
export type BlobMode = 'mark' | 'describe' | 'sketch' | 'inline';

/** Bytes up to which a value stands in a record whole. */
export const mostInline = 1 << 20;

/** Bytes to which a blob is unpacked to be described: a page may have a thousand. */
const mostUnpacked = 1 << 26;

/** As `cellWriter`, with blobs in the way asked for: NULL is then null, and a blob an object. */
export function recordWriter(attribute: Attribute, mode: BlobMode): CellWriter {
  if (mode === 'mark' || !isOpaque(attribute)) return cellWriter(attribute);
  const write = attribute.storage.kind === 'blob' ? blobWriter(mode) : bytesWriter(attribute, mode);
  return (cell) => (cell === null ? 'null' : write(cell));
}

function blobWriter(mode: Exclude<BlobMode, 'mark'>): CellWriter {
  return (cell) => (cell instanceof Uint8Array ? blobText(cell, mode) : blobMark);
}

/** A packed blob as JSON in the way asked for. */
export function blobText(blob: Uint8Array, mode: BlobMode): string {
  if (mode === 'inline' && blob.length <= mostInline) return storedBlobJson(blob, mostInline);
  try {
    return described(unpack(blob, { dims: 'auto', maxBytes: mostUnpacked }), mode, blob.length);
  } catch (error) {
    return unreadable(error, blob.length);
  }
}

/** A value in a few words, and drawn in a few numbers where that is asked for. */
export function described(value: BlobValue, mode: BlobMode, stored?: number): string {
  const isDrawn = mode === 'sketch' && value instanceof NdArray && value.dtype !== 'char';
  return JSON.stringify({ ...describe(value, { depth: 0 }), stored, ...(isDrawn && { sketch: sketchOf(value) }) });
}

/** What stands in the place of a value that cannot be read. */
export function unreadable(error: unknown, stored?: number): string {
  return JSON.stringify({ kind: 'unreadable', stored, text: error instanceof Error ? error.message : '' });
}

/** An attachment with its name, and whole where that is asked for and it is not large. */
export function attachmentText({ name, content }: Attachment, mode: BlobMode): string {
  const isWhole = mode === 'inline' && content.length <= mostInline;
  return JSON.stringify({
    kind: 'attach',
    name,
    stored: content.length,
    ...(isWhole && { base64: Buffer.from(content).toString('base64') }),
  });
}

function attachmentWriter(mode: BlobMode): CellWriter {
  return (cell) => {
    const bytes = cell instanceof Uint8Array ? cell : Buffer.from(String(cell));
    try {
      return attachmentText(readAttachment(bytes), mode);
    } catch (error) {
      return unreadable(error, bytes.length);
    }
  };
}

function bytesWriter(attribute: Attribute, mode: BlobMode): CellWriter {
  const { kind } = attribute.storage;
  if (kind === 'attach') return attachmentWriter(mode);
  const write = plainJson(attribute);
  return (cell) => {
    if (cell === null) return 'null';
    const stored = cell instanceof Uint8Array ? cell.length : String(cell).length;
    return mode === 'inline' && stored <= mostInline ? write(cell) : JSON.stringify({ kind, stored });
  };
}
