import type { Attribute } from '../attribute.ts';
import { floatWordOf } from './float-word.ts';
import type { Encoder } from './input-value.ts';
import { useDefault } from './input-value.ts';
import { isNumberText, NumberLiteral } from './number-literal.ts';
import { numberStore, wholeRange } from './range.ts';
import { refusal } from './refusal.ts';

/** The encoder of an attribute that holds numbers. */
export function numberEncoder(attribute: Attribute): Encoder {
  const store = numberStore(attribute);
  const wordOf = floatWordOf(attribute);
  const isYear = attribute.storage.kind === 'year';
  const isPlain = plainNumbers(attribute);
  return (value) => {
    if (typeof value === 'number') {
      if (isPlain(value)) return String(value);
      if (Number.isNaN(value)) return useDefault;
      if (!Number.isFinite(value)) throw refusal(attribute, value, 'a finite number');
    }
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral) {
      // As a text, 0 would be the year 2000.
      return isYear && Number(value) === 0 ? '0000' : store(String(value));
    }
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (typeof value === 'string') {
      const text = value.trim();
      // As a text it is meant: a record prints it so. The number NaN is DataJoint's word for the default.
      const word = wordOf(text);
      if (word !== undefined) return word;
      if (isNumberText(text)) return store(text);
      if (text === '' || /^[+-]?nan$/i.test(text)) return useDefault;
    }
    throw refusal(attribute, value, 'a number');
  };
}

/** Says of numbers whether they are held as they are, as nearly all are that come for whole numbers. */
function plainNumbers(attribute: Attribute): (value: number) => boolean {
  const range = wholeRange(attribute);
  if (range === undefined) return () => false;
  const low = Math.max(Number(range.low), Number.MIN_SAFE_INTEGER);
  const high = Math.min(Number(range.high) - 1, Number.MAX_SAFE_INTEGER);
  return (value) => Number.isInteger(value) && value >= low && value <= high;
}
