/**
 * The shortest decimal that reads back to the same 32-bit float.
 *
 * Six significant digits always survive a 32-bit float and nine always identify one, so the search is short; only
 * subnormal numbers, which have fewer bits, need it to start from one digit.
 */
export function shortestFloat32(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const first = Math.abs(value) < 1.1754943508222875e-38 ? 1 : 6;
  for (let digits = first; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}
