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

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters JSON forbids in a string.
const FORBIDDEN = /[\u0000-\u001f]/;

const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const LONGEST_NUMBER = 400;

function numberOf(digits: string): number | NumberLiteral {
  if (digits.length > LONGEST_NUMBER)
    throw new SyntaxError(`it holds a number of more than ${LONGEST_NUMBER} characters`);
  const isExact = /^-?[0-9]{1,15}$/.test(digits) && digits !== '-0';
  return isExact ? Number(digits) : new NumberLiteral(digits);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Makes objects that inherit nothing, yet keep the engine's fast layout, which `Object.create(null)` gives up. */
const EmptyObject = function EmptyObject() {} as unknown as new () => JsonObject;
Object.defineProperty(EmptyObject, 'prototype', { value: Object.freeze(Object.create(null)) });

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): JsonValue {
    if (this.#next() === undefined) throw new SyntaxError('it is empty');
    const value = this.#value(0);
    if (this.#next() !== undefined) throw this.#unexpected('the end of the text');
    return value;
  }

  /** The code of the next character that is not white space, unread; `undefined` at the end. */
  #next(): number | undefined {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.#at += 1;
      else return Number.isNaN(code) ? undefined : code;
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
    NUMBER.lastIndex = this.#at;
    const digits = NUMBER.exec(this.#text)?.[0];
    if (digits !== undefined) {
      this.#at += digits.length;
      return numberOf(digits);
    }
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#unexpected('a value');
  }

  #deeper(depth: number): number {
    if (depth >= MAX_JSON_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_JSON_DEPTH} levels`);
    this.#at += 1;
    return depth + 1;
  }

  #string(): string {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new SyntaxError(`the string that begins at character ${start} has no end`);
    this.#at = end + 1;
    const raw = this.#text.slice(start, end);
    if (!raw.includes('\\') && !FORBIDDEN.test(raw)) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
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
    for (;;) {
      if (this.#next() !== QUOTE) throw this.#unexpected('a key in double quotes');
      const key = this.#string();
      if (key in object) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 64))} comes twice in one object`);
      if (this.#next() !== COLON) throw this.#unexpected('":"');
      this.#at += 1;
      object[key] = this.#value(depth);
      if (this.#endsAfterItem(CLOSING_BRACE, '"," or "}"')) return object;
    }
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
