import type { Attribute } from '../attribute.ts';
import { foreignTo } from './charset.ts';
import { expectedText } from './expected-text.ts';
import type { InputValue } from './input-value.ts';
import { NumberLiteral } from './number-literal.ts';
import { checkLength, longestText } from './range.ts';
import { refusal } from './refusal.ts';
import { datetimeOfDigits, hasZone, isPlainTemporal, timeOfDigits, wallClock } from './temporal.ts';

/** Makes of the values for one attribute the text that is bound. It throws an InvalidValueError. */
type TextEncoder = (value: InputValue) => string;

/** The encoder of an attribute that holds texts: scalars as they are written. */
export function textEncoder(attribute: Attribute): TextEncoder {
  const foreign = foreignTo(attribute.charset);
  const limit = longestText(attribute);
  return (value) => {
    if (typeof value === 'string') {
      const [character] = foreign?.exec(value) ?? [];
      if (character !== undefined) throw refusal(attribute, character, `characters of ${attribute.charset}`);
      if (!value.isWellFormed()) throw refusal(attribute, value, 'well-formed Unicode text');
      if (value.length > limit) checkLength(attribute, value, limit);
      return value;
    }
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral) return String(value);
    throw refusal(attribute, value, 'a text or number');
  };
}

/** A day, alone or with a clock, as databases print it. */
const printed = /^\d{4}-\d\d-\d\d(?: (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?)?$/;

/** The encoder of an attribute that holds dates, or dates and times. */
export function datetimeEncoder(attribute: Attribute): TextEncoder {
  const textOf = textEncoder(attribute);
  // A moment stays one where the column holds moments; elsewhere it is the clock of UTC.
  const isMoment = / with time zone$/.test(attribute.databaseType);
  return (value) => {
    if (typeof value === 'string' && printed.test(value)) return value;
    const text = datetimeOfDigits(textOf(value));
    const clock = plainTemporal(attribute, value, wallClock(text), 23);
    return isMoment && clock !== text && hasZone(text) ? `${clock}+00:00` : clock;
  };
}

/** The encoder of an attribute that holds times of any sign and length. */
export function timeEncoder(attribute: Attribute): TextEncoder {
  const textOf = textEncoder(attribute);
  return (value) => plainTemporal(attribute, value, timeOfDigits(textOf(value)), 838);
}

/** Refuses what only some databases take for a moment: words (`now`), and clocks that overflow (`24:00:00`). */
function plainTemporal(attribute: Attribute, value: InputValue, text: string, hours: number): string {
  if (isPlainTemporal(text, hours)) return text;
  throw refusal(attribute, value, expectedText(attribute) ?? 'a date or time in digits');
}
