import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { UnreachableError } from '../errors.ts';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  /** When the process started, in whatever form the system has: numbers of processes are used again. */
  readonly started: string;
  /** The machine since it was started, and the container: where the number is that of a process. */
  readonly place: string;
}

/** How often a holder shows that it is alive, in milliseconds. */
const beat = 1000;

/** How long a holder that cannot be looked up must be silent to be taken for dead, in milliseconds. */
const silence = 5000;

/**
 * Takes a file for this process: whoever else tries fails until it is released, or this process has ended, in whatever
 * way. Answers what releases it.
 *
 * Of a holder on the same machine it is known at once whether it lives. That of another (a container that shares the
 * directory) is watched for a while: while it lives, it touches the file every second.
 * @throws UnreachableError when another process holds it.
 */
export async function lockFile(path: string): Promise<() => void> {
  const self: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', place: place() };
  const text = JSON.stringify(self);
  while (!create(path, text)) {
    const found = read(path);
    if (found === undefined) continue;
    if (await isHeld(path, found)) throw held(found);
    remove(path, found);
  }
  const timer = setInterval(() => touch(path), beat);
  timer.unref();
  const release = (): void => {
    clearInterval(timer);
    process.off('exit', release);
    if (read(path) === text) rmSync(path, { force: true });
  };
  process.on('exit', release);
  return release;
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes the lock of one who is dead, unless somebody else has done so and has put a new one there. */
function remove(path: string, text: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = read(aside);
  if (taken !== undefined && taken !== text) create(path, taken);
  rmSync(aside, { force: true });
}

async function isHeld(path: string, text: string): Promise<boolean> {
  const holder = parse(text);
  if (holder !== undefined && holder.place === place()) {
    const started = startOf(holder.pid);
    return started !== undefined && (started === '' || holder.started === '' || started === holder.started);
  }
  // Also where the file is being written just now.
  const last = touchedAt(path);
  for (const end = Date.now() + silence; Date.now() < end; await delay(beat / 4)) {
    if (touchedAt(path) !== last || read(path) !== text) return read(path) !== undefined;
  }
  return false;
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, started, place } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof started === 'string' && typeof place === 'string'
      ? { pid, started, place }
      : undefined;
  } catch {
    return undefined;
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // It was removed by hand.
  }
}

function touchedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** When a process started; empty where the system does not tell, undefined where there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Of somebody else's process it may only not be asked.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    // The name of the program, in parentheses, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    // A zombie has ended.
    return fields[0] === 'Z' ? undefined : (fields[19] ?? '');
  } catch {
    return startByPs(pid);
  }
}

function startByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

let knownPlace: string | undefined;

function place(): string {
  knownPlace ??= [
    hostname(),
    quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    quietly(() => readlinkSync('/proc/self/ns/pid')),
  ].join(' ');
  return knownPlace;
}

function quietly(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}

function held(text: string): UnreachableError {
  const pid = parse(text)?.pid;
  const who = pid === undefined ? 'Another process' : pid === process.pid ? 'This process' : `Another process (${pid})`;
  return new UnreachableError(
    `${who} uses this data directory already, and the embedded database takes one at a time. Stop it, or choose another directory.`,
  );
}
