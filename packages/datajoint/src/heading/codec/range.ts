import { InvalidValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { plainDigits } from './number-literal.ts';

/** What an attribute holds of a number that is given as text. */
export type NumberStore = (text: string) => string;

/** The whole numbers that an attribute holds. */
interface WholeRange {
  readonly low: bigint;
  /** The first that is too large. */
  readonly high: bigint;
}

/** The range of an integer attribute; undefined for others. */
export function wholeRange({ storage }: Attribute): WholeRange | undefined {
  if (storage.kind !== 'integer') return undefined;
  const { unsigned, bits } = storage;
  return unsigned
    ? { low: 0n, high: 2n ** BigInt(bits) }
    : { low: -(2n ** BigInt(bits - 1)), high: 2n ** BigInt(bits - 1) };
}

/**
 * What a numeric attribute holds of numbers: as both families round them, half away from zero, though only one of them
 * does so with numbers that are given as text. It throws an InvalidValueError for a number out of range.
 */
export function numberStore(attribute: Attribute): NumberStore {
  switch (attribute.storage.kind) {
    case 'integer':
      return integerStore(attribute, wholeRange(attribute) as WholeRange);
    case 'bool':
      return (text) => {
        const whole = rounded(attribute, text, 0);
        if (whole !== 0n && whole !== 1n) throw outOfRange(attribute);
        return String(whole);
      };
    case 'decimal':
      return decimalStore(attribute);
    case 'float':
      return (text) => {
        // As the double that it is: the shortest text of the largest one, read as a double, would be out of range.
        const float = Math.fround(Number(text));
        return Number.isFinite(float) ? textOf(float) : text;
      };
    case 'double':
      // Nearly nothing is out of range where it is not nothing.
      return (text) => (Number(text) === 0 ? textOf(Number(text)) : text);
    default:
      return (text) => text;
  }
}

function integerStore(attribute: Attribute, { low, high }: WholeRange): NumberStore {
  const [lowest, tooHigh] = [Number(low), Number(high)];
  return (text) => {
    if (isShortInteger(text)) {
      const number = Number(text);
      if (number >= lowest && number < tooHigh) return String(number);
    }
    const whole = rounded(attribute, text, 0);
    if (whole < low || whole >= high) throw outOfRange(attribute);
    return String(whole);
  };
}

function decimalStore(attribute: Attribute): NumberStore {
  const [, precision, scale = '0'] = /\((\d+)(?:,\s*(\d+))?\)/.exec(attribute.databaseType) ?? [];
  if (precision === undefined) return (text) => text;
  const decimals = Number(scale);
  const tooHigh = 10n ** BigInt(precision);
  return (text) => {
    // So few digits stay in range even where rounding adds one.
    if (isPlainNumber(text) && wholeDigits(text) < Number(precision) - decimals) return text;
    const units = rounded(attribute, text, decimals);
    if (units <= -tooHigh || units >= tooHigh) throw outOfRange(attribute);
    return text;
  };
}

/** Whether a text is a whole number that a double holds. */
const isShortInteger = (text: string): boolean => text.length < 16 && /^-?\d+$/.test(text);

const isPlainNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text);

/** How many digits a plain number has before its point. */
function wholeDigits(text: string): number {
  const point = text.indexOf('.');
  return (point < 0 ? text.length : point) - (text.startsWith('-') ? 1 : 0);
}

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

/**
 * How many characters an attribute's type holds, blanks beyond not counted. Infinity where it does not say.
 */
export function longestText({ databaseType }: Attribute): number {
  const [, limit] = /^(?:character(?: varying)?|(?:var)?char)\((\d+)\)$/i.exec(databaseType) ?? [];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
}

/** @throws InvalidValueError for a text with more characters than the limit of its attribute's type. */
export function checkLength({ name, type }: Attribute, text: string, limit: number): void {
  if (text.length <= limit) return;
  let end = text.length;
  while (text.charAt(end - 1) === ' ') end -= 1;
  if (charactersIn(text.slice(0, end)) <= limit) return;
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
