import type { Cell } from './driver.ts';

/** About how many bytes a row takes. */
export function rowSize(row: readonly Cell[]): number {
  let size = 0;
  for (const cell of row) {
    if (typeof cell === 'string') size += cell.length;
    else if (cell instanceof Uint8Array) size += cell.byteLength;
    else size += 8;
  }
  return size;
}
