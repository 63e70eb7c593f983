import { StoreError, UnreadableValueError } from '../../errors.ts';
import type { Attachment } from './attachment.ts';
import { attachmentText, type BlobMode, blobText, described, mostInline, unreadable } from './blob-cell.ts';
import { blobJson } from './blob-json.ts';
import type { OpenedObject, StoredArray } from './object-reader.ts';

/** Bytes up to which an object is read to be described. */
const mostDescribed = 8 << 20;

/**
 * What an object in a store is in a record, in the way asked for: as blobs and bytes of the database are. One that cannot
 * be read is `unreadable`, a large one is not read. Files and directories are never read: a record names them.
 */
export async function objectJson(
  opened: OpenedObject | UnreadableValueError | null,
  mode: Exclude<BlobMode, 'mark'>,
): Promise<string> {
  if (opened === null) return 'null';
  if (opened instanceof UnreadableValueError) return unreadable(opened);
  const { codec, object } = opened;
  try {
    switch (codec) {
      case 'blob':
        return blobText(await object.read(mostDescribed), mode);
      case 'npy':
        return await arrayText(object as StoredArray, mode);
      case 'hash':
        return JSON.stringify(
          mode === 'inline' ? base64(await object.read(mostInline)) : { kind: 'bytes', stored: object.size },
        );
      case 'attach':
        return attachmentText((await opened.value(mostDescribed)) as Attachment, mode);
      default: {
        const { name, size, isDirectory } = object;
        return JSON.stringify({ kind: isDirectory ? 'directory' : 'file', name, stored: size });
      }
    }
  } catch (error) {
    if (!(error instanceof UnreadableValueError)) throw error;
    const { size } = error.details;
    return error instanceof StoreError && typeof size === 'number'
      ? JSON.stringify({ kind: codec, stored: size })
      : unreadable(error);
  }
}

async function arrayText(array: StoredArray, mode: BlobMode): Promise<string> {
  const { dtype, shape } = array;
  if (mode === 'describe') return JSON.stringify({ kind: 'ndarray', dtype, shape });
  const most = mode === 'inline' ? mostInline : mostDescribed;
  const value = await array.load(most);
  return mode === 'inline' ? blobJson(value) : described(value, mode);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
