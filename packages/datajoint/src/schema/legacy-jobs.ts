import { type BlobValue, DateTime, Decimal, Uuid } from '../blob/values.ts';
import type { Connection } from '../connection/connection.ts';
import { DuplicateError } from '../errors.ts';
import type { Row } from '../expression/record-types.ts';
import type { Heading } from '../heading/heading.ts';
import type { Table } from '../table/table.ts';
import { tableAt } from '../table/table-at.ts';
import type { JobStatus } from './job-queue.ts';
import type { JobError, Jobs, Worker } from './jobs.ts';
import { keyHash } from './key-hash.ts';
import { jobTableDefinition, ownTable } from './own-tables.ts';

/**
 * The older generation's jobs: a row of `~jobs`, one table for the whole schema, for each job that is taken, failed or
 * to be ignored. A job without a row is to be had.
 */
export class LegacyJobs implements Jobs {
  readonly #table: Table;
  readonly #of: string;
  readonly #heading: Heading;
  readonly #worker: Worker;

  constructor(table: Table, target: Table, worker: Worker) {
    this.#table = table;
    this.#of = target.name.table;
    this.#heading = target.heading;
    this.#worker = worker;
  }

  /** The jobs of a table; `~jobs` is made where it is not there. */
  static async of(target: Table, connection: Connection, worker: Worker): Promise<LegacyJobs> {
    const { catalog } = target;
    const name = { schema: target.name.schema, table: '~jobs' };
    const { tables } = await catalog.find(name.schema, [name.table]);
    if (tables.length === 0) {
      const statements = ownTable(name, jobTableDefinition(name.schema), connection.dialect);
      for (const statement of statements) await connection.execute(statement);
      catalog.invalidate();
    }
    return new LegacyJobs(await tableAt(name, catalog, connection), target, worker);
  }

  async reserve(key: Row): Promise<boolean> {
    return await this.#enter(key, 'reserved');
  }

  async ignore(key: Row): Promise<void> {
    await this.#enter(key, 'ignore');
  }

  async complete(key: Row): Promise<void> {
    await this.#table.restrict(this.#id(key)).deleteQuick();
  }

  async error(key: Row, { message, stack }: JobError): Promise<void> {
    const row = {
      ...this.#id(key),
      status: 'error',
      key: this.#packable(key),
      error_message: message,
      error_stack: stack,
    };
    await this.#table.insert1({ ...row, ...this.#worker }, { replace: true });
  }

  /** Hashes of the keys that are not to be had. */
  async taken(): Promise<ReadonlySet<string>> {
    return new Set((await this.#table.restrict({ table_name: this.#of }).fetch('key_hash')).map(String));
  }

  hash(key: Row): string {
    return keyHash(key, this.#heading);
  }

  async progress(): Promise<Partial<Record<JobStatus, number>>> {
    const counts: Partial<Record<JobStatus, number>> = {};
    for (const status of await this.#table.restrict({ table_name: this.#of }).fetch('status')) {
      counts[status as JobStatus] = (counts[status as JobStatus] ?? 0) + 1;
    }
    return counts;
  }

  async #enter(key: Row, status: 'reserved' | 'ignore'): Promise<boolean> {
    try {
      await this.#table.insert1({ ...this.#id(key), status, key: this.#packable(key), ...this.#worker });
      return true;
    } catch (error) {
      if (error instanceof DuplicateError) return false;
      throw error;
    }
  }

  #id(key: Row): { readonly table_name: string; readonly key_hash: string } {
    return { table_name: this.#of, key_hash: this.hash(key) };
  }

  /** The key as a Python dict of Python's own types. */
  #packable(key: Row): ReadonlyMap<BlobValue, BlobValue> {
    return new Map(
      Object.entries(key).map(([name, value]) => [name, pythonValue(value, this.#heading.get(name)?.storage.kind)]),
    );
  }
}

function pythonValue(value: unknown, kind: string | undefined): BlobValue {
  switch (kind) {
    case 'integer':
    case 'year':
    case 'bool':
      return BigInt(value as number);
    case 'uuid':
      return new Uuid(String(value));
    case 'date':
    case 'datetime':
      return new DateTime(String(value).replace(' ', 'T'));
    case 'decimal':
      return new Decimal(String(value));
    default:
      return value as BlobValue;
  }
}
