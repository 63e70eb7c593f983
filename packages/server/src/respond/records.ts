import { Readable } from 'node:stream';
import type { RecordBatch } from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';

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

/** Answers up to this many characters are sent whole, with their length. */
const wholeAnswer = 1 << 18;

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

async function* write({ recordHeader, further = {}, batches, ending }: RecordAnswer): AsyncGenerator<string> {
  let text = `{${members({ recordHeader, ...further })},"records":[`;
  let count = 0;
  let last: RecordBatch | undefined;
  for await (const batch of batches) {
    yield text + (count === 0 ? '' : ',') + batch.text;
    count += batch.count;
    last = batch;
    text = '';
  }
  yield `${text}],${members(await ending({ count, last: () => last?.last() }))}}\n`;
}

const members = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
    .join(',');
