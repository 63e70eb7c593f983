import type { InputRow } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonValue } from './json.ts';

/**
 * Reads the body of `POST` and `PATCH record`: `{"records": [...]}`, each record an object of attribute names and
 * values, or (to insert) a list of all values.
 * @throws RequestError INVALID_REQUEST
 */
export function parseRecordsBody(body: JsonValue | undefined): readonly InputRow[] {
  const records = isJsonObject(body) ? body.records : undefined;
  if (!Array.isArray(records)) {
    throw new RequestError(
      'INVALID_REQUEST',
      'The body has to be a JSON object with a list "records": {"records": [{...}]}.',
    );
  }
  for (const [index, record] of records.entries()) {
    if (isJsonObject(record) || Array.isArray(record)) continue;
    throw new RequestError(
      'INVALID_REQUEST',
      `Record ${index + 1} of ${records.length} has to be an object of attribute names and values.`,
    );
  }
  return records as readonly InputRow[];
}
