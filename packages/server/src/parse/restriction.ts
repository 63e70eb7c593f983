import { AndList, Comparison, type InputValue, Not, type Operator, type Restriction } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from './json.ts';

const operators: ReadonlySet<string> = new Set<Operator>([
  '=',
  '!=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'LIKE',
  'NOT LIKE',
  'IN',
  'NOT IN',
  'BETWEEN',
]);

const shape =
  'a base64-encoded JSON array of {"attributeName", "operation", "value"}, {"and": [...]}, {"or": [...]} or {"not": {...}}';

/**
 * Reads the `restriction` parameter: base64 of a JSON array, all of whose items have to hold.
 * Attribute names and the kinds of values are checked later, against the heading.
 * @throws RequestError INVALID_RESTRICTION
 */
export function parseRestriction(text: string): Restriction {
  const items = parse(decode(text));
  if (!Array.isArray(items)) throw refused(`the JSON is no array`);
  return allOf(items);
}

function refused(got: string): RequestError {
  return new RequestError('INVALID_RESTRICTION', `The restriction has to be ${shape}; ${got}.`);
}

function parse(json: string): JsonValue {
  try {
    return parseJson(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refused(`it is not valid JSON: ${error.message}`);
  }
}

/** Standard or URL-safe base64, padded or not; a `+` that the URL turned into a space counts as one. */
function decode(text: string): string {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll(' ', '+').replace(/=+$/, '');
  if (standard === '') throw refused('it is empty');
  if (!/^[A-Za-z0-9+/]+$/.test(standard) || standard.length % 4 === 1) throw refused('it is not base64');
  const bytes = Buffer.from(standard, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Browsers' btoa makes one byte of each character.
    return bytes.toString('latin1');
  }
}

function allOf(items: readonly JsonValue[]): Restriction {
  return new AndList(items.map(parseItem));
}

function parseItem(item: JsonValue): Restriction {
  if (!isJsonObject(item)) throw refused('an item of it is no object');
  if ('attributeName' in item || 'operation' in item || 'value' in item) return parseComparison(item);
  const keys = Object.keys(item);
  const [key] = keys;
  const value = key === undefined ? undefined : item[key];
  if (keys.length === 1 && key === 'and' && Array.isArray(value)) return allOf(value);
  if (keys.length === 1 && key === 'or' && Array.isArray(value)) return value.map(parseItem);
  if (keys.length === 1 && key === 'not' && isJsonObject(value)) return new Not(parseItem(value));
  throw refused('an item of it is none of these');
}

function parseComparison(item: JsonObject): Comparison {
  const { attributeName, operation, value } = item;
  if (typeof attributeName !== 'string') throw refused('an item has no "attributeName" that is a text');
  if (typeof operation !== 'string') throw refused('an item has no "operation" that is a text');
  if (value === undefined) throw refused('an item has no "value"');
  // Passing over what else it says could mean more rows than were meant.
  const further = Object.keys(item).find((key) => !['attributeName', 'operation', 'value'].includes(key));
  if (further !== undefined) throw refused(`an item has a further key ${JSON.stringify(further.slice(0, 40))}`);
  const operator = operation.trim().toUpperCase().replace(/\s+/g, ' ');
  if (!operators.has(operator)) {
    const known = [...operators].join(' ');
    throw refused(`the operation ${JSON.stringify(operation.slice(0, 40))} is none of ${known}`);
  }
  return new Comparison(attributeName, operator as Operator, value as InputValue);
}
