import { RequestError } from '../errors/request-error.ts';
import type { Query } from './record-query.ts';
import { type ParsedRestriction, parseRestriction } from './restriction.ts';
import { unknownParameter } from './unknown-parameters.ts';

export interface DeleteRequest {
  /** Undefined means every record of the table. */
  readonly restriction: ParsedRestriction | undefined;
  readonly cascade: boolean;
  /** What was taken in another sense than may have been meant. */
  readonly warning: string | undefined;
}

const known = ['restriction', 'cascade'];

/**
 * Reads the parameters of `DELETE record`, strictly: a misspelt restriction, or one in a body as other routes take it,
 * must not become "every record".
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parseDeleteQuery(query: Query, body: unknown): DeleteRequest {
  if (body !== undefined) throw refused('got a body.');
  const unknown = unknownParameter(query, known);
  if (unknown !== undefined) throw refused(`got an ${unknown}`);
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw refused(`"${name}" came more than once.`);
    if (value === '') throw refused(`"${name}" is empty.`);
  }
  const restriction = query.restriction as string | undefined;
  const cascade = query.cascade as string | undefined;
  return {
    restriction: restriction === undefined ? undefined : parseRestriction(restriction),
    ...cascadeIn(cascade?.toLowerCase() ?? 'false'),
  };
}

/** Numbers are no cascade, as clients of the documented API have it; no word is guessed at. */
function cascadeIn(text: string): Pick<DeleteRequest, 'cascade' | 'warning'> {
  if (text === 'true' || text === 'false') return { cascade: text === 'true', warning: undefined };
  const sentence = `"cascade" has to be true or false, and is ${JSON.stringify(text.slice(0, 40))}.`;
  if (!/^\d$/.test(text)) throw refused(sentence);
  return { cascade: false, warning: `${sentence} It counts as false.` };
}

function refused(got: string): RequestError {
  return new RequestError(
    'INVALID_REQUEST',
    `A delete takes "restriction" and "cascade" in its address, each at most once and with a value; ${got} Nothing was deleted.`,
  );
}
