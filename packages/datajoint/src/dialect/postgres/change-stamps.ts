import { sql } from '../../sql/sql.ts';
import type { ChangeStamps } from '../change-stamps.ts';

/**
 * PostgreSQL notes no time of a change, but says which transactions a statement sees. As long as that is the same, stored
 * rows are: nothing was committed anywhere on the server in between. Views, foreign tables and tables with policies may
 * show other rows all the same, at another time or to another role.
 *
 * @see https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export const postgresChangeStamps: ChangeStamps = {
  of: (tables) => sql`
    SELECT CAST(txid_current_snapshot() AS text), COUNT(*)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND (${sql.join(
      tables.map(({ schema, table }) => sql`n.nspname = ${schema} AND c.relname = ${table}`),
      ' OR ',
    )})`,

  read([row], tables) {
    return row !== undefined && Number(row[1]) === tables.length ? String(row[0]) : undefined;
  },
};
