import type { Attribute } from '../attribute.ts';

/** PostgreSQL's types whose values may be no number, or infinite. */
const holdsWords = /^(?:real|double precision|numeric)\b/;

/**
 * A number that is none, or an infinite one, as records print it (`nan`, `inf`, `-inf`) or databases do (`NaN`, `Infinity`):
 * as PostgreSQL reads it. Undefined for any other text, and for attributes that hold no such number.
 */
export function floatWord({ databaseType }: Attribute, text: string): 'NaN' | 'Infinity' | '-Infinity' | undefined {
  if (!holdsWords.test(databaseType)) return undefined;
  if (/^[+-]?nan$/i.test(text)) return 'NaN';
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  return sign === undefined ? undefined : sign === '-' ? '-Infinity' : 'Infinity';
}
