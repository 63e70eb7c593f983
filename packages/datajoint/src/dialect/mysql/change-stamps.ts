import { sql } from '../../sql/sql.ts';
import type { ChangeStamps } from '../change-stamps.ts';

/**
 * Seconds for which a table is left alone before its stamp counts: stamps are whole seconds, so that until then another
 * change could get the same one.
 */
const settling = 2;

/**
 * InnoDB notes when a table was last changed, by cascading keys too, and about how many rows it has. It forgets the time
 * when the server starts anew or drops the table from its cache, which reads as NULL. Partitions and other engines keep
 * no such time that could be relied on.
 *
 * MySQL notes the time at which a change was committed, MariaDB the time at which its transaction began: two that began
 * in the same second leave the same time, however far apart they end. The number of rows changes with each row that is
 * inserted or deleted, committed or not, and when a table is truncated, which leaves MariaDB's time as it was. So the two
 * tell of every change in the number of rows but one that was made before and is committed after a look.
 *
 * MySQL answers what it noted up to a day ago, unless `information_schema_stats_expiry` is 0, as sessions of the driver
 * have it.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/information-schema-tables-table.html
 */
export const mysqlChangeStamps: ChangeStamps = {
  of: (tables) =>
    sql.join(
      tables.map(
        ({ schema, table }) => sql`
    SELECT UNIX_TIMESTAMP(create_time), UNIX_TIMESTAMP(update_time), table_rows, UNIX_TIMESTAMP()
    FROM information_schema.tables
    WHERE table_schema = ${schema} AND table_name = ${table} AND engine = 'InnoDB'
      AND create_options NOT LIKE '%partitioned%'`,
      ),
      '\n    UNION ALL',
    ),

  read(rows, tables) {
    if (rows.length !== tables.length) return undefined;
    const isSettled = rows.every(([, updated, , now]) => updated !== null && Number(now) - Number(updated) >= settling);
    return isSettled ? rows.map((row) => row.slice(0, 3).join(' ')).join('\n') : undefined;
  },

  seeUncommitted: sql`SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED`,
};
