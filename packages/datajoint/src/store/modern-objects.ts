import type { Cell } from '../connection/driver.ts';
import { UnreadableValueError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { readAttachment } from '../heading/codec/attachment.ts';
import type { OpenedObject } from '../heading/codec/object-reader.ts';
import { blobOf, type Value } from '../heading/codec/value.ts';
import type { ExternalType } from './external-type.ts';
import { ArrayObject, FileObject } from './file-object.ts';
import { fromBase32 } from './hash.ts';
import { expectOwnHash, expectOwnKey, expectReferable } from './ownership.ts';
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

  /** @throws ForeignObjectError, StoreError, UnreadableValueError */
  open({ codec, store }: ExternalType, attribute: Attribute, cell: Cell): OpenedObject {
    const metadata = readMetadata(cell);
    const { path } = metadata;
    const { schema = '' } = attribute;
    const name = typeof metadata.store === 'string' && metadata.store !== '' ? metadata.store : store;
    const place = this.#stores.get(name, '2', codec === 'filepath');
    const size = typeof metadata.size === 'number' ? metadata.size : undefined;
    switch (codec) {
      case 'object':
      case 'filepath': {
        (codec === 'object' ? expectOwnKey : expectReferable)(path, schema, place);
        const object = new FileObject(place.store, { path, size, isDirectory: metadata.is_dir === true });
        return { codec, object, value: async () => object };
      }
      case 'npy': {
        expectOwnKey(path, schema, place);
        const facts = { path, dtype: String(metadata.dtype), shape: shapeOf(metadata.shape) };
        const object = new ArrayObject(place.store, facts);
        return { codec, object, value: async () => object };
      }
      default: {
        expectOwnHash(path, schema, place);
        const checksum = { md5: fromBase32(String(metadata.hash))?.toString('hex') ?? '' };
        const object = new FileObject(place.store, { path, size, checksum });
        const value = async (maxBytes?: number): Promise<Value> => {
          const content = await object.read(maxBytes);
          if (codec === 'hash') return content;
          return codec === 'attach' ? readAttachment(content) : blobOf(attribute, content);
        };
        return { codec, object, value };
      }
    }
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
