import { InvalidRecordError, UnknownAttributeError } from '../errors.ts';
import type { Heading } from '../heading/heading.ts';
import { didYouMean } from '../suggest.ts';
import type { InputRow, InsertOptions } from './insert.ts';
import { nameRecord } from './name-record.ts';

/** The names that the first row of the last insert gave, and the attributes they are, for each heading. */
const knownFields = new WeakMap<Heading, { readonly given: readonly string[]; readonly fields: readonly string[] }>();

/**
 * The attributes to insert, in heading order, from the first row; the others must be given in the same form.
 * @throws InvalidRecordError, UnknownAttributeError
 */
export function fieldsOf(
  heading: Heading,
  rows: readonly InputRow[],
  { ignoreExtraFields = false }: InsertOptions,
): readonly string[] {
  const [first] = rows;
  if (Array.isArray(first)) {
    eachRow(rows, (row) => checkList(row, heading.names.length));
    return heading.names;
  }
  const known = knownFields.get(heading);
  const given = Object.keys(first ?? {});
  const isKnown = known !== undefined && areSame(given, known.given);
  const fields = isKnown ? known.fields : attributesIn(new Set(given), heading);
  let checked = isKnown ? known.given : undefined;
  eachRow(rows, (row) => {
    const names = namesIn(row);
    // Most have the names of the row before, in its order.
    if (checked !== undefined && areSame(names, checked)) return;
    checkNames(row, names, fields, heading, ignoreExtraFields);
    checked = names;
  });
  // Without names that are passed over, which are an error another time.
  if (!isKnown && given.length === fields.length) knownFields.set(heading, { given, fields });
  return fields;
}

function attributesIn(names: ReadonlySet<string>, heading: Heading): readonly string[] {
  return heading.names.filter((name) => names.has(name));
}

function eachRow(rows: readonly InputRow[], check: (row: InputRow) => void): void {
  let record = 0;
  try {
    for (const row of rows) {
      check(row);
      record += 1;
    }
  } catch (error) {
    throw nameRecord(error, record, rows.length);
  }
}

function checkList(row: InputRow, length: number): void {
  if (!Array.isArray(row)) throw new InvalidRecordError('Expected a list of values, as in the first record.');
  if (row.length !== length) {
    throw new InvalidRecordError(
      `Invalid insert argument. Incorrect number of attributes: ${row.length} given; ${length} expected.`,
    );
  }
}

function namesIn(row: InputRow): readonly string[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new InvalidRecordError('Expected an object of attribute names and values, as in the first record.');
  }
  return Object.keys(row);
}

function areSame(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, index) => name === others[index]);
}

function checkNames(
  row: InputRow,
  names: readonly string[],
  fields: readonly string[],
  heading: Heading,
  ignoreExtraFields: boolean,
): void {
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
