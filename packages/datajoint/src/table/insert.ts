import { attempt, undoable } from '../connection/attempt.ts';
import type { Connection } from '../connection/connection.ts';
import type { Executor } from '../connection/executor.ts';
import { ConcurrencyError, DataJointError, InvalidValueError, QueryError, UnavailableError } from '../errors.ts';
import { typedByHeading } from '../expression/typed-by.ts';
import { type InputValue, useDefault } from '../heading/codec/input-value.ts';
import type { PreparedObject } from '../heading/codec/object-writer.ts';
import { describeValue } from '../heading/codec/refusal.ts';
import type { ValueRow } from '../sql/sql.ts';
import { withExpectation } from './expected-value.ts';
import { chunksOf } from './insert-chunks.ts';
import { fieldsOf } from './insert-fields.ts';
import { type Existing, InsertForm, insertForm, type Target } from './insert-form.ts';
import { named, nameRecord } from './name-record.ts';
import { prepareRow, putAway } from './put-away.ts';

/** A row to insert: attribute names and values, or all values in heading order. */
export type InputRow = NamedValues | readonly InputValue[];

interface NamedValues {
  readonly [attribute: string]: InputValue;
}

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
  if (!Array.isArray(rows)) {
    throw new DataJointError(`Expected a list of rows, got ${describeValue(rows)}. For a single row there is insert1.`);
  }
  if (rows.length === 0) return;
  const { heading } = target;
  const fields = fieldsOf(heading, rows, options);
  const form = insertForm(target, fields, existingOf(options), executor.dialect);
  if (form.isExternal && 'transaction' in executor) {
    await executor.transaction((transaction) => insertRows(target, rows, options, transaction));
    return;
  }
  const { stored, objects } = form.isExternal ? await prepare(target, rows, executor) : { stored: rows, objects: [] };
  const encoded = encodeRows(form, stored);
  const keyPlaces = form.existing === 'replace' ? placesOf(heading.primaryKey, fields) : [];
  const chunks = chunksOf(encoded, fields.length, keyPlaces);
  const send = (to: Executor, chunk: readonly ValueRow[]): Promise<void> => sendRows(target, form, chunk, to);
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
    if (rows.length > 1 && isAboutRow(error))
      await findCulprit(encoded, send, executor, (reason, record) =>
        withExpectation(reason, heading, rows[record] as InputRow),
      );
    throw rows.length > 1 ? error : nameRecord(withExpectation(error, heading, rows[0] as InputRow), 0, 1);
  }
}

async function sendRows(target: Target, form: InsertForm, rows: readonly ValueRow[], to: Executor): Promise<void> {
  try {
    await to.execute(form.statement(rows), { typedBy: typedByHeading(target.heading) });
  } catch (error) {
    const isHidden = error instanceof InvalidValueError && !form.dialect.failureEndsTransaction;
    if (!isHidden || rows.length > 1 || form.existing === undefined) throw error;
    // That a row of another key has the same unique value, a plain insert says with the name of that key.
    await to.execute(new InsertForm(target, form.fields, undefined, form.dialect).statement(rows));
  }
}

/** The rows as their columns hold them, and what of them belongs into stores. */
async function prepare(
  target: Target,
  rows: readonly InputRow[],
  executor: Executor,
): Promise<{ readonly stored: readonly InputRow[]; readonly objects: readonly PreparedObject[] }> {
  const stored: InputRow[] = [];
  const objects: PreparedObject[] = [];
  for (const [record, row] of rows.entries()) {
    const prepared = await named(record, rows.length, () => prepareRow(target, row, executor));
    stored.push(prepared.row);
    objects.push(...prepared.objects);
  }
  return { stored, objects };
}

/** What is bound for each attribute of each row. @throws InvalidValueError */
function encodeRows({ fields, encoders }: InsertForm, rows: readonly InputRow[]): readonly ValueRow[] {
  let record = 0;
  const encodeRow = (row: InputRow): ValueRow =>
    encoders.map((encode, place) => {
      const value = Array.isArray(row) ? row[place] : (row as NamedValues)[fields[place] as string];
      const encoded = encode(value);
      return encoded === useDefault ? undefined : encoded;
    });
  try {
    return rows.map((row, index) => {
      record = index;
      return encodeRow(row);
    });
  } catch (error) {
    throw nameRecord(error, record, rows.length);
  }
}

function existingOf({ replace, skipDuplicates }: InsertOptions): Existing {
  return replace ? 'replace' : skipDuplicates ? 'skip' : undefined;
}

function placesOf(names: readonly string[], fields: readonly string[]): readonly number[] {
  return names.map((name) => fields.indexOf(name)).filter((place) => place >= 0);
}

/** Whether one of the rows is to blame, and not what others do at the same time. */
function isAboutRow(error: unknown): boolean {
  return error instanceof QueryError && !(error instanceof ConcurrencyError) && !(error instanceof UnavailableError);
}

/** Inserts row by row what failed together, to learn which one it was, and takes everything back. */
async function findCulprit(
  rows: readonly ValueRow[],
  send: (to: Executor, chunk: readonly ValueRow[]) => Promise<void>,
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
