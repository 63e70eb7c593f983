import { isDeepStrictEqual } from 'node:util';
import { Connection } from '../connection/connection.ts';
import type { Executor } from '../connection/executor.ts';
import type { Transaction } from '../connection/transaction.ts';
import { DataJointError, UnsupportedTableType } from '../errors.ts';
import type { QueryExpression } from '../expression/query-expression.ts';
import type { Row } from '../expression/record-types.ts';
import { AndList, type Restriction } from '../expression/restriction.ts';
import { isAutoPopulated } from '../naming.ts';
import type { Catalog } from '../table/catalog.ts';
import { CatalogMemory } from '../table/catalog-memory.ts';
import type { Table } from '../table/table.ts';
import { stampJob } from './job-stamp.ts';
import { type Jobs, jobErrorOf, thisWorker } from './jobs.ts';
import { keySource } from './key-source.ts';
import { LegacyJobs } from './legacy-jobs.ts';
import type { FetchContext, Make, MakeContext, MakeInParts } from './make.ts';
import { QueuedJobs, type RefreshOptions } from './queued-jobs.ts';

export interface PopulateOptions {
  /** Only keys that meet all of them. */
  readonly restrictions?: readonly Restriction[];
  /** Agrees with other workers, in whatever language, on who does what; default false. */
  readonly reserveJobs?: boolean;
  /** Goes on after an error, which is reported; default false: the first error is thrown. */
  readonly suppressErrors?: boolean;
  /** Default `original`: as the database lists the keys; with a queue, the most urgent ones first. */
  readonly order?: 'original' | 'reverse' | 'random';
  /** Looks at so many keys at most. */
  readonly limit?: number;
  /** Computes so many keys at most. */
  readonly maxCalls?: number;
  /** Stops before the next key, and what `make` makes of it. */
  readonly signal?: AbortSignal;
  /** Of the queue (DataJoint 2): takes only jobs at this priority or a more urgent one, and what is kept of it. */
  readonly priority?: number;
  /** Whether jobs that are done stay in the queue (DataJoint 2); default false. */
  readonly keepCompleted?: boolean;
  /** How the queue is refreshed before, or false where somebody else does it (DataJoint 2). */
  readonly refresh?: RefreshOptions | false;
  /** Of the code that computes, for tables that keep it with their rows (`jobMetadata`); at most 64 characters. */
  readonly version?: string;
}

export interface PopulateResult {
  /** How many keys were computed. */
  readonly successCount: number;
  /** What went wrong, by key. */
  readonly errors: readonly { readonly key: Row; readonly error: unknown }[];
}

interface AutoPopulatedState {
  readonly table: Table;
  readonly make: Make;
  readonly keySource: QueryExpression | undefined;
  /** The table of the queue of jobs (DataJoint 2), made where it is not there. */
  readonly queue: () => Promise<Table>;
  /** A table by its class name in a schema, used in a transaction that asks the catalog by itself, or outside of any. */
  readonly find: (className: string, schema: string, executor: Executor, catalog: Catalog) => Promise<Table>;
}

/** What the keys of one call have in common. */
interface Run {
  readonly connection: Connection;
  readonly jobs: Jobs | undefined;
  readonly signal: AbortSignal | undefined;
  readonly memory: CatalogMemory;
  readonly version: string;
}

/**
 * A table that is filled by computing: once for each key of its key source, each in a transaction of its own.
 *
 * Takes part in a pipeline beside Python's workers: the keys, the order of events and the tables of jobs are those of
 * the Python library of the table's generation.
 */
export class AutoPopulated {
  readonly table: Table;
  readonly #make: Make;
  readonly #keySource: QueryExpression | undefined;
  readonly #queue: AutoPopulatedState['queue'];
  readonly #find: AutoPopulatedState['find'];

  constructor({ table, make, keySource, queue, find }: AutoPopulatedState) {
    if (!isAutoPopulated(table.tier)) {
      throw new UnsupportedTableType(
        `Only imported and computed tables are populated; ${table.className} is ${table.tier}.`,
      );
    }
    this.table = table;
    this.#make = make;
    this.#keySource = keySource;
    this.#queue = queue;
    this.#find = find;
  }

  /** The keys to compute: what was given, or the join of the parents in the primary key. */
  async keySource(): Promise<QueryExpression> {
    const source = this.#keySource ?? (await keySource(this.table));
    if (source === undefined) {
      throw new DataJointError(
        `The primary key of ${this.table.className} comes from no table that you see, so that there is nothing to populate it for.`,
      );
    }
    const missing = source.heading.primaryKey.find((name) => !this.table.heading.has(name));
    if (missing !== undefined) {
      throw new DataJointError(
        `${this.table.className} lacks the attribute ${missing} of its key source's primary key.`,
      );
    }
    return source;
  }

  /** How many keys are left, and how many there are. */
  async progress(
    ...restrictions: readonly Restriction[]
  ): Promise<{ readonly remaining: number; readonly total: number }> {
    const todo = await this.#todo(restrictions);
    return { remaining: await todo.except(this.table.proj()).length(), total: await todo.length() };
  }

  /** The jobs of the table, of its generation's kind. */
  async jobs({ keepCompleted = false }: { readonly keepCompleted?: boolean } = {}): Promise<LegacyJobs | QueuedJobs> {
    const connection = this.#connection();
    const worker = await thisWorker(connection);
    return this.table.heading.generation === 'legacy'
      ? await LegacyJobs.of(this.table, connection, worker)
      : new QueuedJobs(await this.#queue(), this.table, connection, worker, keepCompleted);
  }

  /**
   * Calls `make` for the keys that are not in the table yet.
   * @throws what `make` throws, unless errors are suppressed; DataJointError in a transaction.
   */
  async populate(options: PopulateOptions = {}): Promise<PopulateResult> {
    const {
      reserveJobs = false,
      suppressErrors = false,
      maxCalls,
      signal,
      keepCompleted = false,
      version = '',
    } = options;
    const connection = this.#connection();
    const jobs = reserveJobs ? await this.jobs({ keepCompleted }) : undefined;
    const keys = ordered(await this.#keys(jobs, options), options.order ?? 'original').slice(0, maxCalls);
    const errors: { key: Row; error: unknown }[] = [];
    // What `make` asks of the catalog is asked in its transaction, and remembered from one key to the next.
    const memory = new CatalogMemory();
    let successCount = 0;
    for (const key of keys) {
      if (signal?.aborted) break;
      if (jobs !== undefined && !(await jobs.reserve(key))) continue;
      try {
        if (await this.#populate1(key, { connection, jobs, signal, memory, version })) successCount += 1;
      } catch (error) {
        await jobs?.error(key, jobErrorOf(error));
        if (!suppressErrors) throw error;
        errors.push({ key, error });
      }
    }
    return { successCount, errors };
  }

  /** @returns false where somebody else was faster. */
  async #populate1(key: Row, run: Run): Promise<boolean> {
    const start = Date.now();
    const make = this.#make;
    const insert =
      typeof make === 'function'
        ? (context: MakeContext) => make({ ...key }, context)
        : await this.#parts(key, make, run);
    const isMade = insert !== undefined && (await this.#insert(key, insert, start, run));
    await run.jobs?.complete(key, (Date.now() - start) / 1000);
    return isMade;
  }

  /** Fetches and computes; what is left is to be done in a transaction. Undefined where the key is there already. */
  async #parts(
    key: Row,
    make: MakeInParts,
    { connection, signal }: Run,
  ): Promise<((context: MakeContext) => Promise<void>) | undefined> {
    const { table } = this;
    if (!(await table.restrict(key as Restriction).isEmpty())) return undefined;
    const fetched = await make.fetch({ ...key }, this.#context(connection, table.catalog, signal));
    const computed = await make.compute({ ...key }, fetched, signal);
    return async (context) => {
      if (!isDeepStrictEqual(await make.fetch({ ...key }, context), fetched)) {
        throw new DataJointError('What was fetched for the key has changed while it was computed.');
      }
      await make.insert({ ...key }, computed, context);
    };
  }

  #insert(
    key: Row,
    make: (context: MakeContext) => Promise<void>,
    start: number,
    { connection, signal, memory, version }: Run,
  ): Promise<boolean> {
    return connection.transaction(
      async (transaction: Transaction) => {
        const catalog = this.table.catalog.within(transaction, memory);
        const table = this.table.using(transaction, catalog);
        if (!(await table.restrict(key as Restriction).isEmpty())) return false;
        const insert: MakeContext['insert'] = (rows, options) =>
          table.insert(rows, { ...options, allowDirectInsert: true });
        const insert1: MakeContext['insert1'] = (row, options) => insert([row], options);
        await make({ ...this.#context(transaction, catalog, signal), transaction, insert, insert1 });
        await stampJob(table.restrict(key as Restriction), start, version);
        return true;
      },
      { signal },
    );
  }

  #context(executor: Executor, catalog: Catalog, signal: AbortSignal | undefined): FetchContext {
    const { schema: own } = this.table.name;
    return { signal, table: (className, schema = own) => this.#find(className, schema, executor, catalog) };
  }

  async #keys(jobs: LegacyJobs | QueuedJobs | undefined, options: PopulateOptions): Promise<Row[]> {
    const { restrictions = [], limit, maxCalls, priority, refresh = {} } = options;
    const todo = await this.#todo(restrictions);
    if (jobs instanceof QueuedJobs) {
      if (refresh !== false) await jobs.refresh(await this.keySource(), restrictions, { priority, ...refresh });
      return await jobs.pending(todo, { limit: limit ?? maxCalls, priority });
    }
    const missing = todo.except(this.table.proj());
    const keys = await (limit === undefined ? missing : missing.first({ limit })).fetch('KEY');
    if (jobs === undefined) return keys;
    const taken = await jobs.taken();
    return keys.filter((key) => !taken.has(jobs.hash(key)));
  }

  async #todo(restrictions: readonly Restriction[]): Promise<QueryExpression> {
    const source = await this.keySource();
    return (restrictions.length === 0 ? source : source.restrict(new AndList(restrictions))).proj();
  }

  #connection(): Connection {
    if (this.table.executor instanceof Connection) return this.table.executor;
    throw new DataJointError('Populate cannot be called during a transaction.');
  }
}

function ordered(keys: readonly Row[], order: 'original' | 'reverse' | 'random'): readonly Row[] {
  if (order === 'original') return keys;
  if (order === 'reverse') return keys.toReversed();
  return keys
    .map((key) => [Math.random(), key] as const)
    .sort(([a], [b]) => a - b)
    .map(([, key]) => key);
}
