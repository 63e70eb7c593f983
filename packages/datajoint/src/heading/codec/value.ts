import { BlobError } from '../../blob/blob-error.ts';
import { unpack } from '../../blob/unpack.ts';
import type { BlobValue } from '../../blob/values.ts';
import type { Cell } from '../../connection/driver.ts';
import { UnreadableValueError } from '../../errors.ts';
import { shortestFloat32 } from '../../float32.ts';
import { type Attribute, isPadded } from '../attribute.ts';
import { type Attachment, readAttachment } from './attachment.ts';
import type { StoredArray, StoredObject } from './object-reader.ts';
import { withoutPadding } from './padding.ts';
import { uuidText } from './uuid.ts';

/**
 * A value as `fetch` gives it.
 *
 * Integers of up to 32 bits are numbers, 64-bit ones bigints; floats numbers; decimals text with their scale; dates and
 * times text as the database writes them; uuids text; booleans (DataJoint 2) booleans; JSON parsed; the rest of the
 * texts strings; blobs what was packed; attachments files with their names; files, objects and arrays in stores what
 * opens them; other bytes a Uint8Array. A value that cannot be read is the error that says why, in its place, so that
 * the other values of the page are there.
 */
export type Value = BlobValue | JsonValue | Attachment | StoredObject | StoredArray | UnreadableValueError;

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Turns one column's cells into values. */
export type CellReader = (cell: Cell) => Value;

/** How an attribute's cells are read. Chosen once per column. */
export function cellReader(attribute: Attribute): CellReader {
  const read = readerFor(attribute);
  return (cell) => (cell === null ? null : read(cell));
}

function readerFor(attribute: Attribute): CellReader {
  switch (attribute.storage.kind) {
    case 'integer':
      return attribute.storage.bits === 64 ? (cell) => BigInt(cell as string) : Number;
    case 'year':
      return Number;
    case 'bool':
      return (cell) => cell === true || cell === 't' || (cell !== 'f' && Number(cell) !== 0);
    case 'float':
      return (cell) => shortestFloat32(Math.fround(Number(cell)));
    case 'double':
      return Number;
    case 'uuid':
      return (cell) => (cell instanceof Uint8Array ? uuidText(cell) : String(cell).toLowerCase());
    case 'json':
      return (cell) => JSON.parse(String(cell)) as JsonValue;
    case 'blob':
      return (cell) => blobOf(attribute, cell as Uint8Array);
    case 'attach':
      return (cell) => attachmentOf(cell as Uint8Array);
    case 'bytes':
    case 'external':
    case 'bit':
    case 'geometry':
      return (cell) => cell as Uint8Array | string;
    default:
      return isPadded(attribute) ? (cell) => withoutPadding(String(cell)) : String;
  }
}

function attachmentOf(bytes: Uint8Array): Attachment | UnreadableValueError {
  try {
    return readAttachment(bytes);
  } catch (error) {
    if (error instanceof UnreadableValueError) return error;
    throw error;
  }
}

/** What a blob holds. Those of 32-bit MATLAB say nothing of it: what cannot be read otherwise is tried that way. */
export function blobOf({ name }: Attribute, blob: Uint8Array): BlobValue | UnreadableValueError {
  try {
    return unpack(blob, { dims: 'auto' });
  } catch (error) {
    if (!(error instanceof BlobError)) throw error;
    return new UnreadableValueError(`The blob of attribute \`${name}\` cannot be read: ${error.message}`, {
      cause: error,
      details: { attribute: name, offset: error.offset },
    });
  }
}
