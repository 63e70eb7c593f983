import { type InputValue, NumberLiteral, type OrderItem, type Place } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonValue, parseJson } from './json.ts';

/** Characters of a cursor at most. */
const longest = 8192;

/**
 * Where a walk through a table's rows is. Its text is for clients to give back, not to read: base64 of JSON. It holds
 * nothing that a restriction or a page could not say, and is taken no more seriously.
 */
export interface Cursor {
  readonly order: readonly string[];
  /** Rows of the pages so far. */
  readonly passed: number;
  /** The last row's place in the order; undefined where that is none to compare with, so that rows are passed over. */
  readonly place: Place | undefined;
}

const written = (order: readonly OrderItem[]): readonly string[] =>
  order.map(({ attribute, descending }) => `${descending ? '-' : '+'}${attribute}`);

export function writeCursor(order: readonly OrderItem[], passed: number, place: Place | undefined): string {
  const values = place?.map((value) => (value instanceof NumberLiteral ? value.text : JSON.stringify(value)));
  const parts = [JSON.stringify(written(order)), passed, values === undefined ? 'null' : `[${values.join()}]`];
  return Buffer.from(`[${parts.join()}]`).toString('base64url');
}

/** @throws RequestError INVALID_REQUEST */
export function readCursor(text: string): Cursor | 'beginning' {
  if (text === '') return 'beginning';
  const cursor = text.length > longest ? undefined : parsed(Buffer.from(text, 'base64url').toString());
  const [order, passed, place] = Array.isArray(cursor) ? cursor : [];
  const isCursor =
    Array.isArray(order) &&
    order.every((item) => typeof item === 'string') &&
    typeof passed === 'number' &&
    Number.isSafeInteger(passed) &&
    passed >= 0 &&
    (place === null || (Array.isArray(place) && place.length === order.length && place.every(isScalar)));
  if (isCursor) return { order: order as string[], passed, place: (place as InputValue[] | null) ?? undefined };
  throw refused('got something else');
}

const isScalar = (value: JsonValue): boolean => !Array.isArray(value) && !isJsonObject(value);

/** @throws RequestError INVALID_REQUEST where the walk goes in another order. */
export function checkOrder(cursor: Cursor, order: readonly OrderItem[]): void {
  if (JSON.stringify(cursor.order) === JSON.stringify(written(order))) return;
  throw refused('got one of another order; ask for each page with the same order');
}

function parsed(json: string): JsonValue | undefined {
  try {
    return parseJson(json);
  } catch {
    return undefined;
  }
}

const refused = (what: string): RequestError =>
  new RequestError(
    'INVALID_REQUEST',
    `Parameter "after" has to be empty, for the first page, or the "next" of the page before; ${what}.`,
  );
