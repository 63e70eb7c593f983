import { describe } from '../../blob/describe.ts';
import { NdArray } from '../../blob/ndarray.ts';
import { sketchOf } from '../../blob/reduce.ts';
import { unpack } from '../../blob/unpack.ts';
import { type Attribute, isOpaque } from '../attribute.ts';
import { storedBlobJson } from './blob-json.ts';
import { plainJson } from './plain.ts';
import { blobMark, type CellWriter, cellWriter } from './record-json.ts';

/** How bytes that no text shows stand in a record: as a mark, in a few words, with a few numbers, whole. */
export type BlobMode = 'mark' | 'describe' | 'sketch' | 'inline';

/** Bytes up to which a value stands in a record whole. */
const mostInline = 1 << 20;

/** As `cellWriter`, with blobs in the way asked for: NULL is then null, and a blob an object. */
export function recordWriter(attribute: Attribute, mode: BlobMode): CellWriter {
  if (mode === 'mark' || !isOpaque(attribute)) return cellWriter(attribute);
  const write = attribute.storage.kind === 'blob' ? blobWriter(mode) : bytesWriter(attribute, mode);
  return (cell) => (cell === null ? 'null' : write(cell));
}

function blobWriter(mode: Exclude<BlobMode, 'mark'>): CellWriter {
  return (cell) => {
    if (!(cell instanceof Uint8Array)) return blobMark;
    return mode === 'inline' && cell.length <= mostInline ? storedBlobJson(cell, mostInline) : described(cell, mode);
  };
}

function described(blob: Uint8Array, mode: BlobMode): string {
  try {
    const value = unpack(blob, { dims: 'auto' });
    const sketch =
      mode === 'sketch' && value instanceof NdArray && value.dtype !== 'char' ? sketchOf(value) : undefined;
    return JSON.stringify({ ...describe(value, { depth: 0 }), stored: blob.length, ...(sketch && { sketch }) });
  } catch (error) {
    return JSON.stringify({
      kind: 'unreadable',
      stored: blob.length,
      text: error instanceof Error ? error.message : '',
    });
  }
}

function bytesWriter(attribute: Attribute, mode: BlobMode): CellWriter {
  const { kind } = attribute.storage;
  const write = plainJson(attribute);
  return (cell) => {
    if (cell === null) return 'null';
    const stored = cell instanceof Uint8Array ? cell.length : String(cell).length;
    return mode === 'inline' && stored <= mostInline ? write(cell) : JSON.stringify({ kind, stored });
  };
}
