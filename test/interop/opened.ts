import {
  Attachment,
  type BlobValue,
  type StoredArray,
  type StoredObject,
  type Value,
} from '../../packages/datajoint/src/index.ts';
import { neutral } from '../golden/blobs/neutral.ts';

/** What was fetched, what is kept in a store read, in the words of `python/opened.py`. */
export async function opened(value: Value): Promise<unknown> {
  if (value instanceof Attachment) return { name: value.name, content: hex(value.content) };
  if (value !== null && typeof value === 'object' && 'load' in value) {
    return neutral((await (value as StoredArray).load()) as BlobValue);
  }
  if (value !== null && typeof value === 'object' && 'isDirectory' in value) {
    const object = value as StoredObject;
    if (object.isDirectory) return { files: [...new Set((await object.list()).map(({ path }) => path.split('/')[0]))] };
    return { content: hex(await object.read()) };
  }
  return value;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
