import {
  type Database,
  MissingTableError,
  SchemaNotFound,
  TableNotFound,
  UnknownAttributeError,
} from '@pharus/datajoint';
import { PythonError } from '@pharus/spec-sheet';
import { RequestError } from '../errors/request-error.ts';

/**
 * Runs a read; when it fails in a way that says "the tables have changed since they were looked at", forgets what is
 * known of them and runs it once more.
 */
export async function freshlyOnChange<T>(database: Database, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // What went wrong in a query, a text or a tree, is the cause of the error that has its place.
    const isPlaced = error instanceof PythonError || error instanceof RequestError;
    if (!smellsOfChange(isPlaced ? error.cause : error)) throw error;
    database.catalog.invalidate();
    return run();
  }
}

function smellsOfChange(error: unknown): boolean {
  return (
    error instanceof MissingTableError ||
    error instanceof UnknownAttributeError ||
    error instanceof SchemaNotFound ||
    error instanceof TableNotFound
  );
}
