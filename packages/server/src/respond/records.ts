import { Readable } from 'node:stream';
import type { RecordBatch } from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';
import { inSmallHeap } from '../observe/small-heap.ts';

export interface RecordAnswer {
  readonly recordHeader: readonly string[];
  /** Further members of the answer, before its records. */
  readonly further?: Readonly<Record<string, unknown>> | undefined;
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
  const rest = pieces(answer);
  const head: Piece[] = [];
  let size = 0;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    head.push(next.value);
    size += next.value.length;
    if (size > wholeAnswer) return reply.send(inSmallHeap(Readable.from(joined(head, rest))));
  }
  return reply.send(Buffer.concat(head.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))));
}

async function* joined(head: readonly Piece[], rest: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  yield* head;
  yield* rest;
}

async function* pieces({ recordHeader, further = {}, batches, ending }: RecordAnswer): AsyncGenerator<Piece> {
  yield `{${members({ recordHeader, ...further })},"records":[`;
  let count = 0;
  let last: RecordBatch | undefined;
  for await (const batch of batches) {
    if (count > 0) yield ',';
    yield batch.json;
    count += batch.count;
    last = batch;
  }
  yield `],${members(await ending({ count, last: () => last?.last() }))}}\n`;
}

const members = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
    .join(',');
