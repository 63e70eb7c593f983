import { Attachment, type Heading, type Row } from '../../../packages/datajoint/src/index.ts';

/** A row of either side as plain texts, to be compared. */
export type PlainRow = readonly (string | null)[];

/** Rows the library fetched, or another client of the server read. */
export function plainRows(
  rows: readonly (Row | Readonly<Record<string, unknown>>)[],
  heading: Heading,
  names: readonly string[] = heading.names,
): readonly PlainRow[] {
  return rows.map((row) => names.map((name) => text(row[name], heading, name)));
}

/** Columns that hold the time of the insert, which two servers' clocks do not agree on. */
export function isClock(name: string): boolean {
  return /^(?:ts|a_timestamp|a_datetime6|\w+_time)$/.test(name);
}

function text(value: unknown, heading: Heading, name: string): string | null {
  if (value === null || value === undefined) return null;
  const kind = heading.get(name)?.storage.kind;
  // What a blob holds is for other tests: the other client does not read it.
  if (kind === 'blob') return 'blob';
  // Likewise what is kept in stores, of which there are none here.
  if (kind === 'external') return 'stored';
  // PostgreSQL fills texts of a fixed length up with blanks, which are no part of them.
  if (heading.get(name)?.databaseType.startsWith('character(')) return String(value).replace(/ +$/, '');
  if (value instanceof Attachment) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (kind === 'uuid') return String(value).replaceAll('-', '');
  if (kind === 'bool') return String(Number(value === 't' || (value !== 'f' && Number(value))));
  if (kind === 'json') return JSON.stringify(typeof value === 'string' ? JSON.parse(value) : value);
  return String(value);
}
