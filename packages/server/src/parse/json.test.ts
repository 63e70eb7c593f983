import { NumberLiteral } from '@pharus/datajoint';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonValue, MAX_JSON_DEPTH, parseJson } from './json.ts';
import { readJsonBody } from './json-body.ts';

/** The value as JSON.parse would give it. */
function plain(value: JsonValue): unknown {
  if (value instanceof NumberLiteral) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), fc.boolean(), (text, isIndented) => {
      const written = isIndented ? JSON.stringify(JSON.parse(text), null, 2) : text;
      expect(plain(parseJson(written))).toEqual(JSON.parse(written));
    }),
  );
});

test('refuses what JSON.parse refuses, the documented words apart', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '1', '-', '0', '.', 'e', 'true', 'nul', ' ');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const hasTwin = /"a" *:.*"a" *:/.test(text);
      if (isJson && !hasTwin) expect(plain(parseJson(text))).toEqual(JSON.parse(text));
      if (!isJson) expect(() => parseJson(text)).toThrow(SyntaxError);
    }),
    { numRuns: 2000 },
  );
});

describe('numbers', () => {
  test.each(['18446744073709551615', '9007199254740993', '0.1', '1.50', '1e400', '-0', '123456.7890123456789'])(
    'keeps the digits of %s',
    (digits) => {
      expect(parseJson(digits)).toEqual(new NumberLiteral(digits));
    },
  );

  test('small whole numbers are numbers', () => {
    expect(parseJson('[0, 12, -999999999999999]')).toEqual([0, 12, -999_999_999_999_999]);
  });

  test('reads the words that Python writes', () => {
    expect(parseJson('[NaN, Infinity, -Infinity]')).toEqual([Number.NaN, Infinity, -Infinity]);
    expect(parseJson('"NaN"')).toBe('NaN');
  });

  test.each(['01', '+1', '.5', '1.', '1e', '0x10', '--1', 'nan', `1${'0'.repeat(400)}`])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('objects', () => {
  test('keep hostile names as plain keys', () => {
    const object = parseJson('{"__proto__": {"a": 1}, "constructor": 2}') as Record<string, JsonValue>;
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(object.a).toBeUndefined();
    expect(object.toString).toBeUndefined();
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test('refuse a key that comes twice', () => {
    expect(() => parseJson('{"a": 1, "a": 1}')).toThrow('the key "a" comes twice');
    expect(() => parseJson('[{"a": 1, "b": 1}, {"a": 1, "a": 1}]')).toThrow('the key "a" comes twice');
    expect(() => parseJson('[{"a": 1, "b": 1}, {"b": 1, "a": 1, "b": 1}]')).toThrow('the key "b" comes twice');
  });

  test('of a list are read alike, whatever the one before had', () => {
    const keys = fc.constantFrom('a', 'b', 'ab', '', '"', 'a"', '\\', '\n', '\u{1f9e0}', '__proto__');
    const object = fc.uniqueArray(keys).map((names) => Object.fromEntries(names.map((name) => [name, { [name]: 1 }])));
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        const text = JSON.stringify(objects);
        expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
    );
  });

  test('of a list do not lend each other what was escaped', () => {
    expect(() => parseJson('[{"a\\"b": 1}, {"a"b": 1}]')).toThrow('there is "b" at character 19');
    expect(() => parseJson('[{"a\\nb": 1}, {"a\nb": 1}]')).toThrow('a control character');
    expect(() => parseJson('[{"\\\\": 1}, {"\\": 1}]')).toThrow('has no end');
  });
});

test('bounds the depth without overflowing', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow();
  expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(`deeper than ${MAX_JSON_DEPTH}`);
  expect(() => parseJson('['.repeat(1_000_000))).toThrow(SyntaxError);
});

test('says where it stopped', () => {
  expect(() => parseJson('{"a": 1 "b"')).toThrow('there is "\\"" at character 9 where "," or "}" is expected');
  expect(() => parseJson('[1,')).toThrow('it ends at character 4 where a value is expected');
});

describe('bodies', () => {
  const body = (text: string | Uint8Array): JsonValue | undefined => readJsonBody(Buffer.from(text));

  test('nothing is nothing, a byte order mark is skipped', () => {
    expect(body('')).toBeUndefined();
    expect(body('\ufeff{"a": 1}')).toEqual({ a: 1 });
  });

  test('refuses bytes that are not UTF-8', () => {
    expect(() => body(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('not UTF-8');
  });

  test('does not repeat the text', () => {
    expect(() => body('{"password": "S3cr3t-CANARY"')).toThrow(/^(?!.*CANARY)/);
  });
});
