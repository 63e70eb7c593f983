import {
  Connection,
  type ConnectOptions,
  type Driver,
  mysqlDialect,
  mysqlDriver,
  postgresDialect,
  postgresDriver,
} from '@pharus/datajoint';
import { budgetedDriver } from './budgeted-driver.ts';
import type { DatabaseAddress } from './database-address.ts';
import type { SessionBudget } from './session-budget.ts';

/** What the server asks of a connection to a database. Times are milliseconds. */
export interface ConnectionSettings extends ConnectOptions {
  readonly family: DatabaseAddress['family'];
  /** The checked IP address that `host` stands for. */
  readonly address: string;
  readonly pool: {
    readonly max: number;
    readonly maxSlow: number;
    readonly maxWaiting: number;
    readonly idleTimeout: number;
    readonly lifetime: number;
    readonly acquireTimeout: number;
  };
  /** Shared by the connections of all users. */
  readonly budget: SessionBudget;
}

/** Makes a connection, which opens its first session when it is first used. */
export type ConnectionFactory = (settings: ConnectionSettings) => Connection;

const backends = {
  mysql: { dialect: mysqlDialect, driver: mysqlDriver },
  postgresql: { dialect: postgresDialect, driver: postgresDriver },
} as const;

/** Connects to MySQL, MariaDB and PostgreSQL, and to the demo where there is one. */
export function connectionFactory(demo?: Driver): ConnectionFactory {
  return ({ budget, family, ...settings }) => {
    if (family === 'demo') return connectToDemo(demo, settings);
    const { dialect, driver } = backends[family];
    return new Connection({
      ...settings,
      dialect,
      driver: budgetedDriver(driver, budget, settings.pool.acquireTimeout),
    });
  };
}

/**
 * All visitors of the demo share its sessions, which cost nothing and open nothing: the limits of users and databases are
 * not theirs. Where more want one at once, they wait in line, for as long as others wait.
 */
const demoPool = { max: 100, maxSlow: undefined, maxWaiting: 400 } as const;

function connectToDemo(
  driver: Driver | undefined,
  settings: Omit<ConnectionSettings, 'budget' | 'family'>,
): Connection {
  if (driver === undefined) throw new Error('A connection to the demo of a server without one.');
  return new Connection({
    ...settings,
    pool: { ...settings.pool, ...demoPool },
    dialect: postgresDialect,
    driver,
  });
}
