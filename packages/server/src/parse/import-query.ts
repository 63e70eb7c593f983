import { RequestError } from '../errors/request-error.ts';
import type { Query } from './record-query.ts';
import { unknownParameter } from './unknown-parameters.ts';

export interface ImportRequest {
  readonly format: 'csv' | 'ndjson';
  readonly isDryRun: boolean;
  readonly existing: 'error' | 'skip' | 'replace';
}

const known = ['format', 'dryRun', 'existing'];

/**
 * Reads the parameters of an import, strictly: a misspelt `dryRun` must not become an import. Without `format` the type of
 * the body decides.
 * @throws RequestError INVALID_REQUEST, UNSUPPORTED_MEDIA_TYPE
 */
export function parseImportQuery(query: Query, contentType = ''): ImportRequest {
  const unknown = unknownParameter(query, known);
  if (unknown !== undefined) throw refused(`got an ${unknown}`);
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw refused(`"${name}" came more than once.`);
  }
  const { format, dryRun = 'false', existing = 'error' } = query as Readonly<Record<string, string | undefined>>;
  return {
    format: format === undefined ? formatOf(contentType) : oneOf('format', format, ['csv', 'ndjson']),
    isDryRun: oneOf('dryRun', dryRun, ['true', 'false']) === 'true',
    existing: oneOf('existing', existing, ['error', 'skip', 'replace']),
  };
}

function oneOf<T extends string>(name: string, value: string, values: readonly T[]): T {
  const found = values.find((known) => known === value.toLowerCase());
  if (found !== undefined) return found;
  throw refused(`"${name}" has to be one of ${values.join(', ')}, and is ${JSON.stringify(value.slice(0, 40))}.`);
}

function formatOf(contentType: string): 'csv' | 'ndjson' {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/csv') return 'csv';
  if (/^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)$/.test(type)) return 'ndjson';
  throw new RequestError(
    'UNSUPPORTED_MEDIA_TYPE',
    'Expected a body of type text/csv or application/x-ndjson, or the parameter "format"; got neither.',
  );
}

function refused(got: string): RequestError {
  return new RequestError(
    'INVALID_REQUEST',
    `An import takes "format", "dryRun" and "existing", each at most once; ${got} Nothing was imported.`,
  );
}
