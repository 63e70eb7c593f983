import { quotedTable } from '../../support/backend.ts';
import { orphanedParts } from './part-integrity.ts';
import type { PipelineTable } from './recorded-pipeline.ts';
import type { RowGraph, RowSet } from './row-graph.ts';

/** A row to delete, and what depends on it. */
export interface CascadeCase {
  readonly table: PipelineTable;
  readonly row: number;
  readonly going: RowSet;
}

export interface CascadeCases {
  /** With dependents in at least one other table; the most entangled first. */
  readonly deleted: readonly CascadeCase[];
  /** With parts that would lose rows while their master loses none. */
  readonly refused: readonly CascadeCase[];
}

/** Picks rows worth deleting, at most so many tables of either kind. */
export function cascadeCases(
  tables: readonly PipelineTable[],
  rows: RowGraph,
  most: { readonly deleted: number; readonly refused: number },
): CascadeCases {
  const pick = (isRefused: boolean, most: number): CascadeCase[] =>
    tables
      .filter(({ tier }) => tier !== 'part')
      .flatMap((table) => {
        const name = quotedTable(table.schema, table.stored);
        const row = rows.busiestRow(name, (going) => orphanedParts(going).length > 0 === isRefused);
        return row === undefined ? [] : [{ table, row, going: rows.dependents(name, [row]) }];
      })
      .filter(({ going }) => going.size > 1)
      .sort((a, b) => b.going.size - a.going.size)
      .slice(0, most);
  return { deleted: pick(false, most.deleted), refused: pick(true, most.refused) };
}
