import type { BlobMode } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
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
  return {
    limit,
    page,
    order: first(query, 'order') ?? '',
    restriction: restriction === undefined ? undefined : parseRestriction(restriction),
    attributes: first(query, 'attributes'),
    blobs: blobMode(first(query, 'blobs') ?? 'mark'),
  };
}

const modes: readonly BlobMode[] = ['mark', 'describe', 'sketch', 'inline'];

function blobMode(text: string): BlobMode {
  const found = modes.find((mode) => mode === text.toLowerCase());
  if (found !== undefined) return found;
  throw new RequestError(
    'INVALID_REQUEST',
    `Parameter "blobs" has to be one of ${modes.join(', ')}; got ${JSON.stringify(text.slice(0, 40))}.`,
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
