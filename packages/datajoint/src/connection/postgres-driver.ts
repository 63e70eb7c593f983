import type { ConnectOptions, Driver, DriverSession } from './driver.ts';
import { cancelPostgresQuery, openPostgresLink } from './postgres-link.ts';
import { PostgresSession } from './postgres-session.ts';
import { postgresSetUp } from './postgres-settings.ts';

/** How long a second connection may take to stop what a first one runs, in milliseconds. */
const cancelTimeout = 2000;

/**
 * PostgreSQL over the package `pg`.
 *
 * Values go apart from the SQL. Cells are the text the server prints them as, whatever their type, bytes (`bytea`)
 * apart: so they are exact, and codecs read them by the column's type.
 */
export const postgresDriver: Driver = {
  async connect(options: ConnectOptions): Promise<DriverSession> {
    const statementTimeout = options.statementTimeout ?? 0;
    const link = await openPostgresLink(options, postgresSetUp(statementTimeout));
    const cancel = async (): Promise<void> =>
      await cancelPostgresQuery({ ...options, connectTimeout: cancelTimeout }, link);
    return new PostgresSession({ link, statementTimeout, cancel });
  },
};
