import { InvalidRestriction, InvalidValueError } from '../errors.ts';
import { encodeValue } from '../heading/codec/encode.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import { givenValue } from './given-value.ts';
import type { InputRow } from './insert.ts';
import type { Table } from './table.ts';

/** Keys that are looked for together. */
const chunkKeys = 500;

/**
 * How many of the rows would find their primary key in the table when they are inserted one after the other. A key that the
 * table numbers itself is a new one, and a value that no key can have is left to the insert, which says it better.
 */
export async function countExisting(table: Table, rows: readonly InputRow[]): Promise<number> {
  const { heading } = table;
  const { primaryKey } = heading;
  if (primaryKey.length === 0) return heading.hasHiddenKey ? countHidden(table, rows) : 0;
  try {
    const given = rows
      .map((row) => primaryKey.map((name) => givenValue(row, name, heading.names)))
      .filter((values) => values.every((value) => value !== null && value !== undefined));
    const distinct = new Map(given.map((values) => [written(table, values), values]));
    const keys = [...distinct.values()].map((values) =>
      Object.fromEntries(primaryKey.map((name, index) => [name, values[index]])),
    );
    let found = 0;
    for (let start = 0; start < keys.length; start += chunkKeys) {
      const chunk = keys.slice(start, start + chunkKeys);
      found += await table.restrict(chunk as Parameters<Table['restrict']>[0]).length();
    }
    return given.length - distinct.size + found;
  } catch (error) {
    if (error instanceof InvalidRestriction || error instanceof InvalidValueError) return 0;
    throw error;
  }
}

/** The one row of a table without a primary key of its own. */
async function countHidden(table: Table, rows: readonly InputRow[]): Promise<number> {
  return rows.length - ((await table.length()) > 0 ? 0 : Math.min(1, rows.length));
}

/** A key as it is stored, so that it is found in every spelling. */
function written({ heading }: Table, values: readonly InputValue[]): string {
  return JSON.stringify(
    heading.attributes
      .filter(({ inKey }) => inKey)
      .map((attribute, index) => String(encodeValue(attribute, values[index]))),
  );
}
