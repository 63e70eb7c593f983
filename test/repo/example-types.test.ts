import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../support/shared.ts';

const run = promisify(execFile);

/** Examples, and what they take for granted. */
const examples: Readonly<Record<string, string>> = {
  'packages/datajoint/README.md': '',
  'docs/how-to/ask-with-operators.md': '',
  'docs/tutorial/library.md': 'declare function countSpikes(trace: unknown): number;',
};

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2023',
  lib: ['es2024'],
  types: ['node'],
  module: 'nodenext',
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  customConditions: ['pharus-source'],
};

test('the examples of the library are strict TypeScript', async () => {
  const cache = join(repositoryRoot, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'examples-'));
  try {
    for (const [index, [file, prelude]] of Object.entries(examples).entries()) {
      const text = await readFile(join(repositoryRoot, file), 'utf8');
      const blocks = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code);
      expect(blocks.length).toBeGreaterThan(0);
      await writeFile(join(folder, `${index}.ts`), [prelude, ...blocks].join('\n'));
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const said = await run(process.execPath, [tsc, '-p', folder]).then(
      () => '',
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    expect(said).toBe('');
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
