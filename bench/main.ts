/** `npm run bench -- NAME [options]`: runs one of the comparisons in the folders beside this file. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OptionError } from './options.ts';

const names = readdirSync(import.meta.dirname).filter((name) => existsSync(join(import.meta.dirname, name, 'main.ts')));
const [name = '', ...options] = process.argv.slice(2);
if (names.includes(name)) {
  const module = (await import(pathToFileURL(join(import.meta.dirname, name, 'main.ts')).href)) as {
    run(options: readonly string[]): Promise<void>;
  };
  try {
    await module.run(options);
  } catch (error) {
    const isMisspelt =
      error instanceof OptionError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
    if (!isMisspelt) throw error;
    console.error((error as Error).message);
    process.exitCode = 1;
  }
} else {
  console.error(`Expected the name of a comparison (${names.join(', ')}), got ${JSON.stringify(name)}.`);
  process.exitCode = 1;
}
