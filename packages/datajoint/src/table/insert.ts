import { attempt, undoable } from '../connection/attempt.ts';
import type { Connection } from '../connection/connection.ts';
import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import {
  ConcurrencyError,
  DataJointError,
  InvalidRecordError,
  InvalidValueError,
  QueryError,
  UnavailableError,
  UnknownAttributeError,
} from '../errors.ts';
import { encodeValue, type InputValue, useDefault } from '../heading/codec/encode.ts';
import type { Heading } from '../heading/heading.ts';
import { type Param, type Sql, sql } from '../sql/sql.ts';
import { didYouMean } from '../suggest.ts';
import { withExpectation } from './expected-value.ts';
import { givenValue } from './given-value.ts';
import { named, nameRecord } from './name-record.ts';
import { hasExternal, type PreparedRow, prepareRow, putAway } from './put-away.ts';

/** A row to insert: attribute names and values, or all values in heading order. */
export type InputRow = { readonly [attribute: string]: InputValue } | readonly InputValue[];

export interface InsertOptions {
  /**
   * Give rows whose primary key exists the new values; attributes left out are reset to their default. What refers to
   * them goes on doing so.
   */
  readonly replace?: boolean;
  /** Leave rows whose primary key exists as they are. */
  readonly skipDuplicates?: boolean;
  /** Pass over names that are no attributes, where they would be an error. */
  readonly ignoreExtraFields?: boolean;
}

interface Target {
  readonly name: TableName;
  readonly heading: Heading;
}

/** What is bound for each attribute; undefined for its default. */
type EncodedRow = readonly (Param | undefined)[];

/**
 * Of a statement. Both families allow 65,535 parameters, but the next one of just this size is prepared already: that saves
 * more than fewer statements would.
 */
const maxParams = 2_000;
const maxRows = 500;
/** Well below the smallest `max_allowed_packet` in use; a larger row goes alone. */
const maxBytes = 4 << 20;

/**
 * Inserts rows, all or none. Attributes left out take their default, as does NULL.
 * @throws DataJointError for rows of different or unknown attributes, InvalidValueError and the database's errors with
 *   the number of the row they are about in `details.record` (from 0).
 */
export async function insertRows(
  target: Target,
  rows: readonly InputRow[],
  options: InsertOptions,
  executor: Executor | Connection,
): Promise<void> {
  if (rows.length === 0) return;
  const fields = fieldsOf(target, rows, options);
  if (hasExternal(target.heading) && 'transaction' in executor) {
    await executor.transaction((transaction) => insertRows(target, rows, options, transaction));
    return;
  }
  const prepared = await prepare(target, rows, executor);
  const encoded = prepared.map(({ row }, record) => named(record, rows.length, () => encodeRow(target, fields, row)));
  const objects = prepared.flatMap((row) => row.objects);
  const keyFields = options.replace ? placesOf(target.heading.primaryKey, fields) : [];
  const chunks = chunksOf(encoded, fields.length, keyFields);
  const send = (to: Executor, chunk: readonly EncodedRow[]): Promise<void> =>
    sendRows(target, fields, chunk, options, to);
  try {
    const sendAll = async (to: Executor): Promise<void> => {
      for (const chunk of chunks) await send(to, chunk);
      await putAway(objects, to);
    };
    if (!('transaction' in executor))
      await (chunks.length === 1 && objects.length === 0 ? attempt : undoable)(executor, () => sendAll(executor));
    else if (chunks.length === 1) await sendAll(executor);
    else await executor.transaction(sendAll);
  } catch (error) {
    const { heading } = target;
    if (rows.length > 1 && isAboutRow(error))
      await findCulprit(encoded, send, executor, (reason, record) =>
        withExpectation(reason, heading, rows[record] as InputRow),
      );
    throw rows.length > 1 ? error : nameRecord(withExpectation(error, heading, rows[0] as InputRow), 0, 1);
  }
}

async function sendRows(
  target: Target,
  fields: readonly string[],
  rows: readonly EncodedRow[],
  options: InsertOptions,
  to: Executor,
): Promise<void> {
  try {
    await to.execute(insertStatement(target, fields, rows, options, to.dialect));
  } catch (error) {
    const isHidden = error instanceof InvalidValueError && !to.dialect.failureEndsTransaction;
    if (!isHidden || rows.length > 1 || existingOf(options) === undefined) throw error;
    // That a row of another key has the same unique value, a plain insert says with the name of that key.
    await to.execute(insertStatement(target, fields, rows, {}, to.dialect));
  }
}

/** The rows, and what of them belongs into stores. */
async function prepare(target: Target, rows: readonly InputRow[], executor: Executor): Promise<readonly PreparedRow[]> {
  if (!hasExternal(target.heading)) return rows.map((row) => ({ row, objects: [] }));
  const prepared: PreparedRow[] = [];
  for (const [record, row] of rows.entries()) {
    prepared.push(await named(record, rows.length, () => prepareRow(target, row, executor)));
  }
  return prepared;
}

/** Whether one of the rows is to blame, and not what others do at the same time. */
function isAboutRow(error: unknown): boolean {
  return error instanceof QueryError && !(error instanceof ConcurrencyError) && !(error instanceof UnavailableError);
}

/** Inserts row by row what failed together, to learn which one it was, and takes everything back. */
async function findCulprit(
  rows: readonly EncodedRow[],
  send: (to: Executor, chunk: readonly EncodedRow[]) => Promise<void>,
  executor: Executor | Connection,
  explained: (error: unknown, record: number) => unknown,
): Promise<void> {
  const nothingWrong = new DataJointError('Every row could be inserted by itself.');
  const oneByOne = async (transaction: Executor): Promise<never> => {
    for (const [record, row] of rows.entries()) {
      const sent = send(transaction, [row]).catch((error: unknown) => {
        throw explained(error, record);
      });
      await named(record, rows.length, () => sent);
    }
    throw nothingWrong;
  };
  try {
    if ('transaction' in executor) await executor.transaction(oneByOne);
    else await undoable(executor, () => oneByOne(executor));
  } catch (error) {
    if (error !== nothingWrong) throw error;
  }
}

/** The attributes to insert, in heading order, from the first row; the others must be given in the same form. */
function fieldsOf(
  { heading }: Target,
  rows: readonly InputRow[],
  { ignoreExtraFields = false }: InsertOptions,
): readonly string[] {
  const [first] = rows;
  const isList = Array.isArray(first);
  const given = new Set(isList ? heading.names : Object.keys(first ?? {}));
  const fields = heading.names.filter((name) => given.has(name));
  for (const [record, row] of rows.entries()) {
    named(record, rows.length, () => {
      if (isList) checkList(row, fields);
      else checkFields(row, fields, heading, ignoreExtraFields);
    });
  }
  return fields;
}

function checkList(row: InputRow, fields: readonly string[]): void {
  if (!Array.isArray(row)) throw new InvalidRecordError('Expected a list of values, as in the first record.');
  if (row.length !== fields.length) {
    throw new InvalidRecordError(
      `Invalid insert argument. Incorrect number of attributes: ${row.length} given; ${fields.length} expected.`,
    );
  }
}

function checkFields(row: InputRow, fields: readonly string[], heading: Heading, ignoreExtraFields: boolean): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new InvalidRecordError('Expected an object of attribute names and values, as in the first record.');
  }
  const names = Object.keys(row);
  const unknown = names.find((name) => !heading.has(name));
  if (unknown !== undefined && !ignoreExtraFields) {
    throw new UnknownAttributeError(
      `\`${unknown}\` is not in the table heading.${didYouMean(unknown, heading.names)}`,
      { details: { attribute: unknown } },
    );
  }
  const known = names.filter((name) => heading.has(name));
  if (known.length !== fields.length || !fields.every((name) => Object.hasOwn(row, name))) {
    throw new InvalidRecordError(
      'Attempt to insert rows with different fields. Give the same attributes in every record.',
    );
  }
}

function encodeRow({ heading }: Target, fields: readonly string[], row: InputRow): EncodedRow {
  return fields.map((name) => {
    const attribute = heading.get(name);
    if (attribute === undefined) throw new InvalidValueError(`Attribute \`${name}\` not found.`);
    const encoded = encodeValue(attribute, givenValue(row, name, fields));
    return encoded === useDefault ? undefined : encoded;
  });
}

function insertStatement(
  { name, heading }: Target,
  fields: readonly string[],
  rows: readonly EncodedRow[],
  options: InsertOptions,
  dialect: Dialect,
): Sql {
  const table = sql.id(name.schema, name.table);
  // Rows of nothing but defaults: not every database takes empty lists, so one attribute is named for all.
  const [first = ''] = heading.names;
  const isEmpty = fields.length === 0;
  const columns = sql.join((isEmpty ? [first] : fields).map((field) => sql.id(field)));
  const values = sql.rows(fields, isEmpty ? rows.map(() => [undefined]) : rows);
  const insert = sql`INSERT INTO ${table} (${columns}) VALUES ${values}`;
  const existing = existingOf(options);
  const hidden = (inKey: boolean): string[] =>
    heading.hidden.filter((one) => one.inKey === inKey).map(({ name }) => name);
  const primaryKey = [...heading.primaryKey, ...hidden(true)];
  if (existing === undefined || primaryKey.length === 0) return insert;
  const given = heading.secondary.filter((name) => fields.includes(name));
  const left = [...heading.secondary.filter((name) => !fields.includes(name)), ...hidden(false)];
  return sql`${insert}${dialect.onDuplicate({ table, primaryKey, given, left }, existing)}`;
}

function existingOf({ replace, skipDuplicates }: InsertOptions): 'skip' | 'replace' | undefined {
  return replace ? 'replace' : skipDuplicates ? 'skip' : undefined;
}

function placesOf(names: readonly string[], fields: readonly string[]): readonly number[] {
  return names.map((name) => fields.indexOf(name)).filter((place) => place >= 0);
}

/** What is sent in one statement each. No key is twice in one of them, where it is named by its places in a row. */
function chunksOf(
  rows: readonly EncodedRow[],
  width: number,
  keyFields: readonly number[],
): readonly (readonly EncodedRow[])[] {
  const most = Math.max(1, Math.min(maxRows, Math.floor(maxParams / Math.max(1, width))));
  const chunks: EncodedRow[][] = [];
  const keys = new Set<string>();
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = sizeOf(row);
    const key = keyIn(row, keyFields);
    if (bytes + size > maxBytes || (chunks.at(-1)?.length ?? most) >= most || (key !== undefined && keys.has(key))) {
      chunks.push([]);
      keys.clear();
      bytes = 0;
    }
    if (key !== undefined) keys.add(key);
    chunks.at(-1)?.push(row);
    bytes += size;
  }
  return chunks;
}

/** The values at these places; undefined where there is none, or the table fills it in. */
function keyIn(row: EncodedRow, places: readonly number[]): string | undefined {
  const values = places.map((place) => row[place]);
  return values.length === 0 || values.includes(undefined) ? undefined : JSON.stringify(values.map(String));
}

function sizeOf(row: EncodedRow): number {
  let size = 0;
  for (const value of row) size += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
  return size;
}
