import { createHash } from 'node:crypto';
import type { Row } from '../expression/record-types.ts';
import type { Heading } from '../heading/heading.ts';

/**
 * The hash by which the older generation knows a key in its table of jobs: MD5 of the values as Python prints them, one
 * after the other in the order of the attributes' names.
 */
export function keyHash(key: Row, heading: Heading): string {
  const hash = createHash('md5');
  for (const name of Object.keys(key).sort()) hash.update(printed(key[name], heading.get(name)?.storage.kind));
  return hash.digest('hex');
}

function printed(value: unknown, kind: string | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'number' && (kind === 'float' || kind === 'double')) return printedFloat(value);
  // A span of time, without the leading zero of its hours.
  if (kind === 'time') return String(value).replace(/^(-?)0(?=\d:)/, '$1');
  return String(value);
}

/** As Python's `repr`: a point in whole numbers, an exponent from 1e16 on and below 1e-4, of two digits at least. */
function printedFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value);
}
