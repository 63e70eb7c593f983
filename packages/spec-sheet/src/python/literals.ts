import { Misfit } from './python-error.ts';

const simple: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escapes = /\\(?:\r?\n|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\\'"abfnrtv]))/g;

const whole = /^([a-zA-Z]*)(?:('''|""")(?:\\[\s\S]|(?!\2)[^\\])*\2|(['"])(?:\\[\s\S]|(?!\3)[^\\\n])*\3)$/;

/** The prefix and the quotes of a literal. @throws Misfit for one without an end */
export function quotesOf(literal: string, at: number): { readonly prefix: string; readonly quotes: string } {
  const [, prefix = '', triple, single] = whole.exec(literal) ?? [];
  const quotes = triple ?? single;
  if (quotes === undefined) throw new Misfit(at, 'expected a quote at the end of the text that begins here, got none.');
  return { prefix, quotes };
}

/** The text of a string literal with its prefix and quotes. */
export function readString(literal: string, at: number): string {
  const { prefix, quotes } = quotesOf(literal, at);
  if (/b/i.test(prefix)) throw new Misfit(at, 'bytes are not available here; expected a text without the prefix b.');
  const content = literal.slice(prefix.length + quotes.length, literal.length - quotes.length);
  return /r/i.test(prefix) ? content : readEscapes(content, at);
}

/** A text with its escapes read. Those that Python does not know stay as they are. */
export function readEscapes(content: string, at: number): string {
  return content.replace(
    escapes,
    (_match, hex2?: string, hex4?: string, hex8?: string, octal?: string, letter?: string) => {
      if (letter !== undefined) return simple[letter] ?? letter;
      const hex = hex2 ?? hex4 ?? hex8;
      if (hex !== undefined) return character(Number.parseInt(hex, 16), at);
      return octal === undefined ? '' : character(Number.parseInt(octal, 8), at);
    },
  );
}

function character(code: number, at: number): string {
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  throw new Misfit(at, 'a text holds an escape of a character that does not exist.');
}

/** The value of a number literal: whole numbers exactly, others as doubles. */
export function readNumber(literal: string, at: number): bigint | number {
  const digits = literal.replaceAll('_', '');
  if (/^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[1-9][0-9]*|0+)$/.test(digits)) return BigInt(digits);
  if (/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(digits) && !/^0[0-9]+$/.test(digits))
    return Number(digits);
  throw new Misfit(at, `expected a number, got ${JSON.stringify(literal.slice(0, 40))}.`);
}
