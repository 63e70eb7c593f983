import type { Executor } from '../connection/executor.ts';
import { Transaction } from '../connection/transaction.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { DataJointError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import { type PreparedObject, StoredReference } from '../heading/codec/object-writer.ts';
import type { Heading } from '../heading/heading.ts';
import type { InputRow } from './insert.ts';

/** A row with what its columns hold of its external values, and these values, to be put into their stores. */
export interface PreparedRow {
  readonly row: InputRow;
  readonly objects: readonly PreparedObject[];
}

/** Looks what of a row belongs into stores. Nothing is put there before the database has taken the row. */
export async function prepareRow(
  { name, heading }: { readonly name: TableName; readonly heading: Heading },
  row: InputRow,
  executor: Executor,
): Promise<PreparedRow> {
  const givenFor = (attribute: Attribute): InputValue => {
    return Array.isArray(row)
      ? row[heading.names.indexOf(attribute.name)]
      : (row as { readonly [name: string]: InputValue })[attribute.name];
  };
  const key = heading.primaryKey.map((part) => {
    const attribute = heading.get(part) as Attribute;
    return [attribute, givenFor(attribute)] as const;
  });
  const changed = new Map<string, InputValue>();
  const prepared: PreparedObject[] = [];
  for (const attribute of heading.attributes) {
    const value = givenFor(attribute);
    if (attribute.objects === undefined || value === null || value === undefined) continue;
    if (value instanceof StoredReference) continue;
    const object = await attribute.objects.prepare(attribute, value, { ...name, key }, executor);
    if (object === undefined) continue;
    changed.set(attribute.name, object.reference);
    prepared.push(object);
  }
  if (changed.size === 0) return { row, objects: [] };
  const stored = Array.isArray(row)
    ? heading.names.map((each, index) => changed.get(each) ?? row[index])
    : { ...row, ...Object.fromEntries(changed) };
  return { row: stored, objects: prepared };
}

/**
 * Puts the objects of rows that the database has taken into their stores: all, or none where one cannot be put or the
 * transaction comes to nothing.
 */
export async function putAway(objects: readonly PreparedObject[], transaction: Executor): Promise<void> {
  if (objects.length === 0) return;
  if (!(transaction instanceof Transaction)) throw new DataJointError('Expected a transaction to put objects away in.');
  const settlements: ((isKept: boolean) => Promise<void>)[] = [];
  try {
    for (const object of objects) settlements.push(await object.put());
  } catch (error) {
    for (const settle of settlements) await settle(false).catch(() => undefined);
    throw error;
  }
  for (const settle of settlements) transaction.afterwards(settle);
}
