import type { ConnectOptions, Driver, DriverSession } from './driver.ts';
import { type MysqlLink, openMysqlLink, runText } from './mysql-link.ts';
import { serverOf } from './mysql-server.ts';
import { MysqlSession } from './mysql-session.ts';
import { mysqlTimeLimit } from './mysql-time-limit.ts';

/** DataJoint's: double quotes are strings and the backslash escapes; whatever else a server's own default has is off. */
const sqlMode =
  'NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY';

/** How long a statement waits for a row that another transaction holds, in seconds; servers wait 50 on their own. */
const lockWaitTimeout = 15;

/** How long a server waits for its rows to be taken, in seconds; 60 on its own, and then it drops the session. */
const netWriteTimeout = 3600;

/** How long a second connection may take to stop what a first one runs, in milliseconds. */
const killTimeout = 2000;

/**
 * MySQL 5.7 and later, and MariaDB, over the package `mysql2`.
 *
 * Statements with parameters are prepared on the server, so that values never become SQL and cells are exact: integers
 * of 64 bits and decimals are strings, floats the number itself, temporal values their text, bytes bytes.
 */
export const mysqlDriver: Driver = {
  async connect(options: ConnectOptions): Promise<DriverSession> {
    const statementTimeout = options.statementTimeout ?? 0;
    const link = await openMysqlLink(options, async (fresh) => await runText(fresh, setUp(fresh, statementTimeout)));
    const kill = async (): Promise<void> => await killQuery(options, link.handshake.connectionId);
    return new MysqlSession({ link, statementTimeout, kill });
  },
};

/** One statement, to save round trips. The time zone stays the server's. */
function setUp({ handshake }: MysqlLink, statementTimeout: number): string {
  const settings = [
    'NAMES utf8mb4',
    'SESSION autocommit = 1',
    `SESSION sql_mode = '${sqlMode}'`,
    `SESSION innodb_lock_wait_timeout = ${lockWaitTimeout}`,
    `SESSION net_write_timeout = ${netWriteTimeout}`,
  ];
  const { product, version } = serverOf(handshake.serverVersion);
  // What MySQL 8 and later say of a table's last change would be up to a day old.
  if (product === 'mysql' && Number.parseInt(version, 10) >= 8) {
    settings.push('SESSION information_schema_stats_expiry = 0');
  }
  // Has rows of aggregations twice, or not at all: MDEV-31887, MDEV-37230 and others.
  if (product === 'mariadb' && !/^(?:5|10\.[0-2])\./.test(version)) {
    settings.push("SESSION optimizer_switch = 'split_materialized=off'");
  }
  if (statementTimeout > 0) settings.push(mysqlTimeLimit(handshake.serverVersion, statementTimeout));
  return `SET ${settings.join(', ')}`;
}

async function killQuery(options: ConnectOptions, sessionId: number): Promise<void> {
  const link = await openMysqlLink({ ...options, connectTimeout: killTimeout }, async (fresh) => {
    await runText(fresh, `KILL QUERY ${Number(sessionId)}`);
  });
  link.connection.end();
}
