import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datetime64Text, notATime } from './datetime64.ts';

test('agrees with the calendar of JavaScript where that has one', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (milliseconds) => {
      const expected = new Date(milliseconds).toISOString().slice(0, -1);
      expect(datetime64Text(BigInt(milliseconds), 'ms')).toBe(expected);
      const days = BigInt(Math.floor(milliseconds / 86_400_000));
      expect(datetime64Text(days, 'D')).toBe(expected.slice(0, 10));
      expect(datetime64Text(BigInt(milliseconds) * 10n ** 15n, 'as')).toBe(`${expected}${'0'.repeat(15)}`);
    }),
  );
});

// Recorded from numpy 1.24.
test.each([
  [-1n, 's', '1969-12-31T23:59:59'],
  [-1n, 'M', '1969-12'],
  [-1n, 'W', '1969-12-25'],
  [-1970n, 'Y', '0000'],
  [-1971n, 'Y', '-0001'],
  [123_456_789n, 'h', '16053-11-18T21'],
  [notATime, 'ns', 'NaT'],
] as const)('%s %s is %s', (value, unit, text) => {
  expect(datetime64Text(value, unit)).toBe(text);
});
