import { catalogTypes, type ExecuteOptions } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import type { StampedTable } from '../dialect/change-stamps.ts';
import type { Sql } from '../sql/sql.ts';

interface Reading {
  readonly running: Promise<string | undefined>;
  /** The next one, which whoever asks while this one runs has to wait for: this one may have looked too early. */
  next?: Promise<string | undefined>;
}

/** What asks for the stamp of some tables, and what it is known by. */
interface Question {
  readonly key: string;
  readonly sql: Sql;
}

/** Reads the stamps that stay the same as long as tables do; those who ask at the same time share a statement. */
export class ChangeWatch {
  readonly #executor: Executor;
  readonly #readings = new Map<string, Reading>();
  readonly #questions = new WeakMap<readonly StampedTable[], Question>();

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** The stamp of some tables, read after it was asked for; undefined where none can be relied on. */
  stamp(tables: readonly StampedTable[], { goesFirst = false }: ExecuteOptions = {}): Promise<string | undefined> {
    // Who goes first does not wait for one who waits in line.
    const key = `${goesFirst} ${this.#questionOf(tables).key}`;
    const reading = this.#readings.get(key);
    if (reading === undefined) return this.#start(key, tables, goesFirst);
    reading.next ??= reading.running.then(
      () => this.#start(key, tables, goesFirst),
      () => this.#start(key, tables, goesFirst),
    );
    return reading.next;
  }

  #start(key: string, tables: readonly StampedTable[], goesFirst: boolean): Promise<string | undefined> {
    const reading: Reading = { running: this.#read(tables, goesFirst) };
    this.#readings.set(key, reading);
    const end = (): void => {
      if (reading.next === undefined && this.#readings.get(key) === reading) this.#readings.delete(key);
    };
    reading.running.then(end, end);
    return reading.running;
  }

  #questionOf(tables: readonly StampedTable[]): Question {
    const known = this.#questions.get(tables);
    if (known !== undefined) return known;
    const key = JSON.stringify(tables.map(({ schema, table }) => [schema, table]));
    const question = { key, sql: this.#executor.dialect.changeStamps.of(tables) };
    this.#questions.set(tables, question);
    return question;
  }

  async #read(tables: readonly StampedTable[], goesFirst: boolean): Promise<string | undefined> {
    // Who asks in the same turn of the event loop shares it, too.
    await new Promise((resolve) => setImmediate(resolve));
    const { sql } = this.#questionOf(tables);
    const { rows } = await this.#executor.execute(sql, { goesFirst, typedBy: catalogTypes });
    return this.#executor.dialect.changeStamps.read(rows, tables);
  }
}
