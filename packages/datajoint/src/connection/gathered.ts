import type { Cell } from './driver.ts';
import { rowSize } from './row-size.ts';

type Batch = readonly (readonly Cell[])[];

/** What is kept at most, roughly: rows, and bytes in them. */
const most = { rows: 10_000, bytes: 16 * 1024 * 1024 };

/**
 * The batches of a stream, the first of them only once all have come, or many. Until then the stream has a session of the
 * database for itself; whoever has to ask more of it for each row would wait for another one, with others who do the same.
 */
export async function* gathered(batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  let kept: Batch[] = [];
  let [rows, bytes] = [0, 0];
  for await (const batch of batches) {
    kept.push(batch);
    rows += batch.length;
    if (rows < most.rows) for (const row of batch) bytes += rowSize(row);
    if (rows < most.rows && bytes < most.bytes) continue;
    yield* kept;
    kept = [];
  }
  yield* kept;
}
