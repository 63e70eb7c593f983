import type { Connection } from '../connection/connection.ts';
import { compileWhere } from '../expression/compile.ts';
import type { QueryExpression } from '../expression/query-expression.ts';
import type { Row } from '../expression/record-types.ts';
import type { Restriction } from '../expression/restriction.ts';
import { encodeValue } from '../heading/codec/encode.ts';
import { useDefault } from '../heading/codec/input-value.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { trusted } from '../sql/trusted-sql.ts';
import type { Table } from '../table/table.ts';
import type { JobStatus } from './job-queue.ts';
import type { JobError, Jobs, Worker } from './jobs.ts';

export interface RefreshOptions {
  /** Of new jobs; lower is sooner; default 5. */
  readonly priority?: number | undefined;
  /** Seconds after which a job whose key is wanted no more goes; default 3600. */
  readonly staleAfter?: number | undefined;
  /** Seconds after which a reserved job is given up for lost and pending again; never where it is left out. */
  readonly orphanedAfter?: number | undefined;
}

/**
 * The jobs of one table in DataJoint 2: `~~name`, a row for each key from the time when somebody saw that it was to be
 * computed. Workers refresh the queue, take what is pending, and delete what they have done.
 */
export class QueuedJobs implements Jobs {
  readonly #queue: Table;
  readonly #target: Table;
  readonly #connection: Connection;
  readonly #worker: Worker;
  readonly #keepCompleted: boolean;

  constructor(queue: Table, target: Table, connection: Connection, worker: Worker, keepCompleted: boolean) {
    this.#queue = queue;
    this.#target = target;
    this.#connection = connection;
    this.#worker = worker;
    this.#keepCompleted = keepCompleted;
  }

  /** Adds what is to be computed and not yet known, and drops what nobody wants any more. @returns how many of each. */
  async refresh(
    keySource: QueryExpression,
    restrictions: readonly Restriction[] = [],
    { priority = 5, staleAfter = 3600, orphanedAfter }: RefreshOptions = {},
  ): Promise<{ readonly added: number; readonly removed: number; readonly orphaned: number }> {
    const unchecked = { semanticCheck: false };
    const done = this.#target.proj();
    const wanted = restrictions.reduce<QueryExpression>(
      (source, restriction) => source.restrict(restriction),
      keySource,
    );
    const added = await wanted.proj().except(done).except(this.#queue, unchecked).fetch('KEY');
    const rows = added.map((key) => ({ ...this.#key(key), status: 'pending', priority }));
    await this.#queue.insert(rows, { skipDuplicates: true });

    const vanished = this.#queue.except(keySource.proj(), unchecked) as Table;
    const over = vanished.restrict(trusted("status IN ('success', 'error')")).except(done, unchecked) as Table;
    let removed = await over.deleteQuick();
    if (staleAfter > 0) {
      const stale = vanished.restrict(trusted("status <> 'ignore'"));
      removed += await this.#deleteOlder(stale, 'created_time', staleAfter);
    }
    let orphaned = 0;
    if (orphanedAfter !== undefined && orphanedAfter > 0) {
      const lost = this.#queue.restrict({ status: 'reserved' });
      const { affectedRows } = await this.#connection.execute(
        sql`UPDATE ${this.#place} SET status = 'pending', reserved_time = NULL${this.#where(lost)} AND ${this.#older('reserved_time', orphanedAfter)}`,
      );
      orphaned = affectedRows;
    }
    return { added: added.length, removed, orphaned };
  }

  /** The keys of the jobs that are to be had now, soonest first. */
  async pending(
    keys: QueryExpression,
    { limit, priority }: { limit?: number | undefined; priority?: number | undefined },
  ): Promise<Row[]> {
    const urgent = priority === undefined ? true : trusted(`priority <= ${Math.trunc(priority)}`);
    return await this.#queue
      .restrict({ status: 'pending' })
      .restrict(trusted('scheduled_time <= CURRENT_TIMESTAMP(3)'))
      .restrict(urgent)
      .restrict(keys, { semanticCheck: false })
      .first({ order: 'priority, scheduled_time', limit })
      .fetch('KEY');
  }

  async reserve(key: Row): Promise<boolean> {
    const { user, host, pid, connection_id: session } = this.#worker;
    const { affectedRows } = await this.#connection.execute(sql`
      UPDATE ${this.#place} SET status = 'reserved', ${sql.id('user')} = ${user}, host = ${host}, pid = ${BigInt(pid)},
        connection_id = ${BigInt(session)}, version = ${'pharus'}, reserved_time = CURRENT_TIMESTAMP(3)
      ${this.#where(this.#rows(key))} AND status = 'pending' AND scheduled_time <= CURRENT_TIMESTAMP(3)`);
    return affectedRows === 1;
  }

  async complete(key: Row, seconds: number): Promise<void> {
    if (!this.#keepCompleted) {
      await this.#rows(key).deleteQuick();
      return;
    }
    await this.#set(key, sql`status = 'success', completed_time = CURRENT_TIMESTAMP(3), duration = ${seconds}`);
  }

  async error(key: Row, { message, stack }: JobError): Promise<void> {
    const attribute = this.#queue.heading.get('error_stack');
    const packed = attribute === undefined ? null : encodeValue(attribute, stack);
    await this.#set(
      key,
      sql`status = 'error', completed_time = CURRENT_TIMESTAMP(3), error_message = ${message}, error_stack = ${packed === useDefault ? null : packed}`,
    );
  }

  async ignore(key: Row): Promise<void> {
    await this.#queue.insert1({ ...this.#key(key), status: 'ignore', priority: 5 }, { skipDuplicates: true });
    await this.#set(key, sql`status = 'ignore'`);
  }

  async progress(): Promise<Record<JobStatus, number>> {
    const { rows } = await this.#connection.execute(sql`SELECT status, COUNT(*) FROM ${this.#place} GROUP BY status`);
    const counts = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0 };
    return { ...counts, ...Object.fromEntries(rows.map(([status, count]) => [String(status), Number(count)])) };
  }

  get #place(): Sql {
    return sql.id(this.#queue.name.schema, this.#queue.name.table);
  }

  /** Of a key, the attributes that the queue knows. */
  #key(key: Row): Row {
    return Object.fromEntries(this.#queue.heading.primaryKey.map((name) => [name, key[name] ?? null]));
  }

  #rows(key: Row): Table {
    return this.#queue.restrict(this.#key(key) as Restriction);
  }

  #where({ condition }: Table): Sql {
    return compileWhere(condition, this.#connection.dialect);
  }

  async #set(key: Row, assignments: Sql): Promise<void> {
    await this.#connection.execute(sql`UPDATE ${this.#place} SET ${assignments}${this.#where(this.#rows(key))}`);
  }

  async #deleteOlder(rows: Table, attribute: 'created_time', seconds: number): Promise<number> {
    const { affectedRows } = await this.#connection.execute(
      sql`DELETE FROM ${this.#place}${this.#where(rows)} AND ${this.#older(attribute, seconds)}`,
    );
    return affectedRows;
  }

  #older(attribute: 'created_time' | 'reserved_time', seconds: number): Sql {
    const span = sql.integer(Math.trunc(seconds));
    const ago =
      this.#connection.dialect.name === 'mysql' ? sql`INTERVAL ${span} SECOND` : sql`INTERVAL '1 second' * ${span}`;
    return sql`${sql.id(attribute)} < CURRENT_TIMESTAMP - ${ago}`;
  }
}
