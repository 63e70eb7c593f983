import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';
import { repositoryRoot } from './shared.ts';

/** Interpreter of an environment that holds the legacy library, `datajoint` 0.14. */
export async function python014(): Promise<string> {
  return await interpreter('datajoint-0.14', ['datajoint==0.14.*', 'cryptography']);
}

/** Interpreter of an environment that holds the current library, `datajoint` 2.3. */
export async function python23(): Promise<string> {
  return await interpreter('datajoint-2.3', ['datajoint[postgres,s3]>=2.3,<2.4', 'cryptography']);
}

/** Interpreter of an environment that opens files of columns: pyarrow, pandas and DuckDB. */
export async function pythonFiles(): Promise<string> {
  return await interpreter('files', ['pyarrow==26.*', 'pandas==3.*', 'duckdb==2.*']);
}

/** Interpreter of an environment that holds moto, which speaks S3. */
export async function pythonMoto(): Promise<string> {
  return await interpreter('moto', ['moto[s3]==5.*', 'flask', 'flask-cors']);
}

const cache = join(repositoryRoot, 'node_modules/.cache/pharus-python');

/**
 * Made once and kept in `node_modules/.cache`. The library is the judge of these tests: where it cannot be installed
 * they fail, they are not left out.
 */
async function interpreter(name: string, requirements: readonly string[]): Promise<string> {
  const directory = join(cache, name);
  const python = join(directory, 'bin/python');
  const finished = join(directory, 'finished');
  const made = `${requirements.join('\n')}\n`;
  await mkdir(cache, { recursive: true });
  const release = await lock(`${directory}.lock`);
  try {
    if (existsSync(finished) && readFileSync(finished, 'utf8') === made) return python;
    await rm(directory, { recursive: true, force: true });
    await makeEnvironment(directory);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
    writeFileSync(finished, made);
    return python;
  } catch (error) {
    throw new Error(
      `The tests need ${requirements.join(' and ')} from the Python package index (python3 with venv and pip, network on the first run) and could not install them.`,
      { cause: error },
    );
  } finally {
    release();
  }
}

/** Debian's python3 comes without what `venv` needs; root gets it installed. */
async function makeEnvironment(directory: string): Promise<void> {
  try {
    await run('python3', ['-m', 'venv', directory]);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw error;
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], quiet);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3', 'python3-venv'], quiet);
    await run('python3', ['-m', 'venv', directory]);
  }
}

/** Test files run side by side, in processes of their own: one makes the environment, the others wait for it. */
async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAbandoned(file)) {
      // Only one of those waiting succeeds in taking the abandoned lock away; then all try anew.
      const taken = `${file}.${process.pid}`;
      await rename(file, taken).catch(() => undefined);
      rmSync(taken, { force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function isAbandoned(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    // Empty: its maker has not written yet.
    if (holder === 0) return false;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
