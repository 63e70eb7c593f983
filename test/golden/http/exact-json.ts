import { NumberLiteral } from '../../../packages/datajoint/src/heading/codec/number-literal.ts';
import { type JsonValue, parseJson } from '../../../packages/server/src/parse/json.ts';

/** A JSON value in which numbers are texts of one spelling, `number 1.5`, so that plain equality compares them exactly. */
export type ExactJson = null | boolean | string | ExactJson[] | { [key: string]: ExactJson };

/** Reads JSON for comparison: `1`, `1.0` and `10e-1` are one value, `0.1` and `0.10000000000000001` are two. */
export function exactJson(text: string): ExactJson {
  return exact(parseJson(text));
}

function exact(value: JsonValue): ExactJson {
  if (typeof value === 'number') return exactNumber(String(value));
  if (value instanceof NumberLiteral) return exactNumber(value.text);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exact(item)]));
}

/** One spelling for each number: sign, digits without needless zeros, exponent where there is one. */
function exactNumber(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^-/, '').split('.');
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + (all.length - digits.length);
  const sign = mantissa.startsWith('-') ? '-' : '';
  if (digits === '') return `number ${sign}0`;
  const zeros = digits.length + power;
  if (power >= 0 && power < 20) return `number ${sign}${digits}${'0'.repeat(power)}`;
  if (power < 0 && zeros > 0) return `number ${sign}${digits.slice(0, zeros)}.${digits.slice(zeros)}`;
  if (power < 0 && zeros > -20) return `number ${sign}0.${'0'.repeat(-zeros)}${digits}`;
  return `number ${sign}${digits}e${power}`;
}
