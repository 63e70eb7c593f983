import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { translatePostgresError } from '../dialect/postgres/errors.ts';
import { DataJointError, LostConnectionError, QueryError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { type PgliteAnswer, readAnswer } from './pglite-answer.ts';
import { lockFile } from './pglite-lock.ts';
import { becomeRole, checkStatement, makeRole } from './pglite-role.ts';
import { toWireParams } from './postgres-params.ts';
import { postgresSetUp } from './postgres-settings.ts';

/** What is used of PGlite. */
interface Pglite {
  execProtocolRawStream(
    message: Uint8Array,
    options: { readonly syncToFs: boolean; readonly onRawData: (data: Uint8Array) => void },
  ): Promise<void>;
  close(): Promise<void>;
}

/** Its writer of the protocol's messages. */
interface Serialize {
  query(text: string): Uint8Array;
  parse(message: { readonly text: string; readonly types: number[] }): Uint8Array;
  bind(message: { readonly values: (string | Uint8Array | null)[] }): Uint8Array;
  describe(message: { readonly type: 'P' }): Uint8Array;
  execute(): Uint8Array;
  sync(): Uint8Array;
}

/** PGlite's own would take 128 MB for buffers alone, and serve a hundred sessions. */
const startSettings = ['shared_buffers=16MB', 'wal_buffers=1MB', 'max_wal_size=64MB', 'max_connections=5'].flatMap(
  (setting) => ['-c', setting],
);

interface Parts {
  readonly pglite: Pglite;
  readonly serialize: Serialize;
  readonly release: () => void;
}

export interface InstanceOptions {
  /** The directory of the database; in memory without it. */
  readonly dataDir: string | undefined;
  /** Whom everybody acts as; the superuser without it. */
  readonly role: string | undefined;
  /** What a new database needs before it counts as made. */
  readonly prepare: (instance: PgliteInstance) => Promise<void>;
}

/** The one database of PGlite in this process, and the one session it has. */
export class PgliteInstance {
  readonly version: string;
  readonly #parts: Parts;
  readonly #role: string | undefined;
  #isUsable = true;
  #hasFailed = false;

  private constructor(parts: Parts, role: string | undefined, version: string) {
    this.#parts = parts;
    this.#role = role;
    this.version = version;
  }

  /**
   * Opens the database in a directory, which is made where it is missing, or one in memory.
   * @throws UnreachableError when another process uses the directory.
   */
  static async open(options: InstanceOptions): Promise<PgliteInstance> {
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
      return await PgliteInstance.#start(path, options.role, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A new database, with what it needs. */
  static async #make(path: string | undefined, { role, prepare }: InstanceOptions): Promise<PgliteInstance> {
    const instance = await PgliteInstance.#start(path, role, () => undefined, role === undefined ? [] : makeRole(role));
    try {
      await prepare(instance);
      return instance;
    } catch (error) {
      await instance.close();
      throw error;
    }
  }

  static async #start(
    path: string | undefined,
    role: string | undefined,
    release: () => void,
    first: readonly string[] = [],
  ): Promise<PgliteInstance> {
    const { PGlite, protocol } = await load();
    const startParams = [...PGlite.defaultStartParams, ...startSettings];
    const pglite = await PGlite.create({ startParams, ...(path !== undefined && { dataDir: path }) });
    const parts = { pglite, serialize: protocol.serialize as Serialize, release };
    const setUp = [...first, postgresSetUp(0), ...(role === undefined ? [] : [becomeRole(role)])];
    for (const text of setUp) await ask(parts, text);
    const { rows } = await ask(parts, 'SHOW server_version');
    return new PgliteInstance(parts, role, String(rows[0]?.[0]));
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * Runs one statement. It has been run when this returns, even before the answer is awaited: nothing else can happen
   * meanwhile, in the whole process.
   */
  async run(statement: Statement): Promise<PgliteAnswer> {
    if (!this.#isUsable) throw new LostConnectionError('The embedded database was closed.');
    if (/^\s*COPY\b/i.test(statement.text)) {
      // It would wait for data for ever, and the process with it.
      throw new QueryError('The embedded database does not copy from or to files.');
    }
    if (this.#role !== undefined) checkStatement(statement.text);
    const { types, values } = toWireParams(statement);
    const { serialize } = this.#parts;
    let cause: unknown;
    try {
      const answer = await exchange(this.#parts.pglite, [
        serialize.parse({ text: statement.text, types }),
        serialize.bind({ values }),
        serialize.describe({ type: 'P' }),
        serialize.execute(),
        serialize.sync(),
      ]);
      if (answer.isComplete && answer.status !== undefined) return answer;
      cause = answer.error;
    } catch (error) {
      cause = error;
    }
    // What is left of it after a fault in its own program is not to be trusted: it may not even come to an end.
    this.#isUsable = false;
    this.#hasFailed = true;
    throw new LostConnectionError('The embedded database failed. Start the program again.', { cause });
  }

  /** Closes the database and lets others have the directory. */
  async close(): Promise<void> {
    this.#isUsable = false;
    try {
      if (!this.#hasFailed) await this.#parts.pglite.close();
    } finally {
      this.#parts.release();
    }
  }
}

/** Says a text of our own. */
async function ask({ pglite, serialize }: Parts, text: string): Promise<PgliteAnswer> {
  const answer = await exchange(pglite, [serialize.query(text)]);
  if (answer.error !== undefined) throw translatePostgresError(answer.error);
  return answer;
}

/** Says something and hears the answer, without PGlite's own reading of it: that keeps all it ever read. */
async function exchange(pglite: Pglite, messages: readonly Uint8Array[]): Promise<PgliteAnswer> {
  const chunks: Buffer[] = [];
  await pglite.execProtocolRawStream(Buffer.concat(messages), {
    syncToFs: false,
    // The bytes are the database's own memory.
    onRawData: (data) => chunks.push(Buffer.from(data)),
  });
  return readAnswer(Buffer.concat(chunks));
}

/** PGlite itself, an optional peer. */
async function load(): Promise<{
  readonly PGlite: {
    readonly defaultStartParams: readonly string[];
    create(options: { readonly dataDir?: string; readonly startParams: string[] }): Promise<Pglite>;
  };
  readonly protocol: { readonly serialize: object };
}> {
  try {
    return await import('@electric-sql/pglite');
  } catch (error) {
    throw new DataJointError(
      'The embedded database needs the package @electric-sql/pglite. Install it: npm install @electric-sql/pglite',
      { cause: error },
    );
  }
}
