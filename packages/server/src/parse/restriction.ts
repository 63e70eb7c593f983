import {
  AndList,
  Comparison,
  type Database,
  type InputValue,
  Matching,
  Not,
  type Operator,
  type Restriction,
} from '@pharus/datajoint';
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
  'a JSON array of {"attributeName", "operation", "value"}, {"and": [...]}, {"or": [...]}, {"not": {...}} ' +
  'or {"in": {"schema", "table", "restriction", "attrMap"}}';

/** Tables that one restriction may look into. */
const maxTables = 16;

/** A restriction that has been read. The tables it looks into are only names yet. */
export type ParsedRestriction =
  | Comparison
  | { readonly and: readonly ParsedRestriction[] }
  | { readonly or: readonly ParsedRestriction[] }
  | { readonly not: ParsedRestriction }
  | { readonly in: ParsedTable };

interface ParsedTable {
  readonly schema: string;
  readonly table: string;
  readonly restriction: ParsedRestriction;
  /** The attributes here and those there that have to agree; where it is absent, those of the same name. */
  readonly attrMap: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads the `restriction` parameter: base64 of a JSON array, all of whose items have to hold.
 * Attribute names and the kinds of values are checked later, against the heading.
 * @throws RequestError INVALID_RESTRICTION
 */
export function parseRestriction(text: string): ParsedRestriction {
  return parseItems(parse(decode(text)));
}

/**
 * Reads a restriction that stands in a JSON body, at the place of `pointer` there.
 * @throws RequestError INVALID_RESTRICTION
 */
export function parseRestrictionItems(items: JsonValue | undefined, pointer?: string): ParsedRestriction {
  try {
    return parseItems(items);
  } catch (error) {
    if (!(error instanceof RequestError) || pointer === undefined) throw error;
    throw new RequestError(error.code, error.message, { details: { pointer }, cause: error });
  }
}

function parseItems(items: JsonValue | undefined): ParsedRestriction {
  if (!Array.isArray(items)) throw refused('it is no array');
  const restriction = allOf(items);
  const tables = looksInto(restriction);
  if (tables > maxTables) throw refused(`it looks into ${tables} tables, more than ${maxTables}`);
  return restriction;
}

/**
 * The restriction in a database, where the tables it looks into are found. None restricts nothing.
 * @throws SchemaNotFound, TableNotFound
 */
export async function restrictionIn(database: Database, parsed: ParsedRestriction | undefined): Promise<Restriction> {
  if (parsed === undefined) return true;
  if (parsed instanceof Comparison) return parsed;
  if ('and' in parsed) return new AndList(await Promise.all(parsed.and.map((term) => restrictionIn(database, term))));
  if ('or' in parsed) return Promise.all(parsed.or.map((term) => restrictionIn(database, term)));
  if ('not' in parsed) return new Not(await restrictionIn(database, parsed.not));
  const { schema, table, restriction, attrMap } = parsed.in;
  const rows = (await database.schema(schema).table(table)).restrict(await restrictionIn(database, restriction));
  return attrMap === undefined ? rows : new Matching(rows, attrMap);
}

/** How many tables a restriction looks into. */
export function looksInto(parsed: ParsedRestriction | undefined): number {
  if (parsed === undefined || parsed instanceof Comparison) return 0;
  const sum = (terms: readonly ParsedRestriction[]): number =>
    terms.reduce((count, term) => count + looksInto(term), 0);
  if ('and' in parsed) return sum(parsed.and);
  if ('or' in parsed) return sum(parsed.or);
  return 'not' in parsed ? looksInto(parsed.not) : 1 + looksInto(parsed.in.restriction);
}

function refused(got: string): RequestError {
  return new RequestError('INVALID_RESTRICTION', `The restriction has to be ${shape}; ${got}.`);
}

function notEncoded(got: string): RequestError {
  return new RequestError('INVALID_RESTRICTION', `The restriction has to be base64 of ${shape}; ${got}.`);
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
  if (standard === '') throw notEncoded('it is empty');
  if (!/^[A-Za-z0-9+/]+$/.test(standard) || standard.length % 4 === 1) throw notEncoded('it is not base64');
  const bytes = Buffer.from(standard, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Browsers' btoa makes one byte of each character.
    return bytes.toString('latin1');
  }
}

function allOf(items: readonly JsonValue[]): ParsedRestriction {
  return { and: items.map(parseItem) };
}

function parseItem(item: JsonValue): ParsedRestriction {
  if (!isJsonObject(item)) throw refused('an item of it is no object');
  if ('attributeName' in item || 'operation' in item || 'value' in item) return parseComparison(item);
  const keys = Object.keys(item);
  const [key] = keys;
  const value = key === undefined ? undefined : item[key];
  if (keys.length === 1 && key === 'and' && Array.isArray(value)) return allOf(value);
  if (keys.length === 1 && key === 'or' && Array.isArray(value)) return { or: value.map(parseItem) };
  if (keys.length === 1 && key === 'not' && isJsonObject(value)) return { not: parseItem(value) };
  if (keys.length === 1 && key === 'in' && isJsonObject(value)) return { in: parseTable(value) };
  throw refused('an item of it is none of these');
}

function parseTable(item: JsonObject): ParsedTable {
  const { schema, table, restriction = [] } = item;
  if (typeof schema !== 'string' || typeof table !== 'string') throw refused('an "in" lacks a "schema" or a "table"');
  if (!Array.isArray(restriction)) throw refused('the "restriction" of an "in" is no array');
  const further = Object.keys(item).find((key) => !['schema', 'table', 'restriction', 'attrMap'].includes(key));
  if (further !== undefined) throw refused(`an "in" has a further key ${JSON.stringify(further.slice(0, 40))}`);
  return { schema, table, restriction: allOf(restriction), attrMap: parseAttrMap(item.attrMap) };
}

function parseAttrMap(value: JsonValue | undefined): ParsedTable['attrMap'] {
  if (value === undefined) return undefined;
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  const isNames = entries.length > 0 && entries.every(([, there]) => typeof there === 'string');
  if (!isNames) throw refused('the "attrMap" of an "in" is no object of names of attributes here and there');
  return Object.fromEntries(entries as [string, string][]);
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
