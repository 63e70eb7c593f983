import { Readable } from 'node:stream';
import type { Cell, CellWriter } from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';

export interface RecordAnswer {
  readonly recordHeader: readonly string[];
  /** Further members of the answer, before its records. */
  readonly further?: Readonly<Record<string, unknown>> | undefined;
  /** One per attribute; those whose cells are not read from the database write without one. */
  readonly writers: readonly ColumnWriter[];
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
  /** How many records there are in all, when so many have been sent. */
  readonly totalCount: (sent: number) => Promise<number>;
}

/** Writes an attribute's cell; `cell` is its place among the selected columns, undefined where none was selected. */
export interface ColumnWriter {
  readonly cell: number | undefined;
  readonly write: CellWriter;
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

async function* write({
  recordHeader,
  further = {},
  writers,
  batches,
  totalCount,
}: RecordAnswer): AsyncGenerator<string> {
  const members = Object.entries({ recordHeader, ...further }).map(
    ([name, value]) => `"${name}":${JSON.stringify(value)}`,
  );
  let text = `{${members.join(',')},"records":[`;
  let sent = 0;
  for await (const batch of batches) {
    for (const row of batch) text += (sent++ === 0 ? '' : ',') + writeRow(row, writers);
    yield text;
    text = '';
  }
  yield `${text}],"totalCount":${await totalCount(sent)}}\n`;
}

function writeRow(row: readonly Cell[], writers: readonly ColumnWriter[]): string {
  let text = '[';
  for (let index = 0; index < writers.length; index += 1) {
    const { cell, write } = writers[index] as ColumnWriter;
    if (index > 0) text += ',';
    text += write(cell === undefined ? null : (row[cell] as Cell));
  }
  return `${text}]`;
}
