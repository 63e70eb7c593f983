import {
  type Database,
  MissingTableError,
  SchemaNotFound,
  TableNotFound,
  UnknownAttributeError,
} from '@pharus/datajoint';

/**
 * Runs a read; when it fails in a way that says "the tables have changed since they were looked at", forgets what is
 * known of them and runs it once more.
 */
export async function freshlyOnChange<T>(database: Database, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!smellsOfChange(error)) throw error;
    database.catalog.invalidate();
    return run();
  }
}

function smellsOfChange(error: unknown): boolean {
  return (
    error instanceof MissingTableError ||
    // One that the database knows nothing of, not one that the heading does not have.
    (error instanceof UnknownAttributeError && error.cause !== undefined) ||
    error instanceof SchemaNotFound ||
    error instanceof TableNotFound
  );
}
