import type { Attribute } from '../attribute.ts';

/** PostgreSQL's types whose values may be no number, or infinite. */
const holdsWords = /^(?:real|double precision|numeric)\b/;

type FloatWord = 'NaN' | 'Infinity' | '-Infinity';

const none = (): undefined => undefined;

/**
 * A number that is none, or an infinite one, as records print it (`nan`, `inf`, `-inf`) or databases do (`NaN`, `Infinity`):
 * as PostgreSQL reads it. Undefined for any other text, and for attributes that hold no such number.
 */
export function floatWord(attribute: Attribute, text: string): FloatWord | undefined {
  return floatWordOf(attribute)(text);
}

/** What reads such words for an attribute, as {@link floatWord} does; made once for many texts. */
export function floatWordOf({ databaseType }: Attribute): (text: string) => FloatWord | undefined {
  return holdsWords.test(databaseType) ? readWord : none;
}

function readWord(text: string): FloatWord | undefined {
  if (/^[+-]?nan$/i.test(text)) return 'NaN';
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  return sign === undefined ? undefined : sign === '-' ? '-Infinity' : 'Infinity';
}
