import { Connection, type ConnectOptions, type Driver, mysqlDialect, mysqlDriver } from '@pharus/datajoint';
import { budgetedDriver } from './budgeted-driver.ts';
import type { SessionBudget } from './session-budget.ts';

/** What the server asks of a connection to a database. Times are milliseconds. */
export interface ConnectionSettings extends ConnectOptions {
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

/** Connects to MySQL and MariaDB. */
export const connectToDatabase: ConnectionFactory = ({ budget, ...settings }) => {
  const driver: Driver = budgetedDriver(mysqlDriver, budget, settings.pool.acquireTimeout);
  return new Connection({ ...settings, dialect: mysqlDialect, driver });
};
