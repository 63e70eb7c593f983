import { ForeignObjectError } from '../errors.ts';
import { objectPath } from './object-path.ts';
import type { OpenStore } from './stores.ts';

/**
 * Which objects of a store a row may refer to, where somebody else's keys open them.
 *
 * Whoever may write a column chooses the path in it. What DataJoint puts away for a schema lies in sections that bear the
 * schema's name, and a row of that schema may refer to nothing else there. Files that are only referred to lie anywhere:
 * they are opened where the settings of the store say which are for everybody (`filepath_prefix`), or to who knows their
 * checksum.
 */

/** The prefix that the first releases of DataJoint 2 had no setting for. */
const firstHashPrefix = '_hash';

/** @throws ForeignObjectError unless the path is one of the schema's objects that are named by their content. */
export function expectOwnHash(path: string, schema: string, place: OpenStore): void {
  const { hashPrefix } = place.settings;
  const isOwn = [hashPrefix, firstHashPrefix].some((prefix) => isWithin(path, [...segmentsOf(prefix), schema], place));
  if (place.isConfined && !isOwn) throw foreign(path, schema, place);
}

/** @throws ForeignObjectError unless the path is one of the schema's objects that are named by their row. */
export function expectOwnKey(path: string, schema: string, place: OpenStore): void {
  if (!place.isConfined) return;
  const { schemaPrefix, partitionPattern = '' } = place.settings;
  const prefix = segmentsOf(schemaPrefix);
  const segments = objectPath(path, place.store.name);
  const rest = segments.slice(prefix.length);
  const parts = partitionPattern.match(/\{\w+\}/g)?.length ?? 0;
  for (let part = 0; part < parts && rest[0]?.includes('=') === true; part += 1) rest.shift();
  const isOwn = prefix.every((segment, index) => segments[index] === segment) && rest[0] === schema && rest.length > 1;
  if (!isOwn) throw foreign(path, schema, place);
}

/** @throws ForeignObjectError unless the path is of a file that everybody may refer to, or its checksum is known. */
export function expectReferable(
  path: string,
  schema: string,
  place: OpenStore,
  { hasChecksum = false }: { readonly hasChecksum?: boolean } = {},
): void {
  if (!place.isConfined || hasChecksum || isWithin(path, [schema], place)) return;
  const { filepathPrefix, hashPrefix, schemaPrefix } = place.settings;
  const isPublic = filepathPrefix !== undefined && isWithin(path, segmentsOf(filepathPrefix), place);
  const isKept = [hashPrefix, schemaPrefix].some((prefix) => isWithin(path, segmentsOf(prefix), place));
  if (isPublic && !isKept) return;
  throw filepathPrefix === undefined
    ? new ForeignObjectError(
        `Files of the store ${JSON.stringify(place.store.name)} are not opened, because its settings do not say which are for everybody who writes paths. Set its "filepath_prefix".`,
      )
    : foreign(path, schema, place);
}

function isWithin(path: string, section: readonly string[], { store }: OpenStore): boolean {
  const segments = objectPath(path, store.name);
  return segments.length > section.length && section.every((segment, index) => segments[index] === segment);
}

export function segmentsOf(prefix: string): string[] {
  return prefix.split('/').filter((segment) => segment !== '' && segment !== '.');
}

function foreign(path: string, schema: string, { store }: OpenStore): ForeignObjectError {
  return new ForeignObjectError(
    `The object ${JSON.stringify(path.slice(0, 200))} in the store ${JSON.stringify(store.name)} is none that rows of ${JSON.stringify(schema)} may refer to.`,
    { details: { store: store.name, path } },
  );
}
