import { connect, type Socket } from 'node:net';

/** What came of asking as fast as one can. */
export interface Load {
  /** Milliseconds that each answer took. */
  readonly times: readonly number[];
  /** How long all of it took. */
  readonly seconds: number;
  /** How often each status other than 200 came; 0 stands for an answer that broke off. */
  readonly failures: ReadonlyMap<number, number>;
}

/** Some loads together. Times are milliseconds. */
export interface Summary {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly answers: number;
  /** How often each status other than 200 came, as text; empty where none did. */
  readonly failures: string;
}

export interface LoadOptions {
  readonly port: number;
  /** The bytes of the next request; asked for anew each time, so that inserts can differ. */
  readonly next: () => Buffer;
  readonly clients: number;
  readonly seconds: number;
}

const noBytes = Buffer.alloc(0);

/**
 * Sends requests over some connections that are kept, each as soon as the last one has been answered. Speaks just as much
 * HTTP as it takes to see where an answer ends, so that it leaves the processors to those it measures.
 */
export async function load({ port, next, clients, seconds }: LoadOptions): Promise<Load> {
  const times: number[] = [];
  const failures = new Map<number, number>();
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      let client = await Client.open(port);
      while (performance.now() < end) {
        const began = performance.now();
        const { status, closes } = await client.ask(next());
        times.push(performance.now() - began);
        if (status !== 200) failures.set(status, (failures.get(status) ?? 0) + 1);
        if (closes) {
          client.close();
          client = await Client.open(port);
        }
      }
      client.close();
    }),
  );
  return { times, seconds: (performance.now() - start) / 1000, failures };
}

/** Answers per second, and percentiles, over all that was answered. */
export function summaryOf(loads: readonly Load[]): Summary {
  const times = loads.flatMap((each) => each.times).sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  const failures = new Map<number, number>();
  for (const [status, count] of loads.flatMap((each) => [...each.failures]))
    failures.set(status, (failures.get(status) ?? 0) + count);
  return {
    perSecond: times.length / loads.reduce((sum, { seconds }) => sum + seconds, 0),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    answers: times.length,
    failures: [...failures].map(([status, count]) => `${count} × ${status === 0 ? 'broken off' : status}`).join(', '),
  };
}

interface Answer {
  readonly status: number;
  readonly closes: boolean;
}

/** One connection, one request at a time. */
class Client {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #size = 0;
  #isHeaded = false;
  /** Bytes of the whole answer where its headers say; undefined where it comes in chunks or until it is closed. */
  #expected: number | undefined;
  #status = 0;
  #closes = false;
  #isChunked = false;
  #settle: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | undefined;

  static async open(port: number): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Client(socket);
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#finish(true));
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#chunks = [];
      this.#size = 0;
      this.#isHeaded = false;
      this.#expected = undefined;
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#size += chunk.length;
    if (!this.#isHeaded) {
      this.#chunks.push(chunk);
      this.#readHead(this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks));
      if (!this.#isHeaded) return;
    }
    if (this.#expected !== undefined) {
      if (this.#size >= this.#expected) this.#finish(false);
      return;
    }
    if (!this.#isChunked) return;
    const tail = chunk.length >= 5 ? chunk : Buffer.concat([...this.#chunks.slice(-1), chunk]);
    this.#chunks = [chunk];
    if (tail.subarray(-5).toString('latin1') === '0\r\n\r\n') this.#finish(false);
  }

  #readHead(text: Buffer): void {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = text.subarray(0, end).toString('latin1').toLowerCase();
    this.#isHeaded = true;
    this.#status = Number(head.slice(9, 12));
    this.#closes = head.includes('\r\nconnection: close');
    this.#isChunked = head.includes('\r\ntransfer-encoding: chunked');
    const [, length] = /\r\ncontent-length: (\d+)/.exec(head) ?? [];
    this.#expected = length === undefined ? undefined : end + 4 + Number(length);
  }

  #finish(isClosed: boolean): void {
    const settle = this.#settle;
    this.#settle = undefined;
    if (isClosed && !this.#isHeaded) settle?.reject(new Error('The connection was closed without an answer.'));
    // Only where nothing else says so does the end of the connection end an answer.
    const isWhole = !isClosed || (this.#expected === undefined && !this.#isChunked);
    settle?.resolve({ status: isWhole ? this.#status : 0, closes: this.#closes || isClosed });
    this.#chunks = [noBytes];
  }
}
