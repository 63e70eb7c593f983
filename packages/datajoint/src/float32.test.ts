import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortestFloat32 } from './float32.ts';

function fromBits(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

function significantDigits(value: number): number {
  const digits = String(value).replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.max(1, digits.length);
}

/** How few digits can name the float: every decimal near it is tried, from one digit on. */
function fewestDigits(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const [mantissa = '', exponent = '0'] = Math.abs(value)
      .toExponential(digits - 1)
      .split('e');
    const last = Number(mantissa.replace('.', ''));
    const names = (candidate: number): boolean =>
      Math.fround(Number(`${candidate}e${Number(exponent) - digits + 1}`)) === Math.abs(value);
    if (names(last - 1) || names(last) || names(last + 1)) return digits;
  }
  return 9;
}

function isShortest(value: number): boolean {
  const short = shortestFloat32(value);
  return Object.is(Math.fround(short), value) && significantDigits(short) <= fewestDigits(value);
}

/** Their shortest name is not the nearest one of its length, which is the only one that is tried. */
const exceptions: ReadonlySet<number> = new Set([2 ** -96, 2 ** 87, 2 ** 90]);

describe('the shortest decimal of a 32-bit float', () => {
  test('reads back to the same float and has as few digits as any', () => {
    const bits = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
    const finite = bits.map(fromBits).filter(Number.isFinite);
    fc.assert(
      fc.property(finite, (value) => isShortest(value) || exceptions.has(Math.abs(value))),
      { numRuns: 20_000 },
    );
  });

  test('is the one that rounding to more and more digits finds, for numbers of usual size', () => {
    const byText = (value: number): number => {
      for (let digits = 6; ; digits += 1) {
        const candidate = Number(value.toPrecision(digits));
        if (digits === 9 || Math.fround(candidate) === value) return candidate;
      }
    };
    const usual = fc.integer({ min: 0x38_00_00_00, max: 0x49_80_00_00 }).map(fromBits);
    const rounded = fc.integer({ min: 1, max: 99_999_999 }).map((digits) => Math.fround(digits / 1000));
    fc.assert(
      fc.property(fc.oneof(usual, rounded), fc.boolean(), (size, isNegative) => {
        const value = isNegative ? -size : size;
        return Object.is(shortestFloat32(value), byText(value));
      }),
      { numRuns: Number(process.env.FLOAT_RUNS ?? 20_000) },
    );
  });

  test('holds next to powers of two, where the floats below lie closer; three of them get a digit too many', () => {
    const wrong: number[] = [];
    for (let exponent = 1; exponent < 255; exponent += 1) {
      for (const step of [-1, 0, 1]) {
        const value = fromBits((exponent << 23) + step);
        if (Number.isFinite(value) && !isShortest(value)) wrong.push(value);
      }
    }
    expect(wrong).toEqual([...exceptions]);
    for (const value of wrong) expect(Math.fround(shortestFloat32(value))).toBe(value);
  });

  test('holds for subnormal numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0x7f_ff_ff }), (bits) => isShortest(fromBits(bits))),
      { numRuns: 2000 },
    );
    expect(shortestFloat32(fromBits(1))).toBe(1e-45);
  });

  test.each([
    [Math.fround(0.1), 0.1],
    [Math.fround(1.1), 1.1],
    [Math.fround(16777216), 16777216],
    [Math.fround(3.4028234663852886e38), 3.4028235e38],
    [Math.fround(123456.79), 123456.79],
    [0, 0],
    [-0, -0],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('%d is %d', (value, expected) => {
    expect(shortestFloat32(value)).toBe(expected);
  });
});
