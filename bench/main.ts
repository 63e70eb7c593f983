/** `npm run bench -- NAME [options]`: runs one of the comparisons in the folders beside this file. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const names = readdirSync(import.meta.dirname).filter((name) => existsSync(join(import.meta.dirname, name, 'main.ts')));
const [name = '', ...options] = process.argv.slice(2);
if (names.includes(name)) {
  const module = (await import(pathToFileURL(join(import.meta.dirname, name, 'main.ts')).href)) as {
    run(options: readonly string[]): Promise<void>;
  };
  await module.run(options);
} else {
  console.error(`Expected the name of a comparison (${names.join(', ')}), got ${JSON.stringify(name)}.`);
  process.exitCode = 1;
}
