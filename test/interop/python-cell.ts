import { NumberLiteral } from '@pharus/datajoint';
import { type JsonValue, parseJson } from '../../packages/server/src/parse/json.ts';

/** A Python value as `python/cells.py` writes it: its type and its text, `{int: '9007199254740993'}`. */
export type PythonCell =
  | null
  | { readonly int: string }
  | { readonly bool: 'True' | 'False' }
  | { readonly float: string }
  | { readonly str: string }
  | { readonly bytes: string }
  | { readonly decimal: string }
  | { readonly date: string }
  | { readonly datetime: string }
  /** A length of time. */
  | { readonly microseconds: string }
  | { readonly uuid: string }
  | { readonly list: readonly PythonCell[] }
  | { readonly dict: readonly (readonly [PythonCell, PythonCell])[] };

/** Name, type, nullable, default, autoincrement. */
export type PythonAttribute = readonly [string, string, boolean, string | null, boolean];

/** Values that no text shows: blobs, files, bytes, and those with a codec of the user's own. */
export function isOpaqueType(type: string): boolean {
  return /blob$|^attach$|^bytes$|^<.+>$/.test(type);
}

/** The JSON text of the value in a record, as documented, from Python's own text of it. */
export function recordText(cell: PythonCell, type: string): string {
  if (isOpaqueType(type)) return '"=BLOB="';
  if (cell === null) return 'null';
  if (type === 'json') return canonicalJson(parseJson(jsonOf(cell)));
  if ('int' in cell) return cell.int;
  if ('bool' in cell) return cell.bool === 'True' ? '1' : '0';
  if ('date' in cell) return String(daysOf(cell.date) * 86_400);
  if ('datetime' in cell) return epochText(cell.datetime);
  if ('microseconds' in cell) return secondsText(BigInt(cell.microseconds));
  if ('decimal' in cell) return JSON.stringify(cell.decimal);
  if ('uuid' in cell) return JSON.stringify(cell.uuid);
  if ('float' in cell) return floatText(cell.float);
  // Of PostgreSQL, Python shows the blanks that fill a text up to its length.
  if ('str' in cell) return JSON.stringify(type.startsWith('char(') ? cell.str.replace(/ +$/, '') : cell.str);
  throw new Error(`A record cannot hold ${JSON.stringify(cell)} of type ${type}.`);
}

/** Seconds since 1970 of what `str(datetime)` says, read as UTC, by its digits. */
function epochText(text: string): string {
  const [date = '', clock = ''] = text.split(' ');
  const [time = '', fraction = ''] = clock.split('.');
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const whole = BigInt(daysOf(date) * 86_400 + hours * 3600 + minutes * 60 + seconds);
  return secondsText(whole * 1_000_000n + BigInt(fraction.padEnd(6, '0')));
}

function daysOf(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  return midnight.getTime() / 86_400_000;
}

function secondsText(microseconds: bigint): string {
  const magnitude = microseconds < 0n ? -microseconds : microseconds;
  const fraction = String(magnitude % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${microseconds < 0n ? '-' : ''}${magnitude / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The same text for every spelling of a double. */
export function floatText(text: string): string {
  const value = Number(text);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** JSON with sorted keys and one spelling for each number: whole ones with all their digits, others as doubles. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' || value instanceof NumberLiteral) {
    const text = String(value);
    return /^-?\d+$/.test(text) ? text : floatText(text);
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item as JsonValue)}`).join(',')}}`;
}

/** The value as JSON text that a client would send to have Python read it. */
export function jsonOf(cell: PythonCell): string {
  if (cell === null) return 'null';
  if ('int' in cell) return cell.int;
  if ('bool' in cell) return cell.bool === 'True' ? 'true' : 'false';
  if ('float' in cell) return cell.float;
  if ('microseconds' in cell) return JSON.stringify(clockText(BigInt(cell.microseconds)));
  if ('list' in cell) return `[${cell.list.map(jsonOf).join(', ')}]`;
  if ('dict' in cell) return `{${cell.dict.map(([key, value]) => `${jsonOf(key)}: ${jsonOf(value)}`).join(', ')}}`;
  if ('bytes' in cell) throw new Error('JSON cannot hold bytes.');
  return JSON.stringify(Object.values(cell)[0]);
}

function clockText(microseconds: bigint): string {
  const magnitude = microseconds < 0n ? -microseconds : microseconds;
  const pad = (value: bigint, width: number): string => String(value).padStart(width, '0');
  const seconds = magnitude / 1_000_000n;
  const clock = `${seconds / 3600n}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
  return `${microseconds < 0n ? '-' : ''}${clock}.${pad(magnitude % 1_000_000n, 6)}`;
}
