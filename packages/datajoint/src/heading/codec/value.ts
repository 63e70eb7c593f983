import type { Cell } from '../../connection/driver.ts';
import type { Attribute } from '../attribute.ts';
import { shortestFloat32 } from './float32.ts';
import { uuidText } from './uuid.ts';

/**
 * A value as `fetch` gives it.
 *
 * Integers of up to 32 bits are numbers, 64-bit ones bigints; floats numbers; decimals text with their scale; dates and
 * times text as the database writes them; uuids text; booleans (DataJoint 2) booleans; JSON parsed; the rest of the
 * texts strings; blobs, attachments and other bytes a Uint8Array as stored.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | JsonValue;

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Turns one column's cells into values. */
export type CellReader = (cell: Cell) => Value;

/** How an attribute's cells are read. Chosen once per column. */
export function cellReader(attribute: Attribute): CellReader {
  const read = readerFor(attribute);
  return (cell) => (cell === null ? null : read(cell));
}

function readerFor({ storage }: Attribute): CellReader {
  switch (storage.kind) {
    case 'integer':
      return storage.bits === 64 ? (cell) => BigInt(cell as string) : Number;
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
    case 'bytes':
    case 'attach':
    case 'external':
    case 'bit':
    case 'geometry':
      return (cell) => cell as Uint8Array | string;
    default:
      return String;
  }
}
