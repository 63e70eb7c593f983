import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { translatePostgresError } from '../dialect/postgres/errors.ts';
import { type DataJointError, LostConnectionError, QueryError, TimeoutError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { cancellationOf } from './cancellation.ts';
import { type PgliteAnswer, readAnswer } from './pglite-answer.ts';
import { lockFile } from './pglite-lock.ts';
import { becomeRole, checkStatement, makeRole } from './pglite-role.ts';
import { PgliteThread } from './pglite-thread.ts';
import { toWireParams } from './postgres-params.ts';
import { postgresSetUp } from './postgres-settings.ts';
import { whenAborted } from './when-aborted.ts';

/** What a statement that is given up may still take to end by itself, in milliseconds. */
const grace = 1000;

export interface InstanceOptions {
  /** The directory of the database; in memory without it. */
  readonly dataDir: string | undefined;
  /** Whom everybody acts as; the superuser without it. */
  readonly role: string | undefined;
  /** What a new database needs before it counts as made. */
  readonly prepare: (instance: PgliteInstance) => Promise<void>;
}

export interface StatementLimits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds it may run; 0 for ever. */
  readonly timeout?: number | undefined;
}

/**
 * The one database of PGlite in this process, and the one session it has.
 *
 * PostgreSQL in this form cannot stop a statement. One that is given up, or takes too long, is ended with the whole
 * database, which is then opened again, as after a power cut: what was committed is there. One in memory would be gone;
 * there, a statement runs to its end.
 */
export class PgliteInstance {
  readonly version: string;
  readonly #path: string | undefined;
  readonly #role: string | undefined;
  readonly #release: () => void;
  #thread: PgliteThread;
  #restart: Promise<PgliteThread> | undefined;
  #restarts = 0;
  #isClosed = false;

  private constructor(
    { path, role, release }: Place,
    { thread, version }: { readonly thread: PgliteThread; readonly version: string },
  ) {
    this.#path = path;
    this.#role = role;
    this.#release = release;
    this.#thread = thread;
    this.version = version;
  }

  /**
   * Opens the database in a directory, which is made where it is missing, or one in memory.
   * @throws UnreachableError when another process uses the directory.
   */
  static async open(options: InstanceOptions): Promise<PgliteInstance> {
    const { role } = options;
    if (options.dataDir === undefined) return await PgliteInstance.#make(undefined, options);
    const directory = resolve(options.dataDir);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const release = await lockFile(join(directory, 'lock'));
    try {
      const path = join(directory, 'database');
      if (!existsSync(path)) {
        // Made aside, and put in its place when it is complete: what a killed process left half made is made anew.
        const aside = join(directory, 'database.new');
        rmSync(aside, { recursive: true, force: true });
        await (await PgliteInstance.#make(aside, options)).close();
        renameSync(aside, path);
      }
      return new PgliteInstance({ path, role, release }, await start(path, role));
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A new database, with what it needs. */
  static async #make(path: string | undefined, { role, prepare }: InstanceOptions): Promise<PgliteInstance> {
    const first = role === undefined ? [] : makeRole(role);
    const place = { path, role, release: () => undefined };
    const instance = new PgliteInstance(place, await start(path, role, first));
    try {
      await prepare(instance);
      return instance;
    } catch (error) {
      await instance.close();
      throw error;
    }
  }

  /** Whether it can run statements, now or once it is opened again. */
  get isUsable(): boolean {
    return !this.#isClosed && (this.#thread.isRunning || this.#path !== undefined);
  }

  /** Whether it is open: one that was ended is opened again with the next statement. */
  get isRunning(): boolean {
    return this.#thread.isRunning;
  }

  /** How often it was opened again: what a session had there before, such as a cursor, is gone. */
  get restarts(): number {
    return this.#restarts;
  }

  /**
   * Runs a statement once what was asked before has ended. It is sent when this returns, not only when the answer is
   * awaited, unless the database has to be opened again first.
   * @throws LostConnectionError when the database fails, or the reason it was stopped for; of a transaction that was
   * under way nothing is left then.
   */
  async run(statement: Statement, limits: StatementLimits = {}): Promise<PgliteAnswer> {
    if (!this.isUsable) throw new LostConnectionError(this.#isClosed ? 'The embedded database was closed.' : failed);
    if (/^\s*COPY\b/i.test(statement.text)) {
      // It would wait for data for ever.
      throw new QueryError('The embedded database does not copy from or to files.');
    }
    if (this.#role !== undefined) checkStatement(statement.text);
    const request = { text: statement.text, ...toWireParams(statement) };
    const thread = this.#thread.isRunning ? this.#thread : await this.#openAgain();
    if (limits.signal?.aborted) throw cancellationOf(limits.signal);
    const answer = readAnswer(await this.#limited(thread, thread.ask(request), limits));
    if (answer.isComplete && answer.status !== undefined) return answer;
    // What is left of it after a fault in its own program is not to be trusted: it may not even come to an end.
    const error = new LostConnectionError('The embedded database failed.', { cause: answer.error });
    thread.kill(error);
    throw error;
  }

  /** Closes the database and lets others have the directory. */
  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      const thread = (await this.#restart?.catch(() => undefined)) ?? this.#thread;
      await thread.close();
    } finally {
      this.#release();
    }
  }

  async #limited(thread: PgliteThread, asked: Promise<Buffer>, { signal, timeout = 0 }: StatementLimits) {
    if (this.#path === undefined) return await asked;
    const timers: NodeJS.Timeout[] = [];
    const stopAfter = (milliseconds: number, reason: () => DataJointError): void => {
      timers.push(setTimeout(() => thread.kill(reason()), milliseconds));
    };
    if (timeout > 0) stopAfter(timeout, tooLong);
    const leave = whenAborted(signal, (aborted) => stopAfter(grace, () => cancellationOf(aborted)));
    try {
      return await asked;
    } finally {
      for (const timer of timers) clearTimeout(timer);
      leave();
    }
  }

  async #openAgain(): Promise<PgliteThread> {
    this.#restart ??= this.#startAgain().finally(() => {
      this.#restart = undefined;
    });
    return await this.#restart;
  }

  async #startAgain(): Promise<PgliteThread> {
    await this.#thread.ended;
    const { thread } = await start(this.#path, this.#role);
    this.#thread = thread;
    this.#restarts += 1;
    return thread;
  }
}

/** Where a database is, who acts there, and what lets others have it. */
interface Place {
  readonly path: string | undefined;
  readonly role: string | undefined;
  readonly release: () => void;
}

async function start(
  path: string | undefined,
  role: string | undefined,
  first: readonly string[] = [],
): Promise<{ readonly thread: PgliteThread; readonly version: string }> {
  const thread = await PgliteThread.start(path);
  const setUp = [...first, postgresSetUp(0), ...(role === undefined ? [] : [becomeRole(role)])];
  for (const text of setUp) await ask(thread, text);
  const { rows } = await ask(thread, 'SHOW server_version');
  return { thread, version: String(rows[0]?.[0]) };
}

/** Says a text of our own. */
async function ask(thread: PgliteThread, text: string): Promise<PgliteAnswer> {
  const answer = readAnswer(await thread.ask({ text }));
  if (answer.error !== undefined) throw translatePostgresError(answer.error);
  return answer;
}

const failed = 'The embedded database failed. Start the program again.';

const tooLong = (): TimeoutError => new TimeoutError('The statement ran longer than it may and was stopped.');
