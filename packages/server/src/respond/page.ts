import {
  type Attribute,
  after,
  type Heading,
  hasPlaces,
  type InputValue,
  type OrderItem,
  type PageMarks,
  type PageStart,
  type Place,
  parseOrder,
  placeOf,
  type QueryExpression,
  type RecordBatch,
  type RowCounts,
  totalOrder,
} from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { selectAttributes } from '../parse/attributes.ts';
import { checkOrder, writeCursor } from '../parse/cursor.ts';
import { parseJson } from '../parse/json.ts';
import type { RecordRequest } from '../parse/record-query.ts';
import { type Sent, sendRecords } from './records.ts';

/** Which rows, in what order, with which attributes. */
export type PageRequest = Pick<RecordRequest, 'limit' | 'page' | 'order' | 'attributes'> &
  Partial<Pick<RecordRequest, 'blobs' | 'after' | 'count'>>;

export interface PageOptions {
  readonly counts: RowCounts;
  readonly marks: PageMarks;
  readonly signal: AbortSignal;
  /** What stands in the answer, too. */
  readonly further?: Readonly<Record<string, unknown>>;
}

/** Rows passed over from which on it is worth asking where the page before ended. */
const far = 1000;

/**
 * Sends a page of an expression's rows.
 * @throws UnknownAttributeError, InvalidRestriction for attributes or an order that it does not have.
 * @throws RequestError INVALID_REQUEST for a cursor of another order.
 */
export async function sendPage(
  reply: FastifyReply,
  rows: QueryExpression,
  { limit, page, order: written, attributes: named, blobs, after: cursor, count = 'exact' }: PageRequest,
  { counts, marks, signal, further }: PageOptions,
): Promise<FastifyReply> {
  const { heading } = rows;
  const { attributes, names } = selectAttributes(heading, named);
  const order = totalOrder(parseOrder(written, heading), heading);
  const isWalkable = hasPlaces(order, heading) && order.every(({ attribute }) => names.includes(attribute));
  if (cursor !== undefined && !isWalkable) throw notWalkable();
  const walk = typeof cursor === 'object' ? cursor : undefined;
  if (walk !== undefined) checkOrder(walk, order);
  const offset = walk?.passed ?? (page - 1) * limit;
  // Rows that had to be counted before will have to be again: that is done beside reading them.
  const early = count === 'exact' && counts.knows(rows) ? counts.count(rows, { signal }) : undefined;
  early?.catch(() => undefined);
  let start: PageStart | undefined;
  if (cursor === undefined && isWalkable && offset >= far) start = await marks.start(rows, { order, limit, page });
  const place = walk?.place ?? start?.after;
  const wanted =
    place === undefined
      ? rows.ordered(order, { limit, offset })
      : rows.restrict(after(order, place, heading)).ordered(order, { limit });
  const total = async (sent: number): Promise<number | null> => {
    if (count === 'none') return null;
    if (count === 'estimated') return (await rows.estimatedLength({ signal })) ?? null;
    // A page that is not full ends the table, so what came before it and on it is all there is.
    const isKnown = place === undefined && sent < limit && (sent > 0 || offset === 0);
    return isKnown ? offset + sent : await (early ?? counts.count(rows, { signal }));
  };
  return sendRecords(reply, {
    recordHeader: names,
    further,
    batches: limit === 0 ? nothing() : wanted.records(attributes, { blobs, signal }),
    async ending(sent) {
      const isFull = limit > 0 && sent.count === limit;
      const needsEnd = isFull && (cursor !== undefined || start !== undefined);
      const end = needsEnd ? endOf(sent, attributes, order, heading) : undefined;
      if (end !== undefined) start?.keep(end);
      const totalCount = await total(sent.count);
      if (cursor === undefined) return { totalCount };
      return { totalCount, next: isFull ? writeCursor(order, offset + sent.count, end) : null };
    },
  });
}

/** The place of the last row that was sent. */
function endOf(
  { last }: Sent,
  attributes: readonly Attribute[],
  order: readonly OrderItem[],
  heading: Heading,
): Place | undefined {
  const record = parseJson(last() ?? '[]') as readonly InputValue[];
  return placeOf(order, heading, (name) => record[attributes.findIndex((attribute) => attribute.name === name)]);
}

const notWalkable = (): RequestError =>
  new RequestError(
    'INVALID_REQUEST',
    'With "after", the order has to go by numbers, times, uuids and texts of the whole of Unicode, all of them among the ' +
      'attributes asked for; got another one. Ask for pages by number.',
  );

async function* nothing(): AsyncGenerator<RecordBatch> {}
