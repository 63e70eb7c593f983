import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second of `/proc`, on every Linux this runs on. */
const TICKS = 100;

/** Processor time of processes and all their children so far, those that have ended too, in milliseconds. */
export function processorTime(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of familyOf(pids)) {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its own, in programs and in the system, and that of children it has seen end.
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return (ticks * 1000) / TICKS;
}

/** Memory of processes and all their children, in megabytes: at the moment, and at most so far. */
export function memory(pids: readonly number[]): { readonly now: number; readonly peak: number } {
  let now = 0;
  let peak = 0;
  for (const pid of familyOf(pids)) {
    const status = read(`/proc/${pid}/status`);
    now += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    peak += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
  return { now, peak };
}

function familyOf(pids: readonly number[]): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`);
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(Number(name), Number(parent));
  }
  const family = new Set(pids);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return [...family];
}

/** Empty where the process has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
