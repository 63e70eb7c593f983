import type { Connection } from '../connection/connection.ts';
import type { ExecuteOptions } from '../connection/driver.ts';
import { SharedAnswer } from '../connection/shared-answer.ts';
import type { StampedTable } from '../dialect/change-stamps.ts';
import { compileCount } from '../expression/compile.ts';
import type { QueryExpression } from '../expression/query-expression.ts';
import { storedTables } from '../expression/stored-tables.ts';
import type { Sql } from '../sql/sql.ts';
import { ChangeWatch } from './change-watch.ts';
import { statementKey } from './statement-key.ts';

/** Counts that are kept at most. */
const maxCounts = 1000;

/** Milliseconds after which rows are counted again whatever the stamps of their tables say. */
const maxAge = 60_000;

interface Count {
  readonly stamp: string;
  readonly countedAt: number;
  readonly value: SharedAnswer<number>;
  /** Whether it holds for as long as the stamp stays. Whoever did not count it has to wait for this. */
  readonly isLasting: Promise<boolean>;
}

/** The statement that counts rows, and what it is known by. */
interface Counting {
  readonly key: string;
  readonly sql: Sql;
  /** Whose changes change it; undefined where it may change without any. */
  readonly tables: readonly StampedTable[] | undefined;
}

/**
 * How many rows expressions have, for one user's connection: exact, and counted again only when one of the tables they
 * are read from has changed, or may have.
 */
export class RowCounts {
  readonly #connection: Connection;
  readonly #watch: ChangeWatch;
  readonly #known = new Map<string, Count>();
  readonly #statements = new WeakMap<QueryExpression, Counting>();

  constructor(connection: Connection, watch: ChangeWatch = new ChangeWatch(connection)) {
    this.#connection = connection;
    this.#watch = watch;
  }

  /** Whether such rows were counted lately, so that a page of them is likely to need it again. */
  knows(rows: QueryExpression): boolean {
    return this.#known.has(this.#keyOf(rows).key);
  }

  async count(rows: QueryExpression, options?: ExecuteOptions): Promise<number> {
    const { key, sql, tables } = this.#keyOf(rows);
    const stamp = tables === undefined ? undefined : await this.#watch.stamp(tables, options);
    if (stamp === undefined) return rows.length(options);
    const known = this.#known.get(key);
    if (known !== undefined && isGood(known, stamp)) {
      const value = known.value.wait(options?.signal);
      value.catch(() => undefined);
      return (await known.isLasting) ? value : rows.length(options);
    }
    // Others may wait for it, too.
    const value = new SharedAnswer(({ signal }) => rows.length({ ...options, signal }));
    this.#keep(key, { stamp, countedAt: performance.now(), value, isLasting: this.#isLasting(value.answer, sql) });
    return value.wait(options?.signal);
  }

  #keyOf(rows: QueryExpression): Counting {
    const known = this.#statements.get(rows);
    if (known !== undefined) return known;
    const { dialect } = this.#connection;
    const sql = compileCount(rows, dialect);
    const isWatched = rows.operation.kind === 'table' || dialect.changeStamps.seeUncommitted === undefined;
    const tables = isWatched ? storedTables(rows) : undefined;
    const counting = { key: statementKey(sql.toStatement(dialect.syntax)), sql, tables };
    this.#statements.set(rows, counting);
    return counting;
  }

  #keep(key: string, count: Count): void {
    this.#known.delete(key);
    this.#known.set(key, count);
    void count.isLasting.then((isLasting) => isLasting || this.#forget(key, count));
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > maxCounts && oldest !== undefined) this.#known.delete(oldest);
  }

  /** False where something was changed and not committed: once it is, the stamp may not tell. */
  async #isLasting(value: Promise<number>, sql: Sql): Promise<boolean> {
    const { seeUncommitted } = this.#connection.dialect.changeStamps;
    try {
      const count = await value;
      if (seeUncommitted === undefined) return true;
      const { rows } = await this.#connection.executeAfter(seeUncommitted, sql);
      return Number(rows[0]?.[0]) === count;
    } catch {
      return false;
    }
  }

  #forget(key: string, count: Count): void {
    if (this.#known.get(key) === count) this.#known.delete(key);
  }
}

const isGood = ({ value, countedAt, stamp }: Count, now: string): boolean =>
  !value.isGivenUp && stamp === now && performance.now() - countedAt < maxAge;
