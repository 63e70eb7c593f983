import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNumberText, NumberLiteral, plainDigits } from './number-literal.ts';

const digits = (maxLength: number) => fc.array(fc.nat(9), { minLength: 1, maxLength }).map((list) => list.join(''));

const number = fc.record({
  sign: fc.constantFrom('', '+', '-'),
  whole: digits(30),
  decimals: fc.option(digits(30), { nil: undefined }),
  exponent: fc.option(fc.integer({ min: -60, max: 60 }), { nil: undefined }),
  e: fc.constantFrom('e', 'E'),
});

describe('a number as plain digits', () => {
  test('has the value that integer arithmetic finds', () => {
    fc.assert(
      fc.property(number, ({ sign, whole, decimals = '', exponent, e }) => {
        const text = `${sign}${whole}${decimals === '' ? '' : `.${decimals}`}${exponent === undefined ? '' : e + exponent}`;
        const plain = plainDigits(text);
        if (plain === undefined) throw new Error(`${text} has fewer than 200 digits.`);
        // Both in units of 10^-90, below any digit that was written.
        const value = BigInt(whole + decimals) * 10n ** BigInt(90 + (exponent ?? 0) - decimals.length);
        const found = BigInt(plain.integer + plain.fraction) * 10n ** BigInt(90 - plain.fraction.length);
        expect(found).toBe(value);
        expect(plain.negative).toBe(sign === '-');
        expect(plain.integer).toMatch(/^(?:0|[1-9]\d*)$/);
        expect(plain.fraction).toMatch(/^(?:|\d*[1-9])$/);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['0', { negative: false, integer: '0', fraction: '' }],
    ['-0.000', { negative: true, integer: '0', fraction: '' }],
    ['0e99999999999', { negative: false, integer: '0', fraction: '' }],
    ['.5', { negative: false, integer: '0', fraction: '5' }],
    ['5.', { negative: false, integer: '5', fraction: '' }],
    ['0.050', { negative: false, integer: '0', fraction: '05' }],
    ['1.50e1', { negative: false, integer: '15', fraction: '' }],
    ['1e199', { negative: false, integer: `1${'0'.repeat(199)}`, fraction: '' }],
    ['-1e-199', { negative: true, integer: '0', fraction: `${'0'.repeat(198)}1` }],
  ])('%s', (text, expected) => {
    expect(plainDigits(text)).toEqual(expected);
  });

  test.each(['1e201', '1e-201', '1e999999999', `1${'0'.repeat(200)}`])('%s would be too long', (text) => {
    expect(plainDigits(text)).toBeUndefined();
  });
});

describe('numbers as text', () => {
  test('every finite number JavaScript prints is one', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => isNumberText(String(value))));
    fc.assert(fc.property(fc.bigInt(), (value) => isNumberText(String(value))));
  });

  test.each(['', ' ', '1 ', ' 1', '1 2', '.', 'e5', '1e', '--1', '0x10', '1_000', '1,5', 'NaN', 'inf', '１', '1\n'])(
    '%j is none',
    (text) => {
      expect(isNumberText(text)).toBe(false);
      expect(() => new NumberLiteral(text)).toThrow(RangeError);
    },
  );

  test('longer than 400 characters is none', () => {
    expect(isNumberText('9'.repeat(400))).toBe(true);
    expect(isNumberText('9'.repeat(401))).toBe(false);
  });

  test('a literal keeps its text and cannot be changed', () => {
    const literal = new NumberLiteral('1.000000000000000000001');
    expect(String(literal)).toBe('1.000000000000000000001');
    expect(Object.isFrozen(literal)).toBe(true);
  });
});
