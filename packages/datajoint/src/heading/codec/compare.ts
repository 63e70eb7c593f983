import type { TypedValue } from '../../dialect/dialect.ts';
import { InvalidRestriction } from '../../errors.ts';
import { type Attribute, isOpaque } from '../attribute.ts';
import { floatWord } from './float-word.ts';
import type { InputValue } from './input-value.ts';
import { isNumberText, NumberLiteral, plainDigits } from './number-literal.ts';
import { describeValue } from './refusal.ts';
import {
  datetimeFromEpoch,
  hasZone,
  isCalendarDay,
  isDatetimeText,
  isTimeText,
  isUnlimitedDatetimeText,
  timeFromSeconds,
  wallClock,
} from './temporal.ts';
import { uuidBytes } from './uuid.ts';

/**
 * A value as the attribute compares it, typed by the attribute and never by the value: `"16"` on an integer is 16,
 * `1` on a varchar the text `1`. A number on a date or time is the value as a record prints it.
 * @throws InvalidRestriction when the attribute cannot be compared with the value.
 */
export function comparable(attribute: Attribute, value: InputValue): TypedValue {
  if (isOpaque(attribute)) {
    throw new InvalidRestriction(
      `Attribute \`${attribute.name}\` (${attribute.type}) holds bytes; it can only be compared with null.`,
    );
  }
  const word = typeof value === 'string' ? floatWord(attribute, value.trim()) : undefined;
  if (word !== undefined) return { as: 'double', value: Number(word) };
  switch (attribute.storage.kind) {
    case 'integer':
    case 'year':
    case 'decimal':
      return exactNumber(numberText(attribute, value));
    case 'bool':
      return truth(exactNumber(numberText(attribute, value)));
    case 'float':
      return { as: 'double', value: Math.fround(Number(numberText(attribute, value))) };
    case 'double':
      return { as: 'double', value: Number(numberText(attribute, value)) };
    case 'date':
    case 'datetime':
      return { as: 'temporal', value: datetimeText(attribute, value) };
    case 'time':
      return { as: 'temporal', value: timeText(attribute, value) };
    case 'uuid':
      return { as: 'uuid', value: uuidOf(attribute, value) };
    case 'json':
      return { as: 'json', value: plainText(attribute, value) };
    default:
      return { as: 'text', value: plainText(attribute, value) };
  }
}

function exactNumber(text: string): TypedValue {
  const digits = plainDigits(text);
  if (digits === undefined || digits.integer.length > 65 || digits.fraction.length > 30) {
    return { as: 'double', value: Number(text) };
  }
  const signed = `${digits.negative ? '-' : ''}${digits.integer}`;
  if (digits.fraction !== '') return { as: 'decimal', value: `${signed}.${digits.fraction}` };
  const integer = BigInt(signed);
  const fits = integer >= -(2n ** 63n) && integer < 2n ** 64n;
  return fits ? { as: 'integer', value: integer } : { as: 'decimal', value: signed };
}

/** 0 and 1 are truth values; a small integer that stands for one may hold others. */
function truth(value: TypedValue): TypedValue {
  if (value.as !== 'integer' || (value.value !== 0n && value.value !== 1n)) return value;
  return { as: 'boolean', value: value.value === 1n };
}

function numberText(attribute: Attribute, value: InputValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = scalar(value)?.trim();
  if (text === undefined || !isNumberText(text) || !Number.isFinite(Number(text))) {
    throw unexpected(attribute, value, 'a finite number');
  }
  return text;
}

function datetimeText(attribute: Attribute, value: InputValue): string {
  const text = scalar(value)?.trim();
  // A moment that a record prints is one of UTC, whatever the zone of the session.
  const zone = / with time zone$/.test(attribute.databaseType) ? '+00:00' : '';
  if (text !== undefined && isNumberText(text)) {
    const datetime = datetimeFromEpoch(text, attribute.storage.kind === 'date');
    if (datetime !== undefined) return `${datetime}${zone}`;
  } else if (text !== undefined && isDatetimeText(text) && (!isUnlimited(attribute) || isCalendarDay(text))) {
    const clock = wallClock(text);
    return hasZone(text) ? `${clock}${zone}` : clock;
  } else if (text !== undefined && isUnlimited(attribute) && isUnlimitedDatetimeText(text)) {
    return text;
  }
  throw unexpected(attribute, value, 'YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or seconds since 1970');
}

const isUnlimited = ({ storage }: Attribute): boolean => 'isUnlimited' in storage && storage.isUnlimited === true;

function timeText(attribute: Attribute, value: InputValue): string {
  const text = scalar(value)?.trim();
  if (text !== undefined && isNumberText(text)) {
    const time = timeFromSeconds(text);
    if (time !== undefined) return time;
  } else if (text !== undefined && isTimeText(text)) {
    return text;
  }
  throw unexpected(attribute, value, 'HH:MM:SS or seconds');
}

function uuidOf(attribute: Attribute, value: InputValue): Uint8Array {
  if (value instanceof Uint8Array && value.length === 16) return value;
  const bytes = typeof value === 'string' ? uuidBytes(value) : undefined;
  if (bytes === undefined) throw unexpected(attribute, value, 'a UUID of 32 hexadecimal digits');
  return bytes;
}

function plainText(attribute: Attribute, value: InputValue): string {
  const text = scalar(value);
  if (text === undefined || !text.isWellFormed()) throw unexpected(attribute, value, 'a text');
  return text;
}

function scalar(value: InputValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral) return String(value);
  return undefined;
}

function unexpected(attribute: Attribute, value: InputValue, expected: string): InvalidRestriction {
  return new InvalidRestriction(
    `Attribute \`${attribute.name}\` (${attribute.type}) is compared with ${expected}; got ${describeValue(value)}.`,
  );
}
