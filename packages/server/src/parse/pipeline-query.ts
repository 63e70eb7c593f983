import { RequestError } from '../errors/request-error.ts';
import { first, type Query } from './record-query.ts';

const mostSchemas = 1000;

/** The schemas a request is about; undefined for all. */
export function schemasOf(query: Query): readonly string[] | undefined {
  const text = first(query, 'schema');
  if (text === undefined || text.trim() === '') return undefined;
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
  if (names.length <= mostSchemas) return names;
  throw new RequestError(
    'INVALID_REQUEST',
    `Expected at most ${mostSchemas} schemas, got ${names.length}; leave "schema" out for all.`,
  );
}
