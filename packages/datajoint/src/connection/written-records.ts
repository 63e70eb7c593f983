import type { Cell, RecordBatch, RecordFormat } from './driver.ts';

type Rows = readonly (readonly Cell[])[];

/** Rows as records, with commas between. */
export function writeRecords(rows: Rows, { columns, end }: RecordFormat): string {
  let text = '';
  for (const row of rows) {
    if (text !== '') text += ',';
    for (const [cell, { before, write }] of columns.entries()) text += before + write(row[cell] as Cell);
    text += end;
  }
  return text;
}

/** Batches of rows as records. */
export async function* writtenRecords(
  batches: AsyncIterable<Rows>,
  format: RecordFormat,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const rows of batches) {
    yield { count: rows.length, json: writeRecords(rows, format), last: () => writeRecords(rows.slice(-1), format) };
  }
}
