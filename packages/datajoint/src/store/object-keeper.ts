import { NdArray } from '../blob/ndarray.ts';
import { toNpy } from '../blob/npy-write.ts';
import { ObjectArray } from '../blob/values.ts';
import type { Executor } from '../connection/executor.ts';
import { InvalidValueError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Attachment } from '../heading/codec/attachment.ts';
import { type InputValue, packedBlob } from '../heading/codec/encode.ts';
import { type ObjectOwner, type ObjectWriter, StoredReference } from '../heading/codec/object-writer.ts';
import { type ExternalType, externalType } from './external-type.ts';
import { ObjectOpener } from './object-opener.ts';
import { expectReferable } from './ownership.ts';
import { putAttachment, putBlob, putFilepath } from './put-legacy.ts';
import { expectFilepath, putHash, putUnderKey } from './put-modern.ts';
import type { OpenStore, Stores } from './stores.ts';

/** Opens the values of external attributes, and puts them into their stores, where Python finds them. */
export class ObjectKeeper extends ObjectOpener implements ObjectWriter {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    super(stores);
    this.#stores = stores;
  }

  async write(
    attribute: Attribute,
    value: InputValue,
    owner: ObjectOwner,
    executor: Executor,
  ): Promise<StoredReference | undefined> {
    const type = externalType(attribute);
    if (type === undefined) return undefined;
    const place = this.#stores.get(type.store, type.generation, type.codec === 'filepath');
    if (type.generation === 'legacy') {
      return new StoredReference(await putLegacy(type, attribute, value, owner.schema, place, executor));
    }
    const metadata = await putModern(type, attribute, value, owner, place);
    return new StoredReference(JSON.stringify({ ...metadata, store: type.store ?? null }));
  }
}

async function putLegacy(
  { codec }: ExternalType,
  attribute: Attribute,
  value: InputValue,
  schema: string,
  place: OpenStore,
  executor: Executor,
): Promise<Uint8Array> {
  if (codec === 'blob') return await putBlob(packedBlob(attribute, value), schema, place, executor);
  if (codec === 'attach') return await putAttachment(attachmentOf(attribute, value), schema, place, executor);
  const path = pathOf(attribute, value);
  // Reading it would make its checksum known, which opens it.
  expectReferable(path, schema, place);
  return await putFilepath(path, schema, place, executor);
}

async function putModern(
  { codec }: ExternalType,
  attribute: Attribute,
  value: InputValue,
  owner: ObjectOwner,
  place: OpenStore,
): Promise<object> {
  const timestamp = new Date().toISOString().replace('Z', '000+00:00');
  switch (codec) {
    case 'blob':
      return await putHash(packedBlob(attribute, value), owner.schema, place);
    case 'attach':
      return await putHash(attachmentOf(attribute, value).bytes, owner.schema, place);
    case 'hash':
      return await putHash(bytesOf(attribute, value), owner.schema, place);
    case 'filepath': {
      const path = pathOf(attribute, value);
      expectFilepath(path, place);
      expectReferable(path, owner.schema, place);
      const found = await place.store.stat(path);
      if (found === undefined) throw refused(attribute, 'the path of a file that is in the store');
      return { path, size: found.size, is_dir: false, timestamp };
    }
    case 'npy': {
      const array = arrayOf(attribute, value);
      const path = await putUnderKey(toNpy(array), attribute.name, '.npy', owner, place);
      return { path, dtype: array instanceof NdArray ? array.dtype : 'str', shape: array.shape };
    }
    default: {
      const content = value instanceof Attachment ? value.content : bytesOf(attribute, value);
      const extension = value instanceof Attachment ? (/\.[^.]+$/.exec(value.name)?.[0] ?? '') : '';
      const path = await putUnderKey(content, attribute.name, extension, owner, place);
      return { path, size: content.length, ext: extension || null, is_dir: false, item_count: null, timestamp };
    }
  }
}

function attachmentOf(attribute: Attribute, value: InputValue): Attachment {
  if (value instanceof Attachment) return value;
  throw refused(attribute, 'an Attachment of a name and a content');
}

function bytesOf(attribute: Attribute, value: InputValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw refused(attribute, 'bytes');
}

function pathOf(attribute: Attribute, value: InputValue): string {
  if (typeof value === 'string') return value;
  throw refused(attribute, 'the path of a file that is in the store');
}

function arrayOf(attribute: Attribute, value: InputValue): NdArray | ObjectArray {
  if (value instanceof ObjectArray || (value instanceof NdArray && value.dtype !== 'char')) return value;
  throw refused(attribute, 'an array');
}

function refused(attribute: Attribute, expected: string): InvalidValueError {
  return new InvalidValueError(`Attribute \`${attribute.name}\` (${attribute.type}) expects ${expected}.`, {
    details: { attribute: attribute.name },
  });
}
