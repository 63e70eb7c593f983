import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { DataJointError, LostConnectionError } from '../errors.ts';
import type { WireParams } from './postgres-params.ts';

/** What the thread is asked: a statement with parameters, or a text of our own that may hold several. */
export type PgliteRequest = { readonly text: string } | ({ readonly text: string } & WireParams);

interface Waiting {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** PGlite's own would take 128 MB for buffers alone, and serve a hundred sessions. */
const settings = ['shared_buffers=16MB', 'wal_buffers=1MB', 'max_wal_size=64MB', 'max_connections=5'].flatMap(
  (setting) => ['-c', setting],
);

/**
 * What runs in the thread. As a text, since a thread cannot begin with TypeScript, which these sources are run as too.
 *
 * It hands up the bytes of the answers, without PGlite's own reading of them, which keeps all it ever read.
 */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { PGlite, protocol: { serialize } } = require(workerData.module);
  const startParams = [...PGlite.defaultStartParams, ...workerData.settings];

  const messagesOf = ({ text, types, values }) =>
    values === undefined
      ? [serialize.query(text)]
      : [
          serialize.parse({ text, types }),
          serialize.bind({ values }),
          serialize.describe({ type: 'P' }),
          serialize.execute(),
          serialize.sync(),
        ];

  const answer = async (pglite, request) => {
    const chunks = [];
    // The bytes are the database's own memory.
    const onRawData = (data) => chunks.push(Buffer.from(data));
    await pglite.execProtocolRawStream(Buffer.concat(messagesOf(request)), { syncToFs: false, onRawData });
    const bytes = new Uint8Array(Buffer.concat(chunks));
    parentPort.postMessage(bytes, [bytes.buffer]);
  };

  PGlite.create({ startParams, dataDir: workerData.dataDir }).then((pglite) => {
    let last = Promise.resolve();
    parentPort.on('message', (request) => {
      last = last.then(async () => {
        if (request !== 'close') return await answer(pglite, request);
        await pglite.close();
        parentPort.close();
      });
    });
    parentPort.postMessage(new Uint8Array());
  });
`;

/** How long a database has to close in good order, in milliseconds: it survives being ended as well. */
const closeTimeout = 5000;

/**
 * A running PGlite in a thread of its own: the process goes on while a statement runs, and can put an end to it, though
 * only with the database.
 */
export class PgliteThread {
  readonly #worker: Worker;
  /** Who is to get the next answers: they come in the order of the requests. */
  readonly #waiting: Waiting[] = [];
  /** Resolves once the thread is gone, and the directory is nobody's. */
  readonly ended: Promise<void>;
  #end: DataJointError | undefined;

  private constructor(module: string, dataDir: string | undefined) {
    const workerData = { module, settings, dataDir };
    this.#worker = new Worker(program, { eval: true, workerData, execArgv: [], name: 'pglite' });
    this.#worker.on('message', (bytes: Uint8Array) => {
      const { buffer, byteOffset, byteLength } = bytes;
      this.#next()?.resolve(Buffer.from(buffer, byteOffset, byteLength));
    });
    this.#worker.on('error', (error) => this.#fail(failed(error)));
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#fail(failed(undefined));
        resolve();
      });
    });
  }

  /**
   * Opens the database in a directory, or one in memory.
   * @throws LostConnectionError where that fails.
   */
  static async start(dataDir: string | undefined): Promise<PgliteThread> {
    const thread = new PgliteThread(findPglite(), dataDir);
    try {
      await thread.#answer();
    } catch (error) {
      throw new LostConnectionError('The embedded database could not be opened.', { cause: (error as Error).cause });
    }
    return thread;
  }

  /** Whether it has not come to an end, of whatever kind. */
  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /**
   * Asks the database, and answers the bytes it says, once what was asked before has ended. It is sent when this
   * returns, not only when the answer is awaited.
   * @throws LostConnectionError when the database fails, or the reason it was ended for.
   */
  ask(request: PgliteRequest): Promise<Buffer> {
    return this.#send(request);
  }

  /** Closes the database in good order where that can be done soon. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.kill(closed()), closeTimeout);
    // It ends without an answer, or is ending already: the directory is free only once it has ended.
    await this.#send('close').catch(() => undefined);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it at once, whatever it does, for a reason that those hear who wait for an answer. */
  kill(reason: DataJointError): void {
    this.#fail(reason);
    void this.#worker.terminate();
  }

  #send(message: PgliteRequest | 'close'): Promise<Buffer> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    this.#worker.postMessage(message);
    return this.#answer();
  }

  #answer(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // The process does not end while somebody waits, and does not live on for a database that nobody asks.
      this.#worker.ref();
    });
  }

  #next(): Waiting | undefined {
    const next = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    return next;
  }

  #fail(reason: DataJointError): void {
    this.#end ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }
}

const failed = (cause: unknown): LostConnectionError =>
  new LostConnectionError('The embedded database failed.', { cause });

const closed = (): LostConnectionError => new LostConnectionError('The embedded database was closed.');

const require = createRequire(import.meta.url);

/** Where PGlite is, an optional peer. */
function findPglite(): string {
  try {
    return require.resolve('@electric-sql/pglite');
  } catch (error) {
    throw new DataJointError(
      'The embedded database needs the package @electric-sql/pglite. Install it: npm install @electric-sql/pglite',
      { cause: error },
    );
  }
}
