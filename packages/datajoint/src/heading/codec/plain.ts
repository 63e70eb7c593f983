import type { Cell } from '../../connection/driver.ts';
import { shortestFloat32 } from '../../float32.ts';
import { type Attribute, isPadded } from '../attribute.ts';
import { storedBlobJson } from './blob-json.ts';
import { withoutPadding } from './padding.ts';
import { utcText } from './temporal.ts';
import { uuidText } from './uuid.ts';

/** Writes a cell that is not NULL. */
export type PlainWriter = (cell: Exclude<Cell, null>) => string;

/**
 * How an attribute's cells are written in files of text: digit for digit, so that an insert
 * takes the text back as the same value. Truth values are `true` and `false`, floats the shortest text that reads back to the
 * same number (`nan`, `inf`, `-inf` where there is none), bytes base64, moments with a zone in UTC.
 */
export function plainText(attribute: Attribute): PlainWriter {
  const { storage, databaseType } = attribute;
  switch (storage.kind) {
    case 'bool':
      return truthText;
    case 'float':
      return (cell) => numberText(shortestFloat32(Math.fround(Number(cell))));
    case 'double':
      return (cell) => numberText(Number(cell));
    case 'datetime':
      return / with time zone$/.test(databaseType) ? (cell) => utcText(String(cell)) : withoutZeros;
    case 'time':
      return withoutZeros;
    case 'uuid':
      return (cell) => (cell instanceof Uint8Array ? uuidText(cell) : String(cell).toLowerCase());
    case 'bit':
      return (cell) => (cell instanceof Uint8Array ? bitNumber(cell) : String(cell));
    case 'external':
      // Legacy columns hold the UUID of the stored object, those of DataJoint 2 its description as JSON.
      return (cell) => (cell instanceof Uint8Array && cell.length === 16 ? uuidText(cell) : bytesText(cell));
    case 'blob':
      return (cell) => (cell instanceof Uint8Array ? storedBlobJson(cell) : String(cell));
    case 'bytes':
    case 'attach':
    case 'geometry':
      return bytesText;
    default:
      return isPadded(attribute) ? (cell) => withoutPadding(charactersOf(cell)) : charactersOf;
  }
}

/** A time without the zeros that end its fraction: some databases write them. */
function withoutZeros(cell: Cell): string {
  return String(cell).replace(/(?:\.0*|(\.\d*[1-9])0+)$/, '$1');
}

/** How an attribute's cells are written as JSON on one line; see {@link plainText}. Decimals are texts, to keep their scale. */
export function plainJson(attribute: Attribute): PlainWriter {
  const text = plainText(attribute);
  switch (attribute.storage.kind) {
    case 'integer':
    case 'year':
      return String;
    case 'bool':
    case 'blob':
      return text;
    case 'float':
    case 'double':
      return (cell) => {
        const written = text(cell);
        return /[nf]$/.test(written) ? `"${written}"` : written;
      };
    case 'json':
      // Strings of JSON hold no raw line breaks: these stand between its values.
      return (cell) => charactersOf(cell).replace(/[\r\n]+/g, ' ');
    default:
      return (cell) => JSON.stringify(text(cell));
  }
}

/** A small integer that stands for a truth value may hold others than 0 and 1. */
function truthText(cell: Cell): string {
  if (cell === true || cell === 't' || cell === 1 || cell === '1') return 'true';
  if (cell === false || cell === 'f' || cell === 0 || cell === '0') return 'false';
  return String(cell);
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** A bit string as the whole number it is. */
export function bitNumber(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return String(value);
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function charactersOf(cell: Cell): string {
  return cell instanceof Uint8Array ? decoder.decode(cell) : String(cell);
}

function bytesText(cell: Cell): string {
  if (!(cell instanceof Uint8Array)) return String(cell);
  return Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('base64');
}
