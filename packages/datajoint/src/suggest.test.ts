import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, nearest } from './suggest.ts';

/** The edit distance, written for clarity. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const replaced = distance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  const isSwap = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  const swapped = isSwap ? 1 + distance(a.slice(2), b.slice(2)) : replaced;
  return Math.min(replaced, swapped, 1 + distance(a.slice(1), b), 1 + distance(a, b.slice(1)));
}

const word = fc.array(fc.constantFrom('a', 'b', 'B'), { maxLength: 5 }).map((list) => list.join(''));

describe('the nearest name', () => {
  test('is one with the least distance, and none where all are far', () => {
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 6 }), (wrong, names) => {
        const from = (name: string): number => distance(wrong.toLowerCase(), name.toLowerCase());
        const least = Math.min(...names.map(from));
        const found = nearest(wrong, names);
        if (least > Math.max(1, Math.floor(wrong.length / 3))) expect(found).toBeUndefined();
        else expect(from(found as string)).toBe(least);
      }),
      { numRuns: 300 },
    );
  });

  test('does not mind case', () => {
    expect(nearest('SESSION', ['subject', 'Session'])).toBe('Session');
  });

  test('the first of several that are as near', () => {
    expect(nearest('ab', ['ac', 'ad'])).toBe('ac');
  });

  test('of a text without end is found in no time', () => {
    const started = performance.now();
    expect(nearest('x'.repeat(1_000_000), ['session', 'y'.repeat(1_000_000)])).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test('a sentence, or nothing', () => {
  expect(didYouMean('sesion', ['subject', 'session'])).toBe(' Did you mean "session"?');
  expect(didYouMean('weather', ['subject', 'session'])).toBe('');
  expect(didYouMean('x', [])).toBe('');
});
