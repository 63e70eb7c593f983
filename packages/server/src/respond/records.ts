import { Readable } from 'node:stream';
import type { RecordBatch } from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';

export interface RecordAnswer {
  readonly recordHeader: readonly string[];
  /** Further members of the answer, before its records. */
  readonly further?: Readonly<Record<string, unknown>> | undefined;
  readonly batches: AsyncIterable<RecordBatch>;
  /** How many records there are in all, when so many have been sent. */
  readonly totalCount: (sent: number) => Promise<number>;
}

/** Answers up to this many characters are sent whole, with their length. */
const wholeAnswer = 1 << 16;

/**
 * Sends records as they arrive. A short answer goes in one piece; a long one is streamed, at the pace of the client,
 * and cut off without its end if the database fails on the way, so that it is never taken for whole.
 */
export async function sendRecords(reply: FastifyReply, answer: RecordAnswer): Promise<FastifyReply> {
  const chunks = write(answer);
  let head = '';
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head += next.value;
    if (head.length > wholeAnswer) return reply.type('application/json').send(Readable.from(join(head, chunks)));
  }
  return reply.type('application/json').send(head);
}

async function* join(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function* write({ recordHeader, further = {}, batches, totalCount }: RecordAnswer): AsyncGenerator<string> {
  const members = Object.entries({ recordHeader, ...further }).map(
    ([name, value]) => `"${name}":${JSON.stringify(value)}`,
  );
  let text = `{${members.join(',')},"records":[`;
  let sent = 0;
  for await (const batch of batches) {
    yield text + (sent === 0 ? '' : ',') + batch.text;
    sent += batch.count;
    text = '';
  }
  yield `${text}],"totalCount":${await totalCount(sent)}}\n`;
}
