import { InvalidValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { plainDigits } from './number-literal.ts';

/**
 * What a numeric attribute holds of a number: as both families round it, half away from zero, though only one of them
 * does so with numbers that are given as text.
 * @throws InvalidValueError for a number out of range.
 */
export function storedNumber(attribute: Attribute, text: string): string {
  const { storage, databaseType } = attribute;
  switch (storage.kind) {
    case 'integer': {
      if (isShortInteger(text) && (!storage.unsigned || !text.startsWith('-'))) {
        const number = Number(text);
        const limit = 2 ** (storage.unsigned ? storage.bits : storage.bits - 1);
        if (number < limit && number >= -limit) return String(number);
      }
      const whole = rounded(attribute, text, 0);
      const [low, high] = storage.unsigned
        ? [0n, 2n ** BigInt(storage.bits)]
        : [-(2n ** BigInt(storage.bits - 1)), 2n ** BigInt(storage.bits - 1)];
      if (whole < low || whole >= high) throw outOfRange(attribute);
      return String(whole);
    }
    case 'bool': {
      const whole = rounded(attribute, text, 0);
      if (whole !== 0n && whole !== 1n) throw outOfRange(attribute);
      return String(whole);
    }
    case 'decimal': {
      const [precision, scale] =
        /\((\d+)(?:,\s*(\d+))?\)/
          .exec(databaseType)
          ?.slice(1)
          .map((size) => Number(size ?? 0)) ?? [];
      if (precision === undefined || scale === undefined) return text;
      // So few digits stay in range even where rounding adds one.
      const [, whole] = /^-?(\d+)(?:\.\d+)?$/.exec(text) ?? [];
      if (whole !== undefined && whole.length < precision - scale) return text;
      const units = rounded(attribute, text, scale);
      if (units <= -(10n ** BigInt(precision)) || units >= 10n ** BigInt(precision)) throw outOfRange(attribute);
      return text;
    }
    case 'float': {
      // As the double that it is: the shortest text of the largest one, read as a double, would be out of range.
      const float = Math.fround(Number(text));
      return Number.isFinite(float) ? textOf(float) : text;
    }
    case 'double':
      // Nearly nothing is out of range where it is not nothing.
      return Number(text) === 0 ? textOf(Number(text)) : text;
    default:
      return text;
  }
}

/** Whether a text is a whole number that a double holds. */
const isShortInteger = (text: string): boolean => text.length < 16 && /^-?\d+$/.test(text);

/** A negative zero is one where the database has it. */
const textOf = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** The number in units of its last decimal. */
function rounded(attribute: Attribute, text: string, scale: number): bigint {
  const digits = plainDigits(text);
  if (digits === undefined) {
    // Too long to be written out: nearly nothing, or more than any attribute holds.
    if (Math.abs(Number(text)) < 1) return 0n;
    throw outOfRange(attribute);
  }
  const { negative, integer, fraction } = digits;
  const units = BigInt(integer + fraction.slice(0, scale).padEnd(scale, '0'));
  const magnitude = units + (Number(fraction[scale] ?? 0) >= 5 ? 1n : 0n);
  return negative ? -magnitude : magnitude;
}

/** @throws InvalidValueError for a text with more characters than its type holds; blanks beyond do not count. */
export function checkLength({ name, type, databaseType }: Attribute, text: string): void {
  const [, limit] = /^(?:character(?: varying)?|(?:var)?char)\((\d+)\)$/i.exec(databaseType) ?? [];
  if (limit === undefined || text.length <= Number(limit)) return;
  let end = text.length;
  while (text.charAt(end - 1) === ' ') end -= 1;
  if (charactersIn(text.slice(0, end)) <= Number(limit)) return;
  throw new InvalidValueError(
    `The value of attribute ${name} is too long: it has ${charactersIn(text)} characters, and ${type} holds ${limit}.`,
    { details: { attribute: name } },
  );
}

function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function outOfRange({ name, type }: Attribute): InvalidValueError {
  return new InvalidValueError(`The value of attribute ${name} is out of the range of its type (${type}).`, {
    details: { attribute: name },
  });
}
