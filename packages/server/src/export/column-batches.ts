import { type Cell, type ColumnarColumn, type ColumnarValue, NdArray } from '@pharus/datajoint';
import type { CellBatches } from './encoder.ts';

/** A list of values for each column, all of one length. */
export type ColumnBatch = readonly ColumnarValue[][];

/** Turns rows into columns, so many rows or (roughly) bytes at a time; a row may be larger than all that. */
export async function* columnBatches(
  columns: readonly ColumnarColumn[],
  batches: CellBatches,
  most: { readonly rows: number; readonly bytes: number },
): AsyncGenerator<ColumnBatch> {
  let values: ColumnarValue[][] = columns.map(() => []);
  let rows = 0;
  let bytes = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      for (let index = 0; index < columns.length; index += 1) {
        const cell = row[index] as Cell;
        const value = (columns[index] as ColumnarColumn).read(cell);
        values[index]?.push(value);
        if (value instanceof NdArray) bytes += value.bytes.length;
        else bytes += typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 8;
      }
      rows += 1;
      if (rows < most.rows && bytes < most.bytes) continue;
      yield values;
      values = columns.map(() => []);
      rows = 0;
      bytes = 0;
    }
  }
  if (rows > 0) yield values;
}
