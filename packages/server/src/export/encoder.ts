import type { Attribute, Cell, ColumnarColumn } from '@pharus/datajoint';

/** Rows as the database sends them, in batches while they arrive. */
export type CellBatches = AsyncIterable<readonly (readonly Cell[])[]>;

/**
 * Writes rows of these attributes as a file, piece by piece, holding no more than a few thousand of them at a time. Texts stay
 * texts: bytes made of them here would wait for the collector.
 */
export type Encoder = (
  attributes: readonly Attribute[],
  batches: CellBatches,
  arrays?: ArrayColumns,
) => AsyncIterable<Uint8Array | string>;

/** The columns of attributes whose values are arrays of one kind, by name. */
export type ArrayColumns = ReadonlyMap<string, ColumnarColumn>;
