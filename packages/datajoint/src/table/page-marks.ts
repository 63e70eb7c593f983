import type { Place } from '../expression/after.ts';
import { compileSelect } from '../expression/compile.ts';
import type { OrderItem } from '../expression/order.ts';
import type { QueryExpression } from '../expression/query-expression.ts';
import { storedTables } from '../expression/stored-tables.ts';
import type { ChangeWatch } from './change-watch.ts';
import { statementKey } from './statement-key.ts';

/** Ends of pages that are kept at most, and how long one may be as text. */
const maxMarks = 1000;
const longestMark = 1000;

/** Milliseconds after which they are forgotten whatever the stamps of their tables say. */
const maxAge = 60_000;

interface Mark {
  readonly stamp: string;
  readonly keptAt: number;
  readonly place: Place;
}

/** Pages of the same length, in the same order. */
export interface Paging {
  readonly order: readonly OrderItem[];
  readonly limit: number;
  /** From 1. */
  readonly page: number;
}

/** What is known of a page before it is read. */
export interface PageStart {
  /** The last row of the page before; undefined where nobody has read that, or its tables have changed since. */
  readonly after: Place | undefined;
  /** Remembers the last row of this page, for whoever asks for the next one. */
  keep(last: Place): void;
}

/**
 * Where pages end, for one user's connection, so that walking from page to page passes over no rows: the next page begins
 * after the last row of the one before, as long as the tables have not changed.
 */
export class PageMarks {
  readonly #watch: ChangeWatch;
  readonly #known = new Map<string, Mark>();

  constructor(watch: ChangeWatch) {
    this.#watch = watch;
  }

  async start(rows: QueryExpression, { order, limit, page }: Paging): Promise<PageStart> {
    const tables = storedTables(rows);
    const stamp = tables === undefined ? undefined : await this.#watch.stamp(tables);
    if (stamp === undefined) return { after: undefined, keep: () => undefined };
    const { dialect } = rows.executor;
    const all = statementKey(compileSelect(rows.ordered(order), dialect, []).toStatement(dialect.syntax));
    const key = (number: number): string => `${limit} ${number} ${all}`;
    const mark = this.#known.get(key(page - 1));
    const isGood = mark?.stamp === stamp && performance.now() - mark.keptAt < maxAge;
    return {
      after: isGood ? mark.place : undefined,
      keep: (place) => this.#keep(key(page), { stamp, place, keptAt: performance.now() }),
    };
  }

  #keep(key: string, mark: Mark): void {
    if (mark.place.map(String).join().length > longestMark) return;
    this.#known.delete(key);
    this.#known.set(key, mark);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > maxMarks && oldest !== undefined) this.#known.delete(oldest);
  }
}
