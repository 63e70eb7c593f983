import type { RowSet } from './row-graph.ts';

/** Parts that would lose rows while their master loses none, which the library refuses. */
export function orphanedParts(going: RowSet): readonly string[] {
  return [...going].flatMap(([table, rows]) => {
    const master = /^("[^"]+"\."(?:#|_|__)?[a-z][a-z0-9]*(?:_[a-z0-9]+)*)__[a-z0-9_]+"$/.exec(table)?.[1];
    const isLeft = master !== undefined && !going.get(`${master}"`)?.size;
    return isLeft && rows.size > 0 ? [table] : [];
  });
}
