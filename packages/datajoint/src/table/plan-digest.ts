import { createHash } from 'node:crypto';
import { PlanChanged } from '../errors.ts';
import type { DeletedRows } from './run-cascade.ts';

/** A short text that is the same for two deletes that take as many rows of the same tables. */
export function planDigest(deleted: DeletedRows): string {
  const counted = deleted
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => JSON.stringify([name.schema, name.table, count]))
    .sort();
  return createHash('sha256').update(counted.join('\n')).digest('base64url');
}

/**
 * Holds a delete to the plan that was agreed to.
 * @throws PlanChanged
 */
export function checkDigest(deleted: DeletedRows, digest: string | undefined): void {
  if (digest === undefined || planDigest(deleted) === digest) return;
  throw new PlanChanged(
    'Other rows depend on these than when the plan was made. Nothing was deleted; look at the new plan first.',
  );
}
