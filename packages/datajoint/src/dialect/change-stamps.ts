import type { Sql } from '../sql/sql.ts';

/** A stored table. */
export interface StampedTable {
  readonly schema: string;
  readonly table: string;
}

/**
 * How to tell that tables have not changed: a stamp that stays the same as long as nothing is committed to them. It may
 * change without need, but must not stay when they do.
 */
export interface ChangeStamps {
  /** The statement that reads the stamp of some tables together. */
  of(tables: readonly StampedTable[]): Sql;
  /** The stamp in its rows; undefined where none can be relied on, or not yet because they changed a moment ago. */
  read(rows: readonly (readonly unknown[])[], tables: readonly StampedTable[]): string | undefined;
  /**
   * Set where the stamp tells of whole tables only, and that only where nothing of them is changed but not yet committed:
   * the statement after which the next one sees such changes, too.
   */
  readonly seeUncommitted?: Sql;
}
