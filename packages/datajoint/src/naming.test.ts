import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  camelCase,
  classNameOf,
  isHiddenAttribute,
  isHiddenTable,
  masterOf,
  snakeCase,
  spokenName,
  tableNamesOf,
  tierOf,
  tiers,
} from './naming.ts';

const letters = (letter: string) => fc.constantFrom(...letter);
const className = fc
  .tuple(letters('ABCXYZ'), fc.array(letters('abzABZ019'), { maxLength: 8 }))
  .map(([first, rest]) => first + rest.join(''));
const prefix = fc.constantFrom('', '#', '_', '__');

describe('class names and stored names', () => {
  test('there and back, in every tier, for tables and parts', () => {
    fc.assert(
      fc.property(className, fc.option(className, { nil: undefined }), prefix, (master, part, before) => {
        const name = part === undefined ? master : `${master}.${part}`;
        const table = before + snakeCase(master) + (part === undefined ? '' : `__${snakeCase(part)}`);
        expect(classNameOf(table)).toBe(name);
        expect(tableNamesOf(name)).toContain(table);
        expect(tierOf(table)).toBe(
          part === undefined ? { '': 'manual', '#': 'lookup', _: 'imported', __: 'computed' }[before] : 'part',
        );
        expect(masterOf(table)).toBe(part === undefined ? undefined : before + snakeCase(master));
      }),
      { numRuns: 500 },
    );
  });

  test('a class name has at most one stored name in each tier', () => {
    expect(tableNamesOf('Session')).toEqual(['session', '#session', '_session', '__session']);
    expect(tableNamesOf('Session.Trial')).toEqual([
      'session__trial',
      '#session__trial',
      '_session__trial',
      '__session__trial',
    ]);
  });

  test.each(['', 'session', 'Session.', '.Trial', 'A.B.C', 'Session.trial', 'Ses sion', 'Session`', '#Session', 'Ü'])(
    '%j is no class name',
    (name) => {
      expect(tableNamesOf(name)).toEqual([]);
      expect(() => snakeCase(name)).toThrow(RangeError);
    },
  );

  test('any text has a camel case', () => {
    fc.assert(fc.property(fc.string(), (text) => camelCase(text).length <= text.length));
  });

  test('a line break at the end is no part of a name', () => {
    expect(tierOf('session\n')).toBeUndefined();
    expect(() => snakeCase('Session\n')).toThrow(RangeError);
  });
});

test('the tiers in the order of a listing', () => {
  expect(tiers).toEqual(['manual', 'lookup', 'computed', 'imported', 'part']);
});

test.each([
  [{ schema: 'lab', table: 'session__trial' }, undefined, 'lab.Session.Trial'],
  [{ schema: 'lab', table: '#session' }, 'lab', 'Session'],
  [{ schema: 'lab', table: '_l_f_p' }, 'ephys', 'lab.LFP'],
  [{ table: '__unit' }, undefined, 'Unit'],
  [{ schema: 'lab', table: 'Of Another Kind' }, 'ephys', 'lab.Of Another Kind'],
])('as sentences name it: %j, where they speak of %s', (name, spokenOf, expected) => {
  expect(spokenName(name, spokenOf)).toBe(expected);
});

test('hidden names', () => {
  expect(['~log', '~~a', '~external_s'].every(isHiddenTable)).toBe(true);
  expect(['a', '#a', '_a', '__a'].some(isHiddenTable)).toBe(false);
  expect([isHiddenAttribute('_a'), isHiddenAttribute('a_')]).toEqual([true, false]);
});

test('long names are read in no time', () => {
  const started = performance.now();
  for (const name of [
    'a_'.repeat(5000),
    `${'a'.repeat(10_000)}__`,
    `${'a_a'.repeat(3000)}!`,
    `a${'__a'.repeat(3000)}`,
  ]) {
    expect(tierOf(name)).toBeUndefined();
  }
  expect(performance.now() - started).toBeLessThan(1000);
});
