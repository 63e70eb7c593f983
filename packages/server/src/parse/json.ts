import { NumberLiteral } from '@pharus/datajoint';

/**
 * Reads JSON without rounding a number, which `JSON.parse` cannot do and the lossless libraries do too slowly: ten
 * megabytes of records must not hold the event loop for longer than a fifth of a second.
 */

/** Objects inherit nothing: every key, `__proto__` and `toString` too, is a plain own key or absent. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * A value of a JSON text. Whole numbers of up to 15 digits, `NaN` and the infinities are numbers; every other number keeps
 * the digits it was written with.
 */
export type JsonValue = null | boolean | string | number | NumberLiteral | JsonValue[] | JsonObject;

/** Levels of arrays and objects a text may nest. */
export const MAX_JSON_DEPTH = 64;

/** True for a JSON object, and neither null, an array nor a number. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);
}

const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const LONGEST_NUMBER = 400;
/** So many digits are a whole number that a double holds. */
const EXACT_DIGITS = 15;

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** What is below this in a string is a control character. */
const BLANK = 0x20;

/** Makes objects that inherit nothing, yet keep the engine's fast layout, which `Object.create(null)` gives up. */
const EmptyObject = function EmptyObject() {} as unknown as new () => JsonObject;
Object.defineProperty(EmptyObject, 'prototype', { value: Object.freeze(Object.create(null)) });

const NO_KEYS: readonly string[] = [];

/** By depth, the keys of the last object of the last text, where there are few: the next text mostly has the same. */
const lastKeys: (readonly string[])[] = [];
const FEW = { levels: 8, keys: 64, characters: 2048 };

function rememberKeys(keys: readonly (readonly string[] | undefined)[]): void {
  for (let depth = 0; depth < FEW.levels; depth += 1) {
    const found = keys[depth];
    if (found === undefined || found === lastKeys[depth] || found.length > FEW.keys) continue;
    if (found.reduce((sum, key) => sum + key.length, 0) <= FEW.characters) lastKeys[depth] = found;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  /** By depth, the keys of the last object there: the next one of a list mostly has the same, in the same order. */
  readonly #keys = [...lastKeys];

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): JsonValue {
    if (Number.isNaN(this.#next())) throw new SyntaxError('it is empty');
    const value = this.#value(0);
    if (!Number.isNaN(this.#next())) throw this.#unexpected('the end of the text');
    rememberKeys(this.#keys);
    return value;
  }

  /** The code of the next character that is not white space, unread; not a number at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code > BLANK || (code !== BLANK && code !== 0x0a && code !== 0x0d && code !== 0x09)) return code;
      this.#at += 1;
    }
  }

  #unexpected(expected: string): SyntaxError {
    const character = this.#text[this.#at];
    const got = character === undefined ? 'it ends' : `there is ${JSON.stringify(character)}`;
    return new SyntaxError(`${got} at character ${this.#at + 1} where ${expected} is expected`);
  }

  #value(depth: number): JsonValue {
    const code = this.#next();
    if (code === QUOTE) return this.#string();
    if (code === OPENING_BRACE) return this.#object(this.#deeper(depth));
    if (code === OPENING_BRACKET) return this.#array(this.#deeper(depth));
    return this.#number() ?? this.#word();
  }

  #deeper(depth: number): number {
    if (depth >= MAX_JSON_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_JSON_DEPTH} levels`);
    this.#at += 1;
    return depth + 1;
  }

  #word(): JsonValue {
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#unexpected('a value');
  }

  /** The longest number that begins here; undefined where none does. */
  #number(): number | NumberLiteral | undefined {
    const text = this.#text;
    const start = this.#at;
    const whole = text.charCodeAt(start) === MINUS ? start + 1 : start;
    let end = text.charCodeAt(whole) === ZERO ? whole + 1 : this.#digits(whole);
    if (end === whole) return undefined;
    const wholeEnd = end;
    if (text.charCodeAt(end) === POINT) {
      const fraction = this.#digits(end + 1);
      if (fraction > end + 1) end = fraction;
    }
    // An e in either case.
    if ((text.charCodeAt(end) | 0x20) === 0x65) {
      const sign = text.charCodeAt(end + 1);
      const exponent = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
      const exponentEnd = this.#digits(exponent);
      if (exponentEnd > exponent) end = exponentEnd;
    }
    if (end - start > LONGEST_NUMBER)
      throw new SyntaxError(`it holds a number of more than ${LONGEST_NUMBER} characters`);
    this.#at = end;
    const isExact = end === wholeEnd && end - whole <= EXACT_DIGITS;
    const number = isExact ? this.#wholeNumber(whole, end) : 0;
    if (whole === start) return isExact ? number : new NumberLiteral(text.slice(start, end));
    // A negative zero is one where it is kept as it was written.
    return isExact && number !== 0 ? -number : new NumberLiteral(text.slice(start, end));
  }

  #wholeNumber(start: number, end: number): number {
    let number = 0;
    for (let at = start; at < end; at += 1) number = number * 10 + (this.#text.charCodeAt(at) - ZERO);
    return number;
  }

  /** Where the digits that begin at a place end. */
  #digits(start: number): number {
    let end = start;
    for (;;) {
      const code = this.#text.charCodeAt(end);
      if (code < ZERO || code > NINE || Number.isNaN(code)) return end;
      end += 1;
    }
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    for (let end = start; ; end += 1) {
      const code = text.charCodeAt(end);
      if (code === QUOTE) {
        this.#at = end + 1;
        return text.slice(start, end);
      }
      if (code === BACKSLASH || code < BLANK || Number.isNaN(code)) return this.#escapedString(start);
    }
  }

  #escapedString(start: number): string {
    let end = this.#text.indexOf('"', start);
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new SyntaxError(`the string that begins at character ${start} has no end`);
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start - 1, end + 1)) as string;
    } catch {
      throw new SyntaxError(`the string that begins at character ${start} holds a bad escape or a control character`);
    }
  }

  #isEscaped(quote: number): boolean {
    let backslashes = 0;
    while (this.#text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    return backslashes % 2 === 1;
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    if (this.#next() === CLOSING_BRACKET) {
      this.#at += 1;
      return items;
    }
    for (;;) {
      items.push(this.#value(depth));
      if (this.#endsAfterItem(CLOSING_BRACKET, '"," or "]"')) return items;
    }
  }

  #object(depth: number): JsonObject {
    const object = new EmptyObject();
    if (this.#next() === CLOSING_BRACE) {
      this.#at += 1;
      return object;
    }
    const known = this.#keys[depth] ?? NO_KEYS;
    let keys: string[] | undefined;
    let areAsWritten = true;
    for (let place = 0; ; place += 1) {
      if (this.#next() !== QUOTE) throw this.#unexpected('a key in double quotes');
      let key = keys === undefined ? known[place] : undefined;
      if (key !== undefined && this.#isKey(key)) this.#at += key.length + 2;
      else {
        const start = this.#at;
        key = this.#string();
        if (key in object)
          throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 64))} comes twice in one object`);
        areAsWritten &&= this.#at - start === key.length + 2;
        keys ??= known.slice(0, place);
        keys.push(key);
      }
      if (this.#next() !== COLON) throw this.#unexpected('":"');
      this.#at += 1;
      object[key] = this.#value(depth);
      if (this.#endsAfterItem(CLOSING_BRACE, '"," or "}"')) break;
    }
    // Not what was read, which would keep the whole text.
    if (keys !== undefined && areAsWritten) this.#keys[depth] = Object.keys(object);
    return object;
  }

  /** Whether the string here is this one, written without escapes. */
  #isKey(key: string): boolean {
    const start = this.#at + 1;
    return this.#text.charCodeAt(start + key.length) === QUOTE && this.#text.startsWith(key, start);
  }

  #endsAfterItem(closing: number, expected: string): boolean {
    const code = this.#next();
    if (code !== closing && code !== COMMA) throw this.#unexpected(expected);
    this.#at += 1;
    return code === closing;
  }
}

/**
 * Reads a JSON text (RFC 8259) without rounding a number.
 *
 * A leading byte order mark is skipped; `NaN`, `Infinity` and `-Infinity` are read as Python writes them; a key that
 * comes twice in one object and nesting beyond {@link MAX_JSON_DEPTH} are refused.
 *
 * @throws SyntaxError whose message completes the sentence "The text is not valid JSON: ...".
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text.startsWith('\ufeff') ? text.slice(1) : text).readAll();
}
