import { InvalidValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { Attachment } from './attachment.ts';
import { NumberLiteral } from './number-literal.ts';

/** The error about a value of a kind that an attribute cannot hold. */
export function refusal(attribute: Attribute, value: unknown, expected: string): InvalidValueError {
  return new InvalidValueError(
    `Attribute \`${attribute.name}\` (${attribute.type}) expects ${expected}; got ${describeValue(value)}.`,
    { details: { attribute: attribute.name } },
  );
}

/** A value in a few words for a message. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Attachment) return `the file ${JSON.stringify(value.name.slice(0, 80))}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'object' && !(value instanceof NumberLiteral)) return 'an object';
  return String(value);
}
