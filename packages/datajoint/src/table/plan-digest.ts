import { createHash } from 'node:crypto';
import { tableKey } from '../dependencies/foreign-key.ts';
import { PlanChanged } from '../errors.ts';
import type { DeletedRows } from './run-cascade.ts';
import type { Table } from './table.ts';

/**
 * A short text that is the same for two deletes that begin with the rows of one table which meet one condition, and
 * take as many rows of the same tables.
 */
export function planDigest(rows: Table, deleted: DeletedRows): string {
  const counted = deleted
    .filter(({ count }) => count > 0)
    .map(({ name: table, count }) => JSON.stringify([table.schema, table.table, count]))
    .sort();
  const said = [tableKey(rows.name), String(rows), ...counted];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url');
}

/**
 * Holds a delete to the plan that was agreed to.
 * @throws PlanChanged
 */
export function checkDigest(rows: Table, deleted: DeletedRows, digest: string | undefined): void {
  if (digest === undefined || planDigest(rows, deleted) === digest) return;
  throw new PlanChanged(
    'This delete would take other rows than the plan says: the rows have changed since, or the plan was made for another ' +
      'table or restriction. Nothing was deleted; look at the new plan first.',
  );
}
