import type { Driver, DriverSession } from '@pharus/datajoint';
import type { SessionBudget } from './session-budget.ts';

/** Gives its share of the budget back, once, when it ends. */
class BudgetedSession implements DriverSession {
  readonly #session: DriverSession;
  #giveBack: (() => void) | undefined;

  constructor(session: DriverSession, giveBack: () => void) {
    this.#session = session;
    this.#giveBack = giveBack;
  }

  get server(): DriverSession['server'] {
    return this.#session.server;
  }

  get isUsable(): boolean {
    return this.#session.isUsable;
  }

  execute(...given: Parameters<DriverSession['execute']>): ReturnType<DriverSession['execute']> {
    return this.#session.execute(...given);
  }

  stream(...given: Parameters<DriverSession['stream']>): ReturnType<DriverSession['stream']> {
    return this.#session.stream(...given);
  }

  async close(): Promise<void> {
    try {
      await this.#session.close();
    } finally {
      this.#end();
    }
  }

  destroy(): void {
    this.#session.destroy();
    this.#end();
  }

  #end(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }
}

/**
 * A driver that opens a session only when the budget has room for it.
 *
 * @param wait milliseconds for which it waits for room.
 */
export function budgetedDriver(driver: Driver, budget: SessionBudget, wait: number): Driver {
  return {
    async connect(options) {
      await budget.take(wait);
      try {
        return new BudgetedSession(await driver.connect(options), () => budget.give());
      } catch (error) {
        budget.give();
        throw error;
      }
    },
  };
}
