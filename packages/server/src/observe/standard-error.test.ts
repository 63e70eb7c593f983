import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const lines = Array.from({ length: 1000 }, (_, index) => `${index + 1}\n`).join('');

/** What a program that logs and ends at once, in one of these ways, leaves on standard error. */
async function logged(ending: string): Promise<string> {
  const file = join(import.meta.dirname, 'standard-error.ts');
  const program = `const { standardError } = await import(${JSON.stringify(file)});
    for (let line = 1; line <= 1000; line += 1) standardError().write(line + '\\n');
    ${ending}`;
  const answer = promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
  const { stderr } = await answer.catch((error: { readonly stderr: string }) => error);
  return stderr;
}

test.each(['', 'process.exit(0)', 'await new Promise((resolve) => setTimeout(resolve, 50)); process.exit(1)'])(
  'what waits is written before a program ends: %s',
  async (ending) => {
    expect(await logged(ending)).toBe(lines);
  },
);

test('also where an error ends it', async () => {
  expect(await logged('throw new Error("the end");')).toContain(lines);
});
