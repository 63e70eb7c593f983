import type { CountMode } from '@pharus/contract';
import type { BlobMode } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { type Cursor, readCursor } from './cursor.ts';
import { type ParsedRestriction, parseRestriction } from './restriction.ts';

/** What of a table's records is asked for. */
export interface RecordRequest {
  /** Rows per page; 0 asks for the total alone. */
  readonly limit: number;
  /** From 1. */
  readonly page: number;
  /** As written; read against the heading. */
  readonly order: string;
  readonly restriction: ParsedRestriction | undefined;
  /** As written; read against the heading. */
  readonly attributes: string | undefined;
  readonly blobs: BlobMode;
  /** Where the page begins, in place of its number. */
  readonly after: Cursor | 'beginning' | undefined;
  /** How the total is to be found; `none` leaves it out. */
  readonly count: CountMode;
}

/** A query string as Fastify reads it: repeated parameters are arrays. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a parameter; the first where it is repeated. */
export function first(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'object' ? value[0] : value;
}

/**
 * Reads the parameters of `GET record`. Unknown ones are ignored.
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parseRecordQuery(query: Query): RecordRequest {
  const limit = wholeNumber(query, 'limit', 1000, 0);
  const page = wholeNumber(query, 'page', 1, 1);
  if (!Number.isSafeInteger(limit * page)) {
    throw new RequestError('INVALID_REQUEST', `There is no page ${page} of ${limit} records; ask for an earlier page.`);
  }
  const restriction = first(query, 'restriction');
  const after = first(query, 'after');
  if (after !== undefined && page > 1) {
    throw new RequestError('INVALID_REQUEST', 'A page is asked for by its number or with "after"; leave one out.');
  }
  return {
    limit,
    page,
    order: first(query, 'order') ?? '',
    restriction: restriction === undefined ? undefined : parseRestriction(restriction),
    attributes: first(query, 'attributes'),
    blobs: oneOf('blobs', blobModes, first(query, 'blobs') ?? 'mark'),
    after: after === undefined ? undefined : readCursor(after),
    count: oneOf('count', countModes, first(query, 'count') ?? 'exact'),
  };
}

const blobModes: readonly BlobMode[] = ['mark', 'describe', 'sketch', 'inline'];
export const countModes: readonly CountMode[] = ['exact', 'estimated', 'none'];

function oneOf<Word extends string>(name: string, words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text.toLowerCase());
  if (found !== undefined) return found;
  throw new RequestError(
    'INVALID_REQUEST',
    `Parameter "${name}" has to be one of ${words.join(', ')}; got ${JSON.stringify(text.slice(0, 40))}.`,
  );
}

/** A whole number, not less than `least`. @throws RequestError INVALID_REQUEST */
export function wholeNumber(query: Query, name: string, otherwise: number, least: number): number {
  const text = first(query, name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new RequestError(
    'INVALID_REQUEST',
    `Parameter "${name}" has to be a whole number of ${least} or more; got ${JSON.stringify(text.slice(0, 40))}.`,
  );
}
