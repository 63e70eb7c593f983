import { LostConnectionError, UnreachableError } from '../errors.ts';
import type { ConnectOptions, Driver, DriverSession } from './driver.ts';
import { PgliteInstance } from './pglite-instance.ts';
import { PgliteSession } from './pglite-session.ts';
import { Turns } from './pglite-turns.ts';

export interface PgliteOptions {
  /** The directory the database is kept in; without it, it is in memory and gone with the process. */
  readonly dataDir?: string | undefined;
  /** Milliseconds a statement may have to wait for those of others; default 10 s. */
  readonly turnTimeout?: number | undefined;
}

export interface PgliteDriver extends Driver {
  /** Ends all sessions, closes the database and lets other processes have its directory. */
  close(): Promise<void>;
}

const defaultTurnTimeout = 10_000;

/**
 * A PostgreSQL inside this process, over the package `@electric-sql/pglite`. It is opened with the first session.
 *
 * It has one session, at which the sessions made here take turns: a statement, or a transaction, each. It knows neither
 * users nor other databases, so that of the options of a session none matters. A statement cannot be stopped, nor
 * limited in time, and the process does nothing else while one runs.
 */
export function pgliteDriver({ dataDir, turnTimeout = defaultTurnTimeout }: PgliteOptions = {}): PgliteDriver {
  const turns = new Turns(turnTimeout);
  const sessions = new Set<PgliteSession>();
  let opening: Promise<PgliteInstance> | undefined;
  let isClosed = false;
  let lastId = 0;

  const open = async (): Promise<PgliteInstance> => {
    if (isClosed) throw new LostConnectionError('The embedded database was closed.');
    opening ??= PgliteInstance.open(dataDir);
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };

  return {
    async connect(_: ConnectOptions): Promise<DriverSession> {
      const instance = await open();
      if (!instance.isUsable) throw new UnreachableError('The embedded database failed. Start the program again.');
      for (const session of sessions) if (!session.isUsable) sessions.delete(session);
      lastId += 1;
      const session = new PgliteSession(instance, turns, lastId);
      sessions.add(session);
      return session;
    },
    async close(): Promise<void> {
      if (isClosed) return;
      isClosed = true;
      turns.close();
      for (const session of sessions) session.destroy();
      const instance = await opening?.catch(() => undefined);
      await instance?.close();
    },
  };
}
