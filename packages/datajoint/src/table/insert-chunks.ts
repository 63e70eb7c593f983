import type { ValueRow } from '../sql/sql.ts';

/**
 * Of a statement. Both families allow 65,535 parameters, but the next one of just this size is prepared already: that saves
 * more than fewer statements would.
 */
const maxParams = 2_000;
const maxRows = 500;
/** Well below the smallest `max_allowed_packet` in use; a larger row goes alone. */
const maxBytes = 4 << 20;

/** What is sent in one statement each. No key is twice in one of them, where it is named by its places in a row. */
export function chunksOf(
  rows: readonly ValueRow[],
  width: number,
  keyPlaces: readonly number[],
): readonly (readonly ValueRow[])[] {
  if (rows.length === 1) return [rows];
  const most = Math.max(1, Math.min(maxRows, Math.floor(maxParams / Math.max(1, width))));
  const chunks: (readonly ValueRow[])[] = [];
  const keys = new Set<string>();
  let start = 0;
  let bytes = 0;
  for (let end = 0; end < rows.length; end += 1) {
    const row = rows[end] as ValueRow;
    const size = sizeOf(row);
    const key = keyIn(row, keyPlaces);
    if (end > start && (bytes + size > maxBytes || end - start >= most || (key !== undefined && keys.has(key)))) {
      chunks.push(rows.slice(start, end));
      keys.clear();
      start = end;
      bytes = 0;
    }
    if (key !== undefined) keys.add(key);
    bytes += size;
  }
  chunks.push(start === 0 ? rows : rows.slice(start));
  return chunks;
}

/** The values at these places; undefined where there is none, or the table fills it in. */
function keyIn(row: ValueRow, places: readonly number[]): string | undefined {
  if (places.length === 0) return undefined;
  const values = places.map((place) => row[place]);
  return values.includes(undefined) ? undefined : JSON.stringify(values.map(String));
}

function sizeOf(row: ValueRow): number {
  let size = 0;
  for (const value of row) size += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
  return size;
}
