import { InvalidValueError } from '../errors.ts';
import { expectedText } from '../heading/codec/expected-text.ts';
import { describeValue } from '../heading/codec/refusal.ts';
import type { Heading } from '../heading/heading.ts';
import { givenValue } from './given-value.ts';
import type { InputRow } from './insert.ts';

/**
 * What a database says of a value that is no date, no time or not one of an enum's, with what was expected and what came.
 * Other errors as they are.
 */
export function withExpectation(error: unknown, heading: Heading, row: InputRow): unknown {
  if (!(error instanceof InvalidValueError) || error.cause === undefined || 'constraint' in error.details) return error;
  const attribute = heading.get(String(error.details.attribute));
  const expected = attribute === undefined ? undefined : expectedText(attribute);
  if (attribute === undefined || expected === undefined) return error;
  const value = givenValue(row, attribute.name, heading.names);
  if (value === null || value === undefined) return error;
  return new InvalidValueError(
    `Attribute \`${attribute.name}\` (${attribute.type}) expects ${expected}; got ${describeValue(value)}.`,
    { cause: error.cause, details: error.details },
  );
}
