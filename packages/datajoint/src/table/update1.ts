import { undoable } from '../connection/attempt.ts';
import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { InvalidRecordError, InvalidValueError, RecordNotFoundError, UnknownAttributeError } from '../errors.ts';
import { compileWhere } from '../expression/compile.ts';
import { makeCondition } from '../expression/restriction.ts';
import { typedByHeading } from '../expression/typed-by.ts';
import { encodeValue } from '../heading/codec/encode.ts';
import { type InputValue, useDefault } from '../heading/codec/input-value.ts';
import { datetimeOfDigits, epochOf } from '../heading/codec/temporal.ts';
import type { Heading } from '../heading/heading.ts';
import { sql } from '../sql/sql.ts';
import { didYouMean } from '../suggest.ts';
import { prepareRow, putAway } from './put-away.ts';

/** The whole primary key of an existing row, and the attributes to change with their new values. */
export type UpdateRow = { readonly [attribute: string]: InputValue };

/**
 * Changes attributes of one row. NULL resets an attribute to its default, or to NULL where it has none.
 * @throws InvalidRecordError when the key is incomplete or nothing is to be changed, RecordNotFoundError without such a row.
 */
export async function updateRow(
  { name, heading }: { readonly name: TableName; readonly heading: Heading },
  row: UpdateRow,
  executor: Executor,
): Promise<void> {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new InvalidRecordError('A record to update must be an object of attribute names and values.');
  }
  if (heading.primaryKey.length === 0 && !heading.hasHiddenKey) {
    throw new InvalidRecordError('The table has no primary key by which a record to update could be named.');
  }
  const missing = heading.primaryKey.filter((attribute) => row[attribute] === undefined || row[attribute] === null);
  if (missing.length > 0) {
    throw new InvalidRecordError(
      `A record to update must supply all primary key values; \`${missing.join('`, `')}\` missing.`,
    );
  }
  const unknown = Object.keys(row).find((attribute) => !heading.has(attribute));
  if (unknown !== undefined) {
    throw new UnknownAttributeError(`Attribute \`${unknown}\` not found.${didYouMean(unknown, heading.names)}`, {
      details: { attribute: unknown },
    });
  }
  const changed = heading.secondary.filter((attribute) => Object.hasOwn(row, attribute));
  if (changed.length === 0) {
    throw new InvalidRecordError('There is nothing to update: name at least one attribute beside the primary key.');
  }
  const { row: stored, objects } = await prepareRow({ name, heading }, row, executor);
  const assignments = changed.map(
    (attribute) => sql`${sql.id(attribute)} = ${assigned(heading, attribute, stored as UpdateRow)}`,
  );
  const key = Object.fromEntries(heading.primaryKey.map((attribute) => [attribute, keyValue(heading, attribute, row)]));
  const where = compileWhere(makeCondition(key, heading), executor.dialect);
  const table = sql.id(name.schema, name.table);
  const update = async (): Promise<void> => {
    const { affectedRows } = await executor.execute(sql`UPDATE ${table} SET ${sql.join(assignments)}${where}`, {
      typedBy: typedByHeading(heading),
    });
    if (affectedRows !== 1) throw notFound(affectedRows);
    await putAway(objects, executor);
  };
  await (objects.length === 0 ? update() : undoable(executor, update));
}

function notFound(affectedRows: number): RecordNotFoundError {
  return new RecordNotFoundError(
    affectedRows === 0
      ? 'Update can only be applied to one existing entry; there is none with this primary key.'
      : 'Update can only be applied to one existing entry; this primary key names several.',
  );
}

/**
 * A value of the key. Numbers on dates and times are what a record shows, seconds since 1970; but a date in digits,
 * `20210102`, is the one that an insert of the same would make.
 */
function keyValue(heading: Heading, name: string, row: UpdateRow): UpdateRow[string] {
  const value = row[name];
  const kind = heading.get(name)?.storage.kind;
  if (value === null || value === undefined || (kind !== 'date' && kind !== 'datetime')) return value;
  const text = String(value);
  const date = datetimeOfDigits(text);
  return date !== text && epochOf(date) !== undefined ? date : value;
}

function assigned(heading: Heading, name: string, row: UpdateRow): ReturnType<typeof sql> {
  const attribute = heading.get(name);
  if (attribute === undefined) throw new InvalidValueError(`Attribute \`${name}\` not found.`);
  const encoded = encodeValue(attribute, row[name]);
  return encoded === useDefault ? sql`DEFAULT` : sql.value(encoded, name);
}
