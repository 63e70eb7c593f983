import { type DataJointErrorOptions, InvalidExpression } from '../../errors.ts';

/** Which family's rules of quoting a text follows. */
export type Family = 'mysql' | 'postgresql';

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'bytes' | 'symbol' | 'end';
  /** As it stands; of a quoted one what is between its quotes, escapes undone. */
  readonly text: string;
  /** Where it begins, counted from 1. */
  readonly column: number;
}

/** Longer texts are no expressions that somebody wrote. */
const maxLength = 10_000;

const blank = /\s+/y;
const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const hex = /0x(?<digits>[0-9a-fA-F]+)\b|[xX]'(?<quoted>[0-9a-fA-F]*)'/y;
const symbol = /<=>|<=|>=|<>|!=|!~\*?|~\*|&&|\|\||<<|>>|::|->>|->|[-+*/%^&|~!=<>(),.:[\]]/y;

/**
 * Takes an expression of SQL apart by the quoting rules of a family: MySQL has texts in either quotes, with backslash
 * escapes, and names in back-quotes; PostgreSQL texts in single quotes and names in double ones.
 * @throws InvalidExpression naming the character and its column.
 */
export function tokenize(text: string, family: Family): readonly Token[] {
  if (text.length > maxLength) {
    throw new InvalidExpression(`An expression may have ${maxLength} characters; got ${text.length}.`);
  }
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  };
  while (at < text.length) {
    const space = match(blank);
    if (space !== undefined) {
      at += space[0].length;
      continue;
    }
    const { token, end } = next(at);
    tokens.push(token);
    at = end;
  }
  tokens.push({ kind: 'end', text: '', column: text.length + 1 });
  return tokens;

  function next(start: number): { readonly token: Token; readonly end: number } {
    const column = start + 1;
    const first = text[start] as string;
    const isComment = /^(?:--|\/\*|#)/.test(text.slice(start, start + 2));
    if (isComment)
      throw new InvalidExpression(`Comments have no place in an expression (column ${column}).`, placed(text, column));
    if (first === "'" || first === '"' || first === '`') {
      const isName = first === '`' || (first === '"' && family === 'postgresql');
      const { value, end } = quoted(text, start, family === 'mysql' && !isName);
      return { token: { kind: isName ? 'name' : 'string', text: value, column }, end };
    }
    if (family === 'postgresql' && /^[eE]'/.test(text.slice(start, start + 2))) {
      const { value, end } = quoted(text, start + 1, true);
      return { token: { kind: 'string', text: value, column }, end };
    }
    const bytes = match(hex);
    if (bytes !== undefined) {
      const digits = bytes.groups?.digits ?? bytes.groups?.quoted ?? '';
      return { token: { kind: 'bytes', text: digits, column }, end: start + bytes[0].length };
    }
    for (const [kind, pattern] of [
      ['number', number],
      ['word', word],
      ['symbol', symbol],
    ] as const) {
      const found = match(pattern);
      if (found !== undefined) return { token: { kind, text: found[0], column }, end: start + found[0].length };
    }
    const character = String.fromCodePoint(text.codePointAt(start) as number);
    throw new InvalidExpression(
      `${JSON.stringify(character)} at column ${column} has no meaning in an expression.`,
      placed(text, column),
    );
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' };

/** Where in a text of SQL an error is, for whoever has the text from somewhere else. */
export function placed(text: string, column: number): DataJointErrorOptions {
  return { details: { expression: text, column } };
}

function quoted(text: string, start: number, hasEscapes: boolean): { readonly value: string; readonly end: number } {
  const quote = text[start];
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === quote) {
      if (text[at + 1] !== quote) return { value, end: at + 1 };
      at += 1;
      value += quote;
    } else if (character === '\\' && hasEscapes && at + 1 < text.length) {
      at += 1;
      const escaped = text[at] as string;
      // Patterns of LIKE keep the backslash before their two signs.
      value += escaped === '%' || escaped === '_' ? `\\${escaped}` : (escapes[escaped] ?? escaped);
    } else value += character;
  }
  throw new InvalidExpression(`The quote ${quote} at column ${start + 1} is not closed.`, placed(text, start + 1));
}
