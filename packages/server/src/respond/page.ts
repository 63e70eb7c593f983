import {
  type Attribute,
  after,
  type Heading,
  type InputValue,
  type OrderItem,
  OverloadedError,
  type PageMarks,
  type Place,
  placeOf,
  type QueryExpression,
  type RecordBatch,
  type RowCounts,
  withoutPlaces,
} from '@pharus/datajoint';
import type { FastifyReply } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { selectAttributes } from '../parse/attributes.ts';
import { checkOrder, writeCursor } from '../parse/cursor.ts';
import { parseJson } from '../parse/json.ts';
import type { RecordRequest } from '../parse/record-query.ts';
import { members, type Sent, sendRecords } from './records.ts';

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

/** What is known of a page before anything is read: the same each time it is asked for. */
export interface PagePlan {
  readonly asked: PageRequest;
  readonly rows: QueryExpression;
  readonly attributes: readonly Attribute[];
  /** The answer's header, a member of it as JSON. */
  readonly header: string;
  readonly order: readonly OrderItem[];
  /** Rows before the page. */
  readonly offset: number;
  /** Whether the page before may be known by where it ended. */
  readonly isFar: boolean;
  /** Where the page begins, if it is a step of a walk. */
  readonly place: Place | undefined;
  /** The rows of the page, unless it turns out where the page before ended. */
  readonly page: QueryExpression;
}

/**
 * Plans a page of an expression's rows.
 * @throws UnknownAttributeError, InvalidRestriction for attributes or an order that it does not have.
 * @throws RequestError INVALID_REQUEST for a cursor of another order.
 */
export function planPage(rows: QueryExpression, asked: PageRequest): PagePlan {
  const { limit, page, after: cursor } = asked;
  const { heading } = rows;
  const { attributes, names } = selectAttributes(heading, asked.attributes);
  const order = rows.totalOrder(asked.order);
  const unplaced = withoutPlaces(order, heading);
  const unasked = order.map(({ attribute }) => attribute).filter((name) => !names.includes(name));
  const isWalkable = unplaced.length + unasked.length === 0;
  if (cursor !== undefined && !isWalkable) throw notWalkable(unplaced, unasked);
  const walk = typeof cursor === 'object' ? cursor : undefined;
  if (walk !== undefined) checkOrder(walk, order);
  const offset = walk?.passed ?? (page - 1) * limit;
  const isFar = cursor === undefined && isWalkable && offset >= far;
  const plan = {
    asked,
    rows,
    attributes,
    header: members({ recordHeader: names }),
    order,
    offset,
    isFar,
    place: walk?.place,
  };
  return { ...plan, page: pageFrom(plan, walk?.place) };
}

/** The rows of a page that begins after a place, or by its number. */
function pageFrom(
  { asked: { limit }, rows, order, offset }: Pick<PagePlan, 'asked' | 'rows' | 'order' | 'offset'>,
  place: Place | undefined,
): QueryExpression {
  if (place === undefined) return rows.ordered(order, { limit, offset });
  return rows.restrict(after(order, place, rows.heading)).ordered(order, { limit });
}

/** Sends a page as planned. */
export async function sendPage(
  reply: FastifyReply,
  plan: PagePlan,
  { counts, marks, signal, further }: PageOptions,
): Promise<FastifyReply> {
  const { asked, rows, attributes, header, order, offset } = plan;
  const { limit, blobs, after: cursor, count = 'exact' } = asked;
  // Rows that had to be counted before will have to be again: that is done beside reading them.
  const early = count === 'exact' && counts.knows(rows) ? counts.count(rows, { signal }) : undefined;
  early?.catch(() => undefined);
  const start = plan.isFar ? await marks.start(rows, { order, limit, page: asked.page }) : undefined;
  const place = plan.place ?? start?.after;
  const page = place === plan.place ? plan.page : pageFrom(plan, place);
  const total = async (sent: number): Promise<number | null> => {
    if (count === 'none') return null;
    if (count === 'estimated') return (await rows.estimatedLength({ signal })) ?? null;
    // A page that is not full ends the table, so what came before it and on it is all there is.
    const isKnown = place === undefined && sent < limit && (sent > 0 || offset === 0);
    if (isKnown) return offset + sent;
    // What was sent of the page would be lost without its count.
    return (await early?.catch(unlessBusy)) ?? (await counts.count(rows, { signal, goesFirst: true }));
  };
  return sendRecords(reply, {
    opening: further === undefined ? header : `${header},${members(further)}`,
    batches: limit === 0 ? nothing() : page.records(attributes, { blobs, signal }),
    async ending(sent) {
      const isFull = limit > 0 && sent.count === limit;
      const needsEnd = isFull && (cursor !== undefined || start !== undefined);
      const end = needsEnd ? endOf(sent, attributes, order, rows.heading) : undefined;
      if (end !== undefined) start?.keep(end);
      const totalCount = await total(sent.count);
      if (cursor === undefined) return { totalCount };
      return { totalCount, next: isFull ? writeCursor(order, offset + sent.count, end) : null };
    },
  });
}

/** The place of the last row that was sent. */
function endOf(
  sent: Sent,
  attributes: readonly Attribute[],
  order: readonly OrderItem[],
  heading: Heading,
): Place | undefined {
  const record = parseJson(sent.last() ?? '[]') as readonly InputValue[];
  return placeOf(order, heading, (name) => record[attributes.findIndex((attribute) => attribute.name === name)]);
}

function notWalkable(unplaced: readonly string[], unasked: readonly string[]): RequestError {
  const [names, fault] =
    unplaced.length > 0
      ? [unplaced, 'of another kind or character set']
      : [unasked, 'not among the attributes asked for'];
  return new RequestError(
    'INVALID_REQUEST',
    'With "after", the order, with the primary key at its end, has to go by numbers, times, uuids and texts in utf8mb4, all of ' +
      `them among the attributes asked for; ${names.map((name) => `\`${name}\``).join(', ')} is ${fault}. Ask for pages by number.`,
  );
}

async function* nothing(): AsyncGenerator<RecordBatch> {}

/** Nothing where there was no session; other errors stay errors. */
function unlessBusy(error: unknown): undefined {
  if (!(error instanceof OverloadedError)) throw error;
}
