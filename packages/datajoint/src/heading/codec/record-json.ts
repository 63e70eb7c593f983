import type { Cell, RecordColumn } from '../../connection/driver.ts';
import { shortestFloat32 } from '../../float32.ts';
import { type Attribute, isOpaque, isPadded } from '../attribute.ts';
import { withoutPadding } from './padding.ts';
import { epochOf, secondsOf } from './temporal.ts';
import { uuidText } from './uuid.ts';

/** Writes one cell of a column as JSON text. */
export type CellWriter = (cell: Cell) => string;

/** What stands in a record for bytes that no text shows, NULL or not. */
export const blobMark = '"=BLOB="';

/**
 * How an attribute's cells are written in a record of the REST API: numbers exactly, dates and times as seconds, the
 * rest as text. Chosen once per column.
 */
export function cellWriter(attribute: Attribute): CellWriter {
  if (isOpaque(attribute)) return () => blobMark;
  const write = writerFor(attribute);
  return (cell) => (cell === null ? 'null' : write(cell));
}

/** What a driver may make of the attribute's values by itself: see `RecordColumn`. */
export function recordForm(attribute: Attribute): RecordColumn['form'] {
  if (isOpaque(attribute) || isPadded(attribute)) return undefined;
  switch (attribute.storage.kind) {
    case 'integer':
    case 'year':
    case 'bool':
      return 'integer';
    case 'double':
    case 'float':
    case 'uuid':
      return attribute.storage.kind;
    case 'date':
    case 'datetime':
      return 'moment';
    case 'time':
      return undefined;
    default:
      return 'text';
  }
}

function writerFor(attribute: Attribute): CellWriter {
  const { storage, databaseType } = attribute;
  switch (storage.kind) {
    case 'integer':
    case 'year':
      return String;
    case 'bool':
      return writeBool;
    case 'float':
      return (cell) => jsonNumber(shortestFloat32(Math.fround(Number(cell))));
    case 'double':
      return (cell) => jsonNumber(Number(cell));
    case 'date':
    case 'datetime':
      return (cell) => epochOf(String(cell)) ?? jsonText(withFraction(String(cell), databaseType));
    case 'time':
      return (cell) => secondsOf(String(cell)) ?? jsonText(String(cell));
    case 'uuid':
      return (cell) => `"${cell instanceof Uint8Array ? uuidText(cell) : String(cell).toLowerCase()}"`;
    default:
      return isPadded(attribute) ? (cell) => jsonText(withoutPadding(textOf(cell))) : (cell) => jsonText(textOf(cell));
  }
}

/** A text without an epoch with all the decimals of its column, which the wire leaves out where they are zero. */
function withFraction(text: string, databaseType: string): string {
  const decimals = Number(/^(?:datetime|timestamp)\((\d)\)/i.exec(databaseType)?.[1] ?? 0);
  return decimals > 0 && /:\d\d$/.test(text) ? `${text}.${'0'.repeat(decimals)}` : text;
}

/** The column may be a small integer, and hold others than 0 and 1. */
function writeBool(cell: Cell): string {
  if (cell === true || cell === 't') return '1';
  return cell === false || cell === 'f' ? '0' : String(cell);
}

/** A finite number as the shortest JSON that reads back to it; what JSON has no number for as a word. */
function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? '"nan"' : value > 0 ? '"inf"' : '"-inf"';
}

/**
 * Text as JSON. The words NaN and Infinity get an escaped first letter: LabBook replaces them before it parses, and
 * would break the page; every JSON reader sees the same text.
 */
function jsonText(text: string): string {
  return withoutWords(JSON.stringify(text));
}

function withoutWords(json: string): string {
  return json.includes('NaN') || json.includes('Infinity')
    ? json.replaceAll(/N(?=aN)/g, '\\u004e').replaceAll(/I(?=nfinity)/g, '\\u0049')
    : json;
}

const decoder = new TextDecoder();

function textOf(cell: Cell): string {
  return cell instanceof Uint8Array ? decoder.decode(cell) : String(cell);
}
