/** A value that a setting does not take; the message says what it expects. */
export class ExpectationError extends Error {}

/** How the text of a setting becomes its value. */
export interface ValueType<T> {
  /** What it takes, as the sentence "expected ..." goes on. */
  readonly expected: string;
  /** @throws ExpectationError */
  parse(text: string): T;
}

function type<T>(expected: string, parse: (text: string) => T | undefined): ValueType<T> {
  return {
    expected,
    parse(text) {
      const value = parse(text.trim());
      if (value === undefined) throw new ExpectationError(expected);
      return value;
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};
const YES = new Set(['1', 'true', 'yes', 'on']);
const NO = new Set(['0', 'false', 'no', 'off']);
/** The longest delay a timer of the platform can wait. */
const LONGEST = 2 ** 31 - 1;

/** Any text, as it is. */
export const text = type('text', (value) => value);

/** A whole number between two bounds, both included. */
export function integer(minimum: number, maximum: number): ValueType<number> {
  return type(`a whole number from ${minimum} to ${maximum}`, (value) => {
    const number = /^[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= minimum && number <= maximum ? number : undefined;
  });
}

/** A time with a unit (`500ms`, `30s`, `5m`, `12h`, `7d`), seconds without; in milliseconds. */
export function duration(minimum: number, maximum = LONGEST): ValueType<number> {
  return type('a time such as 500ms, 30s, 5m or 12h (seconds without a unit)', (value) => {
    const [, digits, unit = 's'] = /^([0-9]+(?:\.[0-9]+)?) ?(ms|s|m|h|d)?$/.exec(value.toLowerCase()) ?? [];
    const milliseconds = Math.round(Number(digits) * (UNITS[unit] ?? Number.NaN));
    return milliseconds >= minimum && milliseconds <= maximum ? milliseconds : undefined;
  });
}

/** A size with a unit (`512KiB`, `8MB`), bytes without; in bytes. */
export const size = type('a size such as 512KiB or 8MB (bytes without a unit), at least 1KiB', (value) => {
  const [, digits, unit = 'b'] = /^([0-9]+(?:\.[0-9]+)?) ?([kmg]i?b|b)?$/.exec(value.toLowerCase()) ?? [];
  const bytes = Math.round(Number(digits) * (SIZES[unit] ?? Number.NaN));
  return bytes >= 1024 && bytes <= SIZES.gib! ? bytes : undefined;
});

/** One word out of several. */
export function oneOf<const T extends string>(...words: readonly T[]): ValueType<T> {
  return type(`one of ${words.join(', ')}`, (value) => words.find((word) => word === value.toLowerCase()));
}

/** Yes or no. */
export const flag = type('yes or no', (value) => {
  const word = value.toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
});

/** Items with commas or white space between them. */
export function listOf<T>(
  expected: string,
  parseItem: (item: string) => T | undefined,
  least = 0,
): ValueType<readonly T[]> {
  return type(expected, (value) => {
    const items = value.split(/[\s,]+/).filter((item) => item !== '');
    const parsed = items.map(parseItem);
    return parsed.includes(undefined) || parsed.length < least ? undefined : Object.freeze(parsed as T[]);
  });
}

/** A path prefix, normalised to `/a/b`, or empty for none. */
export const pathPrefix = type('a path such as /api, or nothing', (value) => {
  const path = value.replace(/\/+$/, '').replace(/^(?=[^/])/, '/');
  return /^(?:\/[A-Za-z0-9._~-]+)*$/.test(path) ? path : undefined;
});
