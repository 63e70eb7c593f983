const powers = [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/**
 * The shortest decimal that reads back to the same 32-bit float.
 *
 * Six significant digits always survive a 32-bit float and nine always identify one, so the search is short; only
 * subnormal numbers, which have fewer bits, need it to start from one digit.
 */
export function shortestFloat32(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? Math.sign(value) * shortestOf(size) : searched(value);
}

/**
 * The same in a fifth of the time, for numbers of usual size. The 24 bits of the float times a power of ten up to the
 * twelfth fit into a double, as does the integer that is divided by it, so that nothing is rounded but what is meant to be.
 */
function shortestOf(size: number): number {
  // Digits after the point that make six in all.
  let decimals = 9;
  while (decimals > 0 && size * (powers[decimals] as number) >= 1e6) decimals -= 1;
  for (let more = 0; more < 3; more += 1) {
    const power = powers[decimals + more] as number;
    const candidate = Math.round(size * power) / power;
    if (Math.fround(candidate) === size) return candidate;
  }
  const power = powers[decimals + 3] as number;
  return Math.round(size * power) / power;
}

function searched(value: number): number {
  const first = Math.abs(value) < 1.1754943508222875e-38 ? 1 : 6;
  for (let digits = first; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}
