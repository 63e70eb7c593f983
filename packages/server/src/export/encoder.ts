import type { Attribute, Cell } from '@pharus/datajoint';

/** Rows as the database sends them, in batches while they arrive. */
export type CellBatches = AsyncIterable<readonly (readonly Cell[])[]>;

/**
 * Writes rows of these attributes as a file, piece by piece, holding no more than a few thousand of them at a time. Texts stay
 * texts: bytes made of them here would wait for the collector.
 */
export type Encoder = (attributes: readonly Attribute[], batches: CellBatches) => AsyncIterable<Uint8Array | string>;
