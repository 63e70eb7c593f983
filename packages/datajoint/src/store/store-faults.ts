import { MissingExternalFile, StoreError } from '../errors.ts';
import { maxListed } from './store.ts';

/** For an object that is not there. */
export function missing(store: string, path: string, cause?: unknown): MissingExternalFile {
  return new MissingExternalFile(
    `Missing external file ${JSON.stringify(path.slice(0, 200))} in the store ${JSON.stringify(store)}.`,
    { cause, details: { store, path } },
  );
}

/** For an object that would fill the memory. */
export function tooLarge(store: string, path: string, size: number, most: number): StoreError {
  return new StoreError(
    `Expected an object of at most ${most} bytes, got ${size} of ${JSON.stringify(path.slice(0, 200))}; read it as a stream.`,
    { details: { store, path, size } },
  );
}

/** For a directory of too many objects. */
export function tooMany(store: string, path: string): StoreError {
  return new StoreError(`Expected at most ${maxListed} objects in ${JSON.stringify(path.slice(0, 200))}, got more.`, {
    details: { store, path },
  });
}

/** For a store that could not be used for another reason, which is for the log alone. */
export function unusable(store: string, cause: unknown): StoreError {
  return new StoreError(`The store ${JSON.stringify(store)} cannot be used now.`, { cause, details: { store } });
}
