import { parseOrder, type QueryExpression, type RecordBatch, type RowCounts, totalOrder } from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';
import { selectAttributes } from '../parse/attributes.ts';
import type { RecordRequest } from '../parse/record-query.ts';
import { sendRecords } from './records.ts';

/** Which rows, in what order, with which attributes. */
export type PageRequest = Pick<RecordRequest, 'limit' | 'page' | 'order' | 'attributes'> &
  Partial<Pick<RecordRequest, 'blobs'>>;

export interface PageOptions {
  readonly counts: RowCounts;
  readonly signal: AbortSignal;
  /** What stands in the answer, too. */
  readonly further?: Readonly<Record<string, unknown>>;
}

/**
 * Sends a page of an expression's rows.
 * @throws UnknownAttributeError, InvalidRestriction for attributes or an order that it does not have.
 */
export async function sendPage(
  reply: FastifyReply,
  rows: QueryExpression,
  { limit, page, order, attributes: named, blobs }: PageRequest,
  { counts, signal, further }: PageOptions,
): Promise<FastifyReply> {
  const { heading } = rows;
  const { attributes, names } = selectAttributes(heading, named);
  const offset = (page - 1) * limit;
  const items = totalOrder(parseOrder(order, heading), heading);
  // Rows that had to be counted before will have to be again: that is done beside reading them.
  const early = counts.knows(rows) ? counts.count(rows, { signal }) : undefined;
  early?.catch(() => undefined);
  const records = () => rows.ordered(items, { limit, offset }).records(attributes, { blobs, signal });
  return sendRecords(reply, {
    recordHeader: names,
    further,
    batches: limit === 0 ? nothing() : records(),
    // A page that is not full ends the table, so what came before it and on it is all there is.
    totalCount: async (sent) => {
      if (sent < limit && (sent > 0 || offset === 0)) return offset + sent;
      return await (early ?? counts.count(rows, { signal }));
    },
  });
}

async function* nothing(): AsyncGenerator<RecordBatch> {}
