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
  /**
   * Whom the sessions act as, in place of the superuser: a role of a new database that may create schemas, and reach
   * nothing outside the database.
   */
  readonly role?: string | undefined;
  /**
   * Fills a new database, with sessions of it, before it counts as made: where the process is killed meanwhile, or this
   * fails, the database is made anew next time.
   */
  readonly prepare?: ((driver: Driver) => Promise<void>) | undefined;
}

export interface PgliteDriver extends Driver {
  /** Ends all sessions, closes the database and lets other processes have its directory. */
  close(): Promise<void>;
}

const defaultTurnTimeout = 10_000;

/**
 * A PostgreSQL inside this process, over the package `@electric-sql/pglite`. It is opened with the first session.
 *
 * It has one session, at which the sessions made here take turns: a statement, or a transaction, each. It checks no
 * user and has no other databases, so that of the options of a session only `statementTimeout` matters.
 *
 * The database runs in a thread. A statement that takes too long, or is given up and does not end within a second, is
 * ended with the thread, and the database is opened again: that takes a second or two, and loses nothing that was
 * committed. One in memory would be lost: there, a statement runs to its end.
 */
export function pgliteDriver(options: PgliteOptions = {}): PgliteDriver {
  const { dataDir, turnTimeout = defaultTurnTimeout, role, prepare } = options;
  const turns = new Turns(turnTimeout);
  const sessions = new Set<PgliteSession>();
  let opening: Promise<PgliteInstance> | undefined;
  let isClosed = false;
  let lastId = 0;

  const sessionOf = (instance: PgliteInstance, timeout?: number): DriverSession => {
    if (!instance.isUsable) throw new UnreachableError('The embedded database failed. Start the program again.');
    for (const session of sessions) if (!session.isUsable) sessions.delete(session);
    lastId += 1;
    const session = new PgliteSession(instance, turns, { sessionId: lastId, timeout });
    sessions.add(session);
    return session;
  };

  const open = async (): Promise<PgliteInstance> => {
    if (isClosed) throw new LostConnectionError('The embedded database was closed.');
    opening ??= PgliteInstance.open({
      dataDir,
      role,
      prepare: async (instance) => await prepare?.({ connect: async () => sessionOf(instance) }),
    });
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };

  return {
    async connect({ statementTimeout }: ConnectOptions): Promise<DriverSession> {
      return sessionOf(await open(), statementTimeout);
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
