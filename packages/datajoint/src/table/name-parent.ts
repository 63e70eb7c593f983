import { type MissingParent, missingParent } from '../dialect/missing-parent.ts';
import { IntegrityError } from '../errors.ts';
import type { Catalog } from './catalog.ts';

/**
 * The error of a missing parent with that parent's schema, which PostgreSQL does not tell; any other error as it is. To be
 * asked for once no transaction is open: the look-up would wait for a session of its own.
 */
export async function nameParent<E>(error: E, catalog: Catalog): Promise<E | IntegrityError> {
  if (!(error instanceof IntegrityError)) return error;
  const { childSchema, childTable, constraint, parentSchema, parentTable } = error.details;
  if (typeof childSchema !== 'string' || typeof childTable !== 'string') return error;
  if (parentTable === undefined || parentSchema !== undefined) return error;
  try {
    const foreignKeys = await catalog.foreignKeysOf({ schema: childSchema, table: childTable });
    const found = foreignKeys.find((foreignKey) => foreignKey.constraint === constraint);
    if (found === undefined) return error;
    const details = { ...error.details, parentSchema: found.parent.schema };
    const message = error.message.replace(missingParent(error.details), () => missingParent(details as MissingParent));
    return new IntegrityError(message, { cause: error.cause, details });
  } catch {
    // What failed first says more.
    return error;
  }
}
