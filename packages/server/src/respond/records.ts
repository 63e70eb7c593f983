import { Readable } from 'node:stream';
import type { RecordBatch } from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';
import { inSmallHeap } from '../observe/small-heap.ts';

export interface RecordAnswer {
  /** The members of the answer before its records, as JSON without braces. */
  readonly opening: string;
  readonly batches: AsyncIterable<RecordBatch>;
  /** The members of the answer after its records, once all of them have been read. */
  readonly ending: (sent: Sent) => Promise<Readonly<Record<string, unknown>>>;
}

/** What was read of a page. */
export interface Sent {
  readonly count: number;
  /** The last record as JSON; undefined where there was none. */
  last(): string | undefined;
}

/** Answers up to this many bytes are sent whole, with their length. */
const wholeAnswer = 1 << 18;

type Piece = string | Uint8Array;

/**
 * Sends records as they arrive. A short answer goes in one piece; a long one is streamed, at the pace of the client,
 * and cut off without its end if the database fails on the way, so that it is never taken for whole.
 */
export async function sendRecords(reply: FastifyReply, answer: RecordAnswer): Promise<FastifyReply> {
  reply.type('application/json');
  const batches = answer.batches[Symbol.asyncIterator]();
  const head: Piece[] = [`{${answer.opening},"records":[`];
  const sent = new SentRecords();
  let size = 0;
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
    size += next.value.json.length;
    head.push(...sent.piecesOf(next.value));
    if (size <= wholeAnswer) continue;
    const stream = Readable.from(streamed(head, sent, batches, answer));
    // Also when the client has left before anything of it was read.
    stream.once('close', () => void batches.return?.().catch(() => undefined));
    return reply.send(inSmallHeap(stream));
  }
  head.push(await endOf(sent, answer));
  return reply.send(joined(head));
}

/** Bytes of all pieces, in one go. */
function joined(pieces: readonly Piece[]): Buffer {
  let most = 0;
  for (const piece of pieces) most += typeof piece === 'string' ? 3 * piece.length : piece.length;
  const bytes = Buffer.allocUnsafe(most);
  let size = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') size += bytes.write(piece, size);
    else {
      bytes.set(piece, size);
      size += piece.length;
    }
  }
  return bytes.subarray(0, size);
}

async function* streamed(
  head: readonly Piece[],
  sent: SentRecords,
  batches: AsyncIterator<RecordBatch>,
  answer: RecordAnswer,
): AsyncGenerator<Piece> {
  yield* head;
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
    yield* sent.piecesOf(next.value);
  }
  yield await endOf(sent, answer);
}

/** The records that have been written so far. */
class SentRecords implements Sent {
  count = 0;
  #last: RecordBatch | undefined;

  last(): string | undefined {
    return this.#last?.last();
  }

  piecesOf(batch: RecordBatch): readonly Piece[] {
    const pieces = this.count === 0 ? [batch.json] : [',', batch.json];
    this.count += batch.count;
    this.#last = batch;
    return pieces;
  }
}

const endOf = async (sent: Sent, { ending }: RecordAnswer): Promise<string> => `],${members(await ending(sent))}}\n`;

/** The members of an object as JSON, without braces. */
export const members = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
    .join(',');
