import { BlobError } from '../../blob/blob-error.ts';
import type { Packable } from '../../blob/encode.ts';
import { fromNpy } from '../../blob/npy-read.ts';
import { pack } from '../../blob/pack.ts';
import { PackedBlob } from '../../blob/packed-blob.ts';
import { unpack } from '../../blob/unpack.ts';
import { List } from '../../blob/values.ts';
import { InvalidValueError } from '../../errors.ts';
import type { Param } from '../../sql/sql.ts';
import { type Attribute, isNumeric } from '../attribute.ts';
import { Attachment } from './attachment.ts';
import { typeMember } from './blob-json.ts';
import { blobOfJson } from './blob-of-json.ts';
import { numberEncoder } from './encode-number.ts';
import { datetimeEncoder, textEncoder, timeEncoder } from './encode-text.ts';
import { type Encoder, type InputValue, useDefault } from './input-value.ts';
import { NumberLiteral } from './number-literal.ts';
import { StoredReference } from './object-writer.ts';
import { refusal } from './refusal.ts';
import { uuidBytes, uuidText } from './uuid.ts';

const encoders = new WeakMap<Attribute, Encoder>();

/**
 * A value as it is bound to an insert or update of this attribute.
 * @throws InvalidValueError when the value is of a kind the attribute cannot hold, or out of the range of its numbers or
 * characters. Other ranges are left to the database.
 */
export function encodeValue(attribute: Attribute, value: InputValue): Param | typeof useDefault {
  return encoderOf(attribute)(value);
}

/** What {@link encodeValue} does for one attribute, made once for all its values. */
export function encoderOf(attribute: Attribute): Encoder {
  const known = encoders.get(attribute);
  if (known !== undefined) return known;
  const encode = encoderOfValues(attribute);
  const encoder: Encoder = (value) => (value === null || value === undefined ? useDefault : encode(value));
  encoders.set(attribute, encoder);
  return encoder;
}

/** The encoder of values that are neither NULL nor missing. */
function encoderOfValues(attribute: Attribute): Encoder {
  if (isNumeric(attribute)) return numberEncoder(attribute);
  switch (attribute.storage.kind) {
    case 'uuid':
      return (value) => encodeUuid(attribute, value);
    case 'json':
      return jsonEncoder(attribute);
    case 'blob':
      return (value) => packedBlob(attribute, value);
    case 'bytes':
      return (value) => encodeBytes(attribute, value instanceof Attachment ? value.content : value);
    case 'attach':
      return (value) => encodeFile(attribute, value);
    case 'external':
    case 'geometry':
      return (value) => encodeReference(attribute, value);
    case 'bit':
      return (value) => encodeBit(attribute, value);
    case 'date':
    case 'datetime':
      return datetimeEncoder(attribute);
    case 'time':
      return timeEncoder(attribute);
    default:
      return textEncoder(attribute);
  }
}

function encodeFile(attribute: Attribute, value: InputValue): Param {
  if (value instanceof Attachment) return value.bytes;
  if (value instanceof Uint8Array) return value;
  throw refusal(attribute, value, 'a file, which is sent as multipart/form-data');
}

function encodeReference(attribute: Attribute, value: InputValue): Param {
  if (value instanceof StoredReference) return value.param;
  if (value instanceof Uint8Array) return value;
  throw refusal(attribute, value, 'an object in a store that is known here');
}

/** As PostgreSQL writes them, and most others. */
const plainUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function encodeUuid(attribute: Attribute, value: InputValue): Param {
  const isText = attribute.databaseType === 'uuid';
  if (isText && typeof value === 'string' && plainUuid.test(value)) return value;
  const bytes = value instanceof Uint8Array && value.length === 16 ? value : undefined;
  const parsed = bytes ?? (typeof value === 'string' ? uuidBytes(value) : undefined);
  if (parsed === undefined) throw refusal(attribute, value, 'a UUID of 32 hexadecimal digits');
  return isText ? uuidText(parsed) : parsed;
}

function encodeBytes(attribute: Attribute, value: InputValue): Param {
  if (value instanceof Uint8Array) return value;
  // Fixed-width binary columns are not DataJoint's; texts go in as the bytes of their characters, as in Python.
  if (typeof value === 'string' && /^(?:var)?binary/i.test(attribute.databaseType)) return value;
  throw refusal(attribute, value, 'bytes, which JSON cannot hold');
}

function encodeBit(attribute: Attribute, value: InputValue): Param {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const text = typeof value === 'object' && !(value instanceof NumberLiteral) ? '' : String(value).trim();
  if (!/^\d{1,20}$/.test(text)) throw refusal(attribute, value, 'a whole number of zero or more');
  return BigInt(text);
}

/** A text that is JSON goes in as it is, so that what `record` prints can be sent back; any other text as a string. */
function jsonEncoder(attribute: Attribute): Encoder {
  const textOf = textEncoder(attribute);
  return (value) => {
    if (typeof value !== 'string') return writeJson(attribute, value, 0);
    try {
      JSON.parse(value);
      return value;
    } catch {
      return JSON.stringify(textOf(value));
    }
  };
}

/** JSON with every digit of its numbers, in the spelling of Python's `json.dumps`. */
function writeJson(attribute: Attribute, value: InputValue, depth: number): string {
  if (depth > 64) throw refusal(attribute, value, 'JSON of at most 64 levels');
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw refusal(attribute, value, 'finite numbers');
  if (typeof value !== 'object' || value instanceof NumberLiteral) return String(value);
  if (Array.isArray(value)) {
    return `[${value.map((item: InputValue) => writeJson(attribute, item, depth + 1)).join(', ')}]`;
  }
  if (!isPlainObject(value)) throw refusal(attribute, value, 'a JSON value');
  const entries = Object.entries(value as { [key: string]: InputValue });
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${writeJson(attribute, item, depth + 1)}`).join(', ')}}`;
}

/** Whether an object is one of JSON's, and of no class; of the server's parser too, which inherits nothing. */
function isPlainObject(value: object): boolean {
  return value.constructor === undefined || value.constructor === Object || Object.hasOwn(value, 'constructor');
}

/** The blob that a value is stored as. @throws InvalidValueError */
export function packedBlob(attribute: Attribute, value: InputValue): Uint8Array {
  return holding(attribute, () => {
    const blob = value instanceof Attachment ? blobOfFile(value) : (packedForm(value) ?? packable(value, 0));
    return blob instanceof PackedBlob ? blob.bytes : pack(blob);
  });
}

/** The value that a blob of it would hold. @throws InvalidValueError */
export function blobValue(attribute: Attribute, value: InputValue): Packable | PackedBlob {
  return holding(attribute, () => (value instanceof Attachment ? blobOfFile(value) : packable(value, 0)));
}

function holding<T>(attribute: Attribute, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof BlobError)) throw error;
    throw new InvalidValueError(`Attribute \`${attribute.name}\` cannot hold this value: ${error.message}`, {
      cause: error,
      details: { attribute: attribute.name },
    });
  }
}

/** What a file holds for a blob: an array of numpy's, or a blob that is packed already. @throws BlobError, RangeError */
function blobOfFile({ name, content }: Attachment): Packable | PackedBlob {
  if (startsWith(content, '\x93NUMPY')) return fromNpy(content);
  if (['mYm\0', 'dj0\0', 'ZL123\0'].some((header) => startsWith(content, header))) {
    unpack(content, { dims: 'auto' });
    return new PackedBlob(content);
  }
  throw new RangeError(`Expected a .npy file or a packed blob, got ${JSON.stringify(name.slice(0, 80))}.`);
}

function startsWith(content: Uint8Array, header: string): boolean {
  return [...header].every((letter, index) => content[index] === letter.charCodeAt(0));
}

/** The bytes that JSON says are a blob already. */
function packedForm(value: InputValue): PackedBlob | undefined {
  if (value instanceof PackedBlob) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlainObject(value)) return undefined;
  const members = value as { readonly [key: string]: InputValue };
  if (members[typeMember] !== 'packed') return undefined;
  return blobOfJson(members, (json) => json as Packable) as PackedBlob;
}

/** Arrays and objects as JSON means them; values of the blob format stay as they are. */
function packable(value: InputValue, depth: number): Packable {
  if (depth > 64) throw new RangeError('Expected at most 64 levels of nesting.');
  if (value === undefined) return null;
  if (value instanceof NumberLiteral) {
    return /^[+-]?\d+$/.test(value.text) ? BigInt(value.text) : Number(value.text);
  }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  }
  if (value === null || typeof value !== 'object' || value instanceof List) return value;
  if (Array.isArray(value)) return value.map((item: InputValue) => packable(item, depth + 1));
  if (!isPlainObject(value)) return value as Packable;
  const members = value as { readonly [key: string]: InputValue };
  const form = blobOfJson(members, (json) => packable(json as InputValue, depth + 1));
  if (form instanceof PackedBlob) throw new RangeError('Expected a packed blob to be a value of its own.');
  if (form !== undefined) return form;
  return Object.fromEntries(Object.entries(members).map(([key, item]) => [key, packable(item, depth + 1)]));
}
