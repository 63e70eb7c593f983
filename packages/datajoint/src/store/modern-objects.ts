import type { Cell } from '../connection/driver.ts';
import { UnreadableValueError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { readAttachment } from '../heading/codec/attachment.ts';
import { blobOf, type Value } from '../heading/codec/value.ts';
import type { ExternalType } from './external-type.ts';
import { ArrayObject, changed, FileObject } from './file-object.ts';
import { base32, md5 } from './hash.ts';
import type { Stores } from './stores.ts';

/** What a column of DataJoint 2 says of its object. */
interface Metadata {
  readonly path: string;
  readonly hash?: unknown;
  readonly store?: unknown;
  readonly size?: unknown;
  readonly is_dir?: unknown;
  readonly dtype?: unknown;
  readonly shape?: unknown;
}

/**
 * Objects of DataJoint 2: the column holds their place as JSON. Source: the Python library's `hash_registry`, `storage`
 * and `builtin_codecs`.
 */
export class ModernObjects {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  async read({ codec, store }: ExternalType, attribute: Attribute, cell: Cell): Promise<Value> {
    const metadata = readMetadata(cell);
    const name = typeof metadata.store === 'string' && metadata.store !== '' ? metadata.store : store;
    const place = this.#stores.get(name, '2', codec === 'filepath').store;
    const size = typeof metadata.size === 'number' ? metadata.size : undefined;
    const { path } = metadata;
    if (codec === 'object' || codec === 'filepath') {
      return new FileObject(place, { path, size, isDirectory: metadata.is_dir === true });
    }
    if (codec === 'npy') {
      return new ArrayObject(place, { path, dtype: String(metadata.dtype), shape: shapeOf(metadata.shape) });
    }
    const content = await place.read(path);
    if (base32(md5(content)) !== metadata.hash) throw changed({ store: place.name, path });
    if (codec === 'hash') return content;
    return codec === 'attach' ? readAttachment(content) : blobOf(attribute, content);
  }
}

function readMetadata(cell: Cell): Metadata {
  let metadata: unknown;
  try {
    metadata = JSON.parse(String(cell));
  } catch {
    // Falls through to the same fault.
  }
  if (typeof metadata === 'object' && metadata !== null && 'path' in metadata && typeof metadata.path === 'string') {
    return metadata as Metadata;
  }
  throw new UnreadableValueError('Expected the place of a stored object as JSON with a path, got another value.');
}

function shapeOf(shape: unknown): readonly number[] {
  return Array.isArray(shape) && shape.every((length) => typeof length === 'number') ? shape : [];
}
