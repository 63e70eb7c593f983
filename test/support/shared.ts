import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const repositoryRoot = resolve(import.meta.dirname, '../..');

/** The directory of fixtures (pipelines to restore, recorded answers): `PHARUS_SHARED`, or `shared` beside the checkout. */
const sharedDirectory = resolve(process.env.PHARUS_SHARED || join(repositoryRoot, '../shared'));

/** A file of the fixtures directory, `shared('golden/http/cases.json')`. Throws where it is not there. */
export function shared(path: string): string {
  const file = join(sharedDirectory, path);
  if (!existsSync(file)) {
    throw new Error(
      `The tests need the fixture ${path}: set PHARUS_SHARED to the fixtures directory, or put it beside the checkout as "shared".`,
    );
  }
  return file;
}
