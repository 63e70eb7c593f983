import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonValue } from './json.ts';
import { type ParsedRestriction, parseRestrictionItems } from './restriction.ts';

export interface PlanRequest {
  /** Undefined means every row of the table. */
  readonly restriction: ParsedRestriction | undefined;
  readonly cascade: boolean;
}

/**
 * Reads the body of `POST .../record/plan`; none means the whole table with all that depends on it.
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parsePlanBody(body: JsonValue | undefined): PlanRequest {
  if (body === undefined) return { restriction: undefined, cascade: true };
  const further = isJsonObject(body) && Object.keys(body).find((key) => key !== 'restriction' && key !== 'cascade');
  if (!isJsonObject(body) || typeof further === 'string') {
    throw new RequestError(
      'INVALID_REQUEST',
      'The body has to be a JSON object with "restriction", "cascade", or both.',
    );
  }
  const { restriction, cascade = true } = body;
  if (typeof cascade !== 'boolean') throw new RequestError('INVALID_REQUEST', '"cascade" has to be true or false.');
  return { restriction: restriction === undefined ? undefined : parseRestrictionItems(restriction), cascade };
}
