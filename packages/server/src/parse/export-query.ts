import { RequestError } from '../errors/request-error.ts';
import { first, type Query, wholeNumber } from './record-query.ts';
import { type ParsedRestriction, parseRestriction } from './restriction.ts';

/** What of a table is to be exported. */
export interface ExportRequest {
  /** As written; undefined leaves it to the `Accept` header. */
  readonly format: string | undefined;
  /** As written; read against the heading. */
  readonly order: string;
  readonly attributes: string | undefined;
  readonly restriction: ParsedRestriction | undefined;
  /** Rows at most; undefined for all. */
  readonly limit: number | undefined;
  /** Blobs as the database has them, or their values where the format has room for them; objects in stores likewise. */
  readonly blobs: 'stored' | 'inline';
}

/**
 * Reads the parameters of an export.
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parseExportQuery(query: Query): ExportRequest {
  const restriction = first(query, 'restriction');
  return {
    format: first(query, 'format'),
    order: first(query, 'order') ?? '',
    attributes: first(query, 'attributes'),
    restriction: restriction === undefined ? undefined : parseRestriction(restriction),
    limit: first(query, 'limit') === undefined ? undefined : wholeNumber(query, 'limit', 0, 0),
    blobs: blobsOf(first(query, 'blobs')?.toLowerCase() ?? 'stored'),
  };
}

function blobsOf(text: string): ExportRequest['blobs'] {
  if (text === 'stored' || text === 'inline') return text;
  throw new RequestError(
    'INVALID_REQUEST',
    `Parameter "blobs" has to be stored or inline; got ${JSON.stringify(text.slice(0, 40))}.`,
  );
}
