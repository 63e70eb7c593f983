import { NdArray } from '../blob/ndarray.ts';
import { toNpy } from '../blob/npy-write.ts';
import { ObjectArray } from '../blob/values.ts';
import type { Executor } from '../connection/executor.ts';
import { InvalidValueError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Attachment } from '../heading/codec/attachment.ts';
import { blobValue, packedBlob } from '../heading/codec/encode.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import {
  type ObjectOwner,
  type ObjectWriter,
  type PreparedObject,
  StoredReference,
} from '../heading/codec/object-writer.ts';
import { type ExternalType, externalType } from './external-type.ts';
import { ObjectOpener } from './object-opener.ts';
import { expectReferable } from './ownership.ts';
import { trackAttachment, trackBlob, trackFilepath } from './put-legacy.ts';
import { byHash, expectFilepath, type Put, pathUnderKey } from './put-modern.ts';
import { putOwn } from './put-object.ts';
import type { OpenStore, Stores } from './stores.ts';

/** Opens the values of external attributes, and puts them into their stores, where Python finds them. */
export class ObjectKeeper extends ObjectOpener implements ObjectWriter {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    super(stores);
    this.#stores = stores;
  }

  async prepare(
    attribute: Attribute,
    value: InputValue,
    owner: ObjectOwner,
    executor: Executor,
  ): Promise<PreparedObject | undefined> {
    const type = externalType(attribute);
    if (type === undefined) return undefined;
    const place = this.#stores.get(type.store, type.generation, type.codec === 'filepath');
    if (type.generation === 'legacy') return await prepareLegacy(type, attribute, value, owner.schema, place, executor);
    const { metadata, put } = await prepareModern(type, attribute, value, owner, place);
    return { reference: new StoredReference(JSON.stringify({ ...metadata, store: type.store ?? null })), put };
  }
}

async function prepareLegacy(
  { codec }: ExternalType,
  attribute: Attribute,
  value: InputValue,
  schema: string,
  place: OpenStore,
  executor: Executor,
): Promise<PreparedObject> {
  if (codec === 'blob') return await trackBlob(packedBlob(attribute, value), schema, place, executor);
  if (codec === 'attach') return await trackAttachment(attachmentOf(attribute, value), schema, place, executor);
  const path = pathOf(attribute, value);
  // Reading it would make its checksum known, which opens it.
  expectReferable(path, schema, place);
  return await trackFilepath(path, schema, place, executor);
}

async function prepareModern(
  { codec }: ExternalType,
  attribute: Attribute,
  value: InputValue,
  owner: ObjectOwner,
  place: OpenStore,
): Promise<Put> {
  const timestamp = new Date().toISOString().replace('Z', '000+00:00');
  switch (codec) {
    case 'blob':
      return byHash(packedBlob(attribute, value), owner.schema, place);
    case 'attach':
      return byHash(attachmentOf(attribute, value).bytes, owner.schema, place);
    case 'hash':
      return byHash(bytesOf(attribute, value), owner.schema, place);
    case 'filepath': {
      const path = pathOf(attribute, value);
      expectFilepath(path, place);
      expectReferable(path, owner.schema, place);
      const found = await place.store.stat(path);
      if (found === undefined) throw refused(attribute, 'the path of a file that is in the store');
      return { metadata: { path, size: found.size, is_dir: false, timestamp }, put: async () => async () => undefined };
    }
    case 'npy': {
      const array = arrayOf(attribute, value);
      const path = pathUnderKey(attribute.name, '.npy', owner, place);
      const metadata = { path, dtype: array instanceof NdArray ? array.dtype : 'str', shape: array.shape };
      return { metadata, put: () => putOwn(place.store, path, toNpy(array)) };
    }
    default: {
      const content = bytesOf(attribute, value);
      const extension = value instanceof Attachment ? (/\.[^.]+$/.exec(value.name)?.[0] ?? '') : '';
      const path = pathUnderKey(attribute.name, extension, owner, place);
      const metadata = {
        path,
        size: content.length,
        ext: extension || null,
        is_dir: false,
        item_count: null,
        timestamp,
      };
      return { metadata, put: () => putOwn(place.store, path, content) };
    }
  }
}

function attachmentOf(attribute: Attribute, value: InputValue): Attachment {
  if (value instanceof Attachment) return value;
  throw refused(attribute, 'a file with its name');
}

function bytesOf(attribute: Attribute, value: InputValue): Uint8Array {
  if (value instanceof Attachment) return value.content;
  const bytes = blobValue(attribute, value);
  if (bytes instanceof Uint8Array) return bytes;
  throw refused(attribute, 'a file or bytes');
}

function pathOf(attribute: Attribute, value: InputValue): string {
  if (typeof value === 'string') return value;
  throw refused(attribute, 'the path of a file that is in the store');
}

function arrayOf(attribute: Attribute, value: InputValue): NdArray | ObjectArray {
  const array = blobValue(attribute, value);
  if (array instanceof ObjectArray || (array instanceof NdArray && array.dtype !== 'char')) return array;
  throw refused(attribute, 'an array: a .npy file, or {dtype, shape, data}');
}

function refused(attribute: Attribute, expected: string): InvalidValueError {
  return new InvalidValueError(`Attribute \`${attribute.name}\` (${attribute.type}) expects ${expected}.`, {
    details: { attribute: attribute.name },
  });
}
