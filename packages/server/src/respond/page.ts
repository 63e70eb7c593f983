import {
  type Cell,
  isOpaque,
  parseOrder,
  type QueryExpression,
  type RowCounts,
  recordWriter,
  totalOrder,
} from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';
import { selectAttributes } from '../parse/attributes.ts';
import type { RecordRequest } from '../parse/record-query.ts';
import { type ColumnWriter, sendRecords } from './records.ts';
import { type StoredColumn, withObjects } from './stored-cells.ts';

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
  { limit, page, order, attributes: named, blobs = 'mark' }: PageRequest,
  { counts, signal, further }: PageOptions,
): Promise<FastifyReply> {
  const { heading } = rows;
  const { attributes, names } = selectAttributes(heading, named);
  // Where blobs are marked, not shown, their bytes are not even read.
  const read = attributes.filter((attribute) => blobs !== 'mark' || !isOpaque(attribute)).map(({ name }) => name);
  const stored: StoredColumn[] = [];
  const writers = attributes.map((attribute): ColumnWriter => {
    const cell = read.indexOf(attribute.name);
    const isOpened = blobs !== 'mark' && attribute.objects !== undefined;
    if (isOpened) stored.push({ attribute, cell });
    return { cell: cell < 0 ? undefined : cell, write: isOpened ? String : recordWriter(attribute, blobs) };
  });
  const offset = (page - 1) * limit;
  const items = totalOrder(parseOrder(order, heading), heading);
  // Rows that had to be counted before will have to be again: that is done beside reading them.
  const early = counts.knows(rows) ? counts.count(rows, { signal }) : undefined;
  early?.catch(() => undefined);
  const cells = limit === 0 ? nothing() : rows.ordered(items, { limit, offset }).cells(read, { signal });
  const batches = blobs === 'mark' || stored.length === 0 ? cells : withObjects(cells, stored, blobs, rows.executor);
  return sendRecords(reply, {
    recordHeader: names,
    further,
    writers,
    batches,
    // A page that is not full ends the table, so what came before it and on it is all there is.
    totalCount: async (sent) => {
      if (sent < limit && (sent > 0 || offset === 0)) return offset + sent;
      return await (early ?? counts.count(rows, { signal }));
    },
  });
}

type Batches = AsyncIterable<readonly (readonly Cell[])[]>;

async function* nothing(): Batches {}
