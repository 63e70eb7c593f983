import {
  Connection,
  type ConnectOptions,
  mysqlDialect,
  mysqlDriver,
  postgresDialect,
  postgresDriver,
} from '@pharus/datajoint';
import { budgetedDriver } from './budgeted-driver.ts';
import type { DatabaseFamily } from './database-address.ts';
import type { SessionBudget } from './session-budget.ts';

/** What the server asks of a connection to a database. Times are milliseconds. */
export interface ConnectionSettings extends ConnectOptions {
  readonly family: DatabaseFamily;
  /** The checked IP address that `host` stands for. */
  readonly address: string;
  readonly pool: {
    readonly max: number;
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

/** Connects to MySQL, MariaDB and PostgreSQL. */
export const connectToDatabase: ConnectionFactory = ({ budget, family, ...settings }) => {
  const { dialect, driver } = backends[family];
  return new Connection({ ...settings, dialect, driver: budgetedDriver(driver, budget, settings.pool.acquireTimeout) });
};
