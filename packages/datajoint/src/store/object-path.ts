import { ForeignObjectError } from '../errors.ts';

/**
 * The path of an object inside its store, in segments.
 *
 * Paths come out of the database: one that would lead out of the store is refused, before anything is opened.
 * @throws ForeignObjectError
 */
export function objectPath(path: string, store: string): readonly string[] {
  const segments = path.split('/');
  // Windows parts segments at backslashes too, and knows drives.
  const leadsOut = path.split(/[\\/]/).some((segment) => segment === '..') || /^[a-z]:/i.test(path);
  if (path === '' || path.startsWith('/') || path.startsWith('\\') || path.includes('\0') || leadsOut) {
    throw new ForeignObjectError(
      `Expected a path inside the store ${JSON.stringify(store)}, got ${JSON.stringify(path.slice(0, 80))}.`,
    );
  }
  return segments.filter((segment) => segment !== '' && segment !== '.');
}
