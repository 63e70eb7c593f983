import { setTimeout } from 'node:timers/promises';
import { type ConnectOptions, type Driver, type DriverSession, OverloadedError } from '@pharus/datajoint';
import { Holder, type SessionBudget } from './session-budget.ts';

/**
 * The driver of one user's pool, whose sessions each take one of a budget, from before they are opened until they are closed.
 */
export function budgetedDriver(driver: Driver, budget: SessionBudget, timeout: number): Driver {
  const holder = new Holder();
  /** The database may be full because of what other users left open here, or use just now. */
  const connectWithRoom = async (options: ConnectOptions): Promise<DriverSession> => {
    const deadline = performance.now() + timeout;
    for (let wait = 25; ; wait = Math.min(400, 2 * wait)) {
      try {
        return await driver.connect(options);
      } catch (error) {
        if (!(error instanceof OverloadedError) || performance.now() + wait > deadline) throw error;
        budget.relieve();
        // Not all who wait at the same moment.
        await setTimeout(wait * (0.5 + Math.random()));
      }
    }
  };

  return {
    async connect(options) {
      await budget.take(holder, timeout);
      try {
        return budgeted(await connectWithRoom(options), budget, holder);
      } catch (error) {
        budget.give(holder);
        throw error;
      }
    },
  };
}

function budgeted(session: DriverSession, budget: SessionBudget, holder: Holder): DriverSession {
  let isTaken = true;
  let hasServed = false;
  const give = (): void => {
    if (isTaken) budget.give(holder);
    isTaken = false;
  };
  const records = session.records?.bind(session);
  return {
    server: session.server,
    get isUsable() {
      // A pool closes what is no longer of use when it gets it back, and then opens another when its turn comes. What it
      // has just opened is for who waits there.
      return session.isUsable && !(hasServed && budget.isOwed(holder));
    },
    execute(statement, options) {
      hasServed = true;
      return session.execute(statement, options);
    },
    stream(statement, options) {
      hasServed = true;
      return session.stream(statement, options);
    },
    ...(records && {
      records(statement, format, options) {
        hasServed = true;
        return records(statement, format, options);
      },
    }),
    close: () => session.close().finally(give),
    destroy() {
      session.destroy();
      give();
    },
  };
}
