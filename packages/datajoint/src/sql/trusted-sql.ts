import { Sql } from './sql.ts';

/**
 * Text of SQL that the programmer vouches for, such as the restriction `'session > 3'` of a script.
 * A type of its own, so that no text from outside can take its place by accident.
 */
export class TrustedSql {
  readonly text: string;

  constructor(text: string) {
    this.text = text.trim();
    Object.freeze(this);
  }
}

/** Marks a text as SQL that the programmer vouches for. Never for text from outside the program. */
export function trusted(text: string): TrustedSql {
  return new TrustedSql(text);
}

/** The text as a fragment. The one place where a text becomes SQL. */
export function trustedFragment({ text }: TrustedSql): Sql {
  return new Sql([{ kind: 'text', text }]);
}
