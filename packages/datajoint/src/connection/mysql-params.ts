import { InvalidValueError } from '../errors.ts';
import type { Param } from '../sql/sql.ts';

/** Wraps a 64-bit integer for the wire. */
export type IntegerParam = (value: bigint) => unknown;

/** Bytes that are copied sooner than looked at in place. */
const smallArray = 64;

/** Only numbers, strings, bytes and null reach `mysql2`: objects would be expanded to SQL or JSON. @throws InvalidValueError */
export function toWire(param: Param, integerParam: IntegerParam): unknown {
  if (param === null || typeof param === 'number') return param;
  if (typeof param === 'string') return wellFormed(param);
  if (typeof param === 'bigint') return integerParam(inRange(param));
  if (param instanceof Uint8Array) {
    if (Buffer.isBuffer(param)) return param;
    // Those of small arrays are not in a buffer of their own until somebody asks for it.
    return param.length <= smallArray ? Buffer.from(param) : Buffer.from(param.buffer, param.byteOffset, param.length);
  }
  throw noParam(param);
}

/** @throws InvalidValueError */
export function wellFormed(text: string): string {
  if ((text as WellFormed).isWellFormed()) return text;
  throw new InvalidValueError('A text holds half of a character (a lone surrogate), which no database stores.');
}

/** @throws InvalidValueError */
export function inRange(value: bigint): bigint {
  if (value >= -(2n ** 63n) && value < 2n ** 64n) return value;
  throw new InvalidValueError(`An integer is out of the range of 64 bits: ${value}.`);
}

export const noParam = (value: unknown): TypeError =>
  new TypeError(`Expected a string, a number, a bigint, bytes or null as a parameter, got ${typeof value}.`);

/** In Node 20, not yet in the library of ES2023. */
type WellFormed = string & { isWellFormed(): boolean };
