import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { translatePostgresError } from '../dialect/postgres/errors.ts';
import { DataJointError, LostConnectionError, QueryError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { type PgliteAnswer, readAnswer } from './pglite-answer.ts';
import { lockFile } from './pglite-lock.ts';
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

interface Parts {
  readonly pglite: Pglite;
  readonly serialize: Serialize;
  readonly release: () => void;
}

/** The one database of PGlite in this process, and the one session it has. */
export class PgliteInstance {
  readonly version: string;
  readonly #parts: Parts;
  #isUsable = true;
  #hasFailed = false;

  private constructor(parts: Parts, version: string) {
    this.#parts = parts;
    this.version = version;
  }

  /**
   * Opens the database in a directory, which is made where it is missing, or one in memory.
   * @throws UnreachableError when another process uses the directory.
   */
  static async open(dataDir: string | undefined): Promise<PgliteInstance> {
    const { PGlite, protocol } = await load();
    let release: () => void = () => undefined;
    try {
      let pglite: Pglite;
      if (dataDir === undefined) pglite = await PGlite.create();
      else {
        const directory = resolve(dataDir);
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        release = await lockFile(join(directory, 'lock'));
        pglite = await openIn(directory, (path) => PGlite.create({ dataDir: path }));
      }
      const parts = { pglite, serialize: protocol.serialize as Serialize, release };
      return new PgliteInstance(parts, await setUp(parts));
    } catch (error) {
      release();
      throw error;
    }
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

/**
 * Opens the database of a directory. One that was never finished, because the process was killed while it was made, is
 * made anew.
 */
async function openIn(directory: string, open: (path: string) => Promise<Pglite>): Promise<Pglite> {
  const path = join(directory, 'database');
  const mark = join(directory, 'database.complete');
  if (!existsSync(mark)) rmSync(path, { recursive: true, force: true });
  const pglite = await open(path);
  writeFileSync(mark, '');
  return pglite;
}

/** Sets the session up, and answers the version. */
async function setUp({ pglite, serialize }: Parts): Promise<string> {
  const { error } = await exchange(pglite, [serialize.query(postgresSetUp(0))]);
  if (error !== undefined) throw translatePostgresError(error);
  const { rows } = await exchange(pglite, [serialize.query('SHOW server_version')]);
  return String(rows[0]?.[0]);
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
  readonly PGlite: { create(options?: { readonly dataDir: string }): Promise<Pglite> };
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
