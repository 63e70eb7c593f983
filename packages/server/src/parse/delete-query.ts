import { RequestError } from '../errors/request-error.ts';
import type { Query } from './record-query.ts';
import { type ParsedRestriction, parseRestriction } from './restriction.ts';

export interface DeleteRequest {
  /** Undefined means every record of the table. */
  readonly restriction: ParsedRestriction | undefined;
  readonly cascade: boolean;
}

const known = ['restriction', 'cascade'];

/**
 * Reads the parameters of `DELETE record`, strictly: a misspelt restriction, or one in a body as other routes take it,
 * must not become "every record".
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parseDeleteQuery(query: Query, body: unknown): DeleteRequest {
  if (body !== undefined) throw refused('got a body');
  for (const [name, value] of Object.entries(query)) {
    if (!known.includes(name)) throw refused(`got an unknown parameter ${JSON.stringify(name.slice(0, 40))}`);
    if (typeof value !== 'string') throw refused(`"${name}" came more than once`);
    if (value === '') throw refused(`"${name}" is empty`);
  }
  const restriction = query.restriction as string | undefined;
  const cascade = query.cascade as string | undefined;
  return {
    restriction: restriction === undefined ? undefined : parseRestriction(restriction),
    cascade: cascade?.toLowerCase() === 'true',
  };
}

function refused(got: string): RequestError {
  return new RequestError(
    'INVALID_REQUEST',
    `A delete takes "restriction" and "cascade" in its address, each at most once and with a value; ${got}. Nothing was deleted.`,
  );
}
