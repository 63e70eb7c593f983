import { DataJointError } from '../errors.ts';

/**
 * Runs something about one of several records; its errors say which (`Record 3 of 5: ...`) and carry the number, from
 * 0, as `details.record`.
 */
export function named<T>(record: number, records: number, run: () => T): T {
  try {
    const result = run();
    return result instanceof Promise
      ? (result.catch((error: unknown) => {
          throw nameRecord(error, record, records);
        }) as T)
      : result;
  } catch (error) {
    throw nameRecord(error, record, records);
  }
}

/** The error with the number of the record it is about; other errors than DataJoint's as they are. */
export function nameRecord(error: unknown, record: number, records: number): unknown {
  if (!(error instanceof DataJointError) || 'record' in error.details) return error;
  const Class = error.constructor as typeof DataJointError;
  const message = records > 1 ? `Record ${record + 1} of ${records}: ${error.message}` : error.message;
  return new Class(message, { cause: error.cause ?? error, details: { ...error.details, record } });
}
