import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { gathered } from '../connection/gathered.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { BlobMode } from '../heading/codec/blob-cell.ts';
import { objectJson } from '../heading/codec/object-cell.ts';

/** An attribute whose cells refer to objects in stores, and the place of its cells in a row. */
export interface StoredColumn {
  readonly attribute: Attribute;
  readonly cell: number;
}

type Batches = AsyncIterable<readonly (readonly Cell[])[]>;

/** Objects of a page that are read at the same time. */
const atOnce = 8;

/** Rows with JSON in the place of what refers to objects in stores: what they hold, or why they cannot be read. */
export async function* withObjects(
  batches: Batches,
  columns: readonly StoredColumn[],
  mode: Exclude<BlobMode, 'mark'>,
  executor: Executor,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  for await (const batch of gathered(batches)) {
    const rows = batch.map((row) => [...row]);
    for (const { attribute, cell } of columns) {
      const cells = batch.map((row) => row[cell] as Cell);
      const opened = [...((await attribute.objects?.open(attribute, cells, executor)) ?? []).entries()];
      const work = async (): Promise<void> => {
        for (let entry = opened.shift(); entry !== undefined; entry = opened.shift()) {
          const [place, object] = entry;
          (rows[place] as Cell[])[cell] = await objectJson(object, mode);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    }
    yield rows;
  }
}
