import cluster, { type Address, type Worker } from 'node:cluster';
import type { FastifyBaseLogger } from 'fastify';
import { AggregatorRegistry } from 'prom-client';
import type { ToPrimary, ToWorker } from './messages.ts';
import { Turns } from './turns.ts';

/** Milliseconds until an ended worker is replaced: doubled with each that ended within the last minute. */
const shortestWait = 100;
const longestWait = 30_000;
const recent = 60_000;

export interface WorkersOptions {
  readonly count: number;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
}

/** A worker ended before it could serve, and has said why. */
export class WorkerFailed extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('A worker could not start.');
    this.exitCode = exitCode;
  }
}

/**
 * The processes that answer, all at one port. What they must know of each other goes through the process that started them:
 * failed logins, tickets that were used, requests that must not be overtaken, and their metrics.
 */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #turns = new Turns();
  readonly #metrics = new AggregatorRegistry();
  /** Workers that serve, and hear what they are told. */
  readonly #serving = new Set<number>();
  /** When workers ended unasked, in the time of `performance.now()`. */
  #ends: number[] = [];
  #isStopping = false;
  #onEmpty: () => void = () => undefined;

  constructor(options: WorkersOptions) {
    this.#options = options;
    cluster.on('listening', (worker) => this.#serving.add(worker.id));
    cluster.on('message', (worker, message: ToPrimary) => this.#hear(worker, message));
  }

  /**
   * Starts the first, and when that listens the others: what is wrong with the settings is said once.
   * @returns where they listen.
   * @throws WorkerFailed when the first ends before it listens.
   */
  async start(): Promise<Address> {
    const first = cluster.fork();
    const address = await new Promise<Address>((resolve, reject) => {
      first.once('listening', resolve);
      first.once('exit', (code) => reject(new WorkerFailed(code ?? 1)));
    });
    first.removeAllListeners('exit');
    cluster.on('exit', (worker, code, signal) => this.#replace(worker, code, signal));
    for (let count = 1; count < this.#options.count; count += 1) cluster.fork();
    return address;
  }

  /** Has all of them end in good order, and waits for it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const worker of living()) {
      if (this.#serving.has(worker.id)) tell(worker, { kind: 'stop' });
      // It still starts, hears nothing yet, and has nothing to finish.
      else worker.process.kill('SIGKILL');
    }
    if (living().length > 0) await isEmpty;
  }

  /** Ends all of them at once. */
  kill(): void {
    this.#isStopping = true;
    for (const worker of living()) worker.process.kill('SIGKILL');
  }

  #replace(worker: Worker, code: number | null, signal: string | null): void {
    this.#turns.left(worker.id);
    this.#serving.delete(worker.id);
    if (this.#isStopping) {
      if (living().length === 0) this.#onEmpty();
      return;
    }
    const now = performance.now();
    this.#ends = [...this.#ends.filter((end) => now - end < recent), now];
    const wait = Math.min(longestWait, shortestWait * 2 ** (this.#ends.length - 1));
    this.#options.log.error({ worker: worker.process.pid, code, signal, wait }, 'a worker ended and is replaced');
    setTimeout(() => {
      if (!this.#isStopping) cluster.fork();
    }, wait);
  }

  #hear(worker: Worker, message: ToPrimary): void {
    switch (message.kind) {
      case 'login':
      case 'ticket':
        for (const other of living()) if (other !== worker) tell(other, message);
        break;
      case 'arrived':
        this.#turns.arrived(worker.id, message.id, message.key);
        break;
      case 'answered':
        this.#turns.answered(worker.id, message.id);
        break;
      case 'turn':
        void this.#turns.wait(worker.id, message.key).then(() => tell(worker, { kind: 'turn', id: message.id }));
        break;
      case 'metrics':
        this.#metrics.clusterMetrics().then(
          (text) => tell(worker, { kind: 'metrics', id: message.id, text }),
          () => tell(worker, { kind: 'metrics', id: message.id }),
        );
        break;
      default:
      // Those of prom-client go the same way.
    }
  }
}

const living = (): readonly Worker[] =>
  Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined && !worker.isDead()) as Worker[];

function tell(worker: Worker, message: ToWorker): void {
  // It may have ended meanwhile; its end is heard of elsewhere.
  if (worker.isConnected()) worker.send(message, () => undefined);
}
