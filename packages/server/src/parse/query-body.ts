import type { CountMode } from '@pharus/contract';
import { didYouMean } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { parseQueryTree, type QueryTree } from './query-tree.ts';
import { countModes } from './record-query.ts';
import { type ParsedRestriction, parseRestrictionItems } from './restriction.ts';

/** A query and what of its rows is asked for. */
export interface QueryRequest {
  readonly query: { readonly text: string } | { readonly tree: QueryTree };
  readonly schemas: readonly string[] | undefined;
  /** Undefined: 1000 for a page, all for a file. */
  readonly limit: number | undefined;
  readonly page: number;
  readonly order: string;
  readonly attributes: string | undefined;
  readonly restriction: ParsedRestriction | undefined;
  readonly count: CountMode;
  readonly isExplained: boolean;
  readonly format: string | undefined;
}

const members = [
  'text',
  'expression',
  'schemas',
  'limit',
  'page',
  'order',
  'attributes',
  'restriction',
  'count',
  'explain',
  'format',
];

/**
 * Reads the body of `POST /query`, strictly.
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parseQueryBody(body: JsonValue | undefined): QueryRequest {
  if (!isJsonObject(body)) throw refused('has to be a JSON object with "text" or "expression"');
  const further = Object.keys(body).find((key) => !members.includes(key));
  if (further !== undefined) {
    const hint = didYouMean(further, members) || ` It may have ${members.join(', ')}.`;
    throw refused(`has no member ${JSON.stringify(further.slice(0, 40))}`, hint);
  }
  const { explain = false, restriction } = body;
  if (typeof explain !== 'boolean') throw refused('has "explain", which has to be true or false');
  const ofPages = ['page', 'count', 'explain'].find((name) => body.format !== undefined && body[name] !== undefined);
  if (ofPages !== undefined) {
    const hint = ' A file holds all rows, or the first "limit" of them.';
    throw refused(`has "format" and "${ofPages}", which go together in no answer: leave one out`, hint);
  }
  const limit = wholeNumber(body, 'limit', 0);
  const page = wholeNumber(body, 'page', 1) ?? 1;
  if (!Number.isSafeInteger((limit ?? 1000) * page)) throw refused(`asks for page ${page}, which no result has`);
  return {
    query: queryIn(body),
    schemas: names(body, 'schemas'),
    limit,
    page,
    order: text(body, 'order') ?? '',
    attributes: text(body, 'attributes'),
    restriction: restriction === undefined ? undefined : parseRestrictionItems(restriction, '/restriction'),
    count: countMode(text(body, 'count')),
    isExplained: explain,
    format: text(body, 'format'),
  };
}

function queryIn(body: JsonObject): QueryRequest['query'] {
  const written = text(body, 'text');
  if ((written === undefined) === (body.expression === undefined)) {
    throw refused('has to hold either "text" or "expression"');
  }
  return written === undefined ? { tree: parseQueryTree(body.expression) } : { text: written };
}

function text(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'string') return value;
  throw refused(`has ${JSON.stringify(name)}, which has to be a text`);
}

function wholeNumber(body: JsonObject, name: string, least: number): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw refused(`has ${JSON.stringify(name)}, which has to be a whole number of ${least} or more`);
}

function countMode(written = 'exact'): CountMode {
  const found = countModes.find((mode) => mode === written);
  if (found !== undefined) return found;
  throw refused(`has "count", which has to be one of ${countModes.join(', ')}`, didYouMean(written, countModes));
}

function names(body: JsonObject, name: string): readonly string[] | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length <= 100 && value.every((each) => typeof each === 'string')) return value;
  throw refused(`has ${JSON.stringify(name)}, which has to be a list of at most 100 names`);
}

function refused(sentence: string, hint = ''): RequestError {
  return new RequestError('INVALID_REQUEST', `The body of a query ${sentence}.${hint}`);
}
