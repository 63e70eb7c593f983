import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/shared.ts';

/** The commands of a page, one text per block, as a newcomer would paste them; of a part of it, with a heading's text. */
export function pastedCommands(path: string, heading?: string): readonly string[] {
  const page = readFileSync(join(repositoryRoot, path), 'utf8');
  const after = heading === undefined ? page : page.slice(page.indexOf(`\n## ${heading}\n`) + 1);
  const section = heading === undefined ? after : after.split(/^## /m)[1];
  return [...(section ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}
