import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../packages/datajoint/src/index.ts';
import { trusted, trustedFragment } from '../../packages/datajoint/src/sql/trusted-sql.ts';

/** Milliseconds of something that goes on, to be compared with what it says later. */
export type Clock = () => number;

/**
 * The time that processors have spent for a database server on this machine: what its statements cost, however busy the
 * machine is with other things. Where the system does not tell, the time of the wall.
 */
export async function processorClock(connection: Connection): Promise<Clock> {
  const ask = async (question: string): Promise<string> => {
    const { rows } = await connection.execute(trustedFragment(trusted(question)));
    return String(rows[0]?.[0]);
  };
  const file =
    connection.dialect.name === 'mysql'
      ? await ask('SELECT @@pid_file')
      : join(await ask('SHOW data_directory'), 'postmaster.pid');
  try {
    const server = Number.parseInt(readFileSync(file, 'utf8'), 10);
    const clock = clockOf(() => processesOf(server).map((id) => [id, timeOf(id)] as const));
    return clock() > 0 ? clock : () => performance.now();
  } catch {
    return () => performance.now();
  }
}

/** Adds up what processes have run so far. Of one that has ended since, what was seen last stays. */
function clockOf(look: () => readonly (readonly [id: number, time: number])[]): Clock {
  const last = new Map<number, number>();
  let ended = 0;
  return () => {
    for (const [id, time] of look()) {
      const before = last.get(id) ?? 0;
      // Less than before, it is gone, or another one of its number.
      if (time < before) ended += before;
      last.set(id, time);
    }
    return [...last.values()].reduce((sum, time) => sum + time, ended);
  };
}

/** A process and those that it has started. */
function processesOf(id: number): readonly number[] {
  const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim().split(/\s+/);
  return [id, ...children.filter((child) => child !== '').map(Number)];
}

/** Milliseconds that the threads of a process have run. */
function timeOf(id: number): number {
  try {
    const threads = readdirSync(`/proc/${id}/task`).map((thread) => `/proc/${id}/task/${thread}/schedstat`);
    return threads.reduce((sum, file) => sum + Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6, 0);
  } catch {
    // It has ended in the meantime.
    return 0;
  }
}
