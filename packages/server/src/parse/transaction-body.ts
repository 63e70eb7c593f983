import type { CascadeOptions, InputRow, InsertOptions, UpdateRow } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { escaped } from './json-pointer.ts';
import { parseRecordsBody } from './records-body.ts';
import { type ParsedRestriction, parseRestrictionItems } from './restriction.ts';

/** A write as it was asked for; its table is only a name yet. */
export type ParsedOperation = { readonly schema: string; readonly table: string } & (
  | { readonly kind: 'insert'; readonly rows: readonly InputRow[]; readonly options: InsertOptions }
  | { readonly kind: 'update'; readonly rows: readonly UpdateRow[] }
  | {
      readonly kind: 'delete';
      readonly restriction: ParsedRestriction;
      readonly options: CascadeOptions & { readonly cascade: boolean };
    }
);

export interface TransactionRequest {
  readonly operations: readonly ParsedOperation[];
  readonly isDryRun: boolean;
}

const most = 1000;

const members = {
  insert: ['operation', 'schema', 'table', 'records', 'existing'],
  update: ['operation', 'schema', 'table', 'records'],
  delete: ['operation', 'schema', 'table', 'restriction', 'cascade', 'plan'],
} as const;

/**
 * Reads the body of `POST /transaction`, strictly: what is not understood might have meant something.
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION, with the place in `details.errors`.
 */
export function parseTransactionBody(body: JsonValue | undefined): TransactionRequest {
  if (!isJsonObject(body) || !Array.isArray(body.operations)) {
    throw refused('', 'The body has to be a JSON object with a list "operations"');
  }
  const { operations, dryRun = false } = body;
  const further = Object.keys(body).find((key) => key !== 'operations' && key !== 'dryRun');
  if (further !== undefined) throw refused(`/${further}`, `Only "operations" and "dryRun" are known here`);
  if (typeof dryRun !== 'boolean') throw refused('/dryRun', '"dryRun" has to be true or false');
  if (operations.length === 0 || operations.length > most) {
    throw refused('/operations', `Expected 1 to ${most} operations, got ${operations.length}`);
  }
  return { operations: operations.map(parseOperation), isDryRun: dryRun };
}

function parseOperation(item: JsonValue, index: number): ParsedOperation {
  const at = `/operations/${index}`;
  if (!isJsonObject(item)) throw refused(at, 'An operation has to be an object');
  const { operation: kind, schema, table } = item;
  if (typeof kind !== 'string' || !Object.hasOwn(members, kind)) {
    throw refused(`${at}/operation`, '"operation" has to be insert, update or delete');
  }
  const known: readonly string[] = members[kind as keyof typeof members];
  const further = Object.keys(item).find((key) => !known.includes(key));
  if (further !== undefined) {
    throw refused(`${at}/${escaped(further)}`, `An operation "${kind}" takes ${known.join(', ')}, and nothing else`);
  }
  if (typeof schema !== 'string') throw refused(`${at}/schema`, '"schema" has to be the name of a schema');
  if (typeof table !== 'string') throw refused(`${at}/table`, '"table" has to be the name of a table');
  const place = { schema, table };
  switch (kind as keyof typeof members) {
    case 'insert':
      return {
        ...place,
        kind: 'insert',
        rows: placed(`${at}/records`, () => parseRecordsBody(item)),
        options: existing(item, at),
      };
    case 'update':
      return { ...place, kind: 'update', rows: placed(`${at}/records`, () => parseRecordsBody(item) as UpdateRow[]) };
    case 'delete':
      return { ...place, kind: 'delete', ...parseDelete(item, at) };
  }
}

function existing({ existing: word = 'error' }: JsonObject, at: string): InsertOptions {
  if (word === 'error') return {};
  if (word === 'skip') return { skipDuplicates: true };
  if (word === 'replace') return { replace: true };
  throw refused(`${at}/existing`, '"existing" has to be error, skip or replace');
}

function parseDelete(
  { restriction, cascade = false, plan }: JsonObject,
  at: string,
): Pick<Extract<ParsedOperation, { kind: 'delete' }>, 'restriction' | 'options'> {
  if (typeof cascade !== 'boolean') throw refused(`${at}/cascade`, '"cascade" has to be true or false');
  if (plan !== undefined && typeof plan !== 'string')
    throw refused(`${at}/plan`, '"plan" has to be the digest of a plan');
  return {
    restriction: placed(`${at}/restriction`, () => parseRestrictionItems(restriction)),
    options: { cascade, digest: plan },
  };
}

/** Runs a parser; what it refuses has this place. */
function placed<T>(pointer: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new RequestError(error.code, error.message, { details: errorsAt(pointer, error.code, error.message) });
  }
}

function refused(pointer: string, sentence: string): RequestError {
  const message = `${sentence}${pointer === '' ? '' : ` (at ${pointer.slice(0, 120)})`}. Nothing was changed.`;
  return new RequestError('INVALID_REQUEST', message, { details: errorsAt(pointer, 'INVALID_REQUEST', message) });
}

function errorsAt(pointer: string, code: string, detail: string): { errors: object[] } {
  return { errors: [{ pointer, code, detail }] };
}
