/**
 * The first character of a text that a character set does not have; undefined where it has all, or is not one of the
 * common ones, of which the database knows itself.
 */
export function foreignCharacter(text: string, charset: string | undefined): string | undefined {
  return foreignTo(charset)?.exec(text)?.[0];
}

/** What finds a character that a character set does not have, as {@link foreignCharacter} does; made once for many texts. */
export function foreignTo(charset: string | undefined): RegExp | undefined {
  switch (charset) {
    case 'ascii':
      return /[^\0-\x7f]/u;
    case 'latin1':
      // What MySQL calls latin1 is Windows-1252.
      return /[^\0-\xff\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]/u;
    case 'PostgreSQL':
      return /\0/u;
    case 'utf8':
    case 'utf8mb3':
    case 'ucs2':
      return /[\u{10000}-\u{10ffff}]/u;
    default:
      return undefined;
  }
}
