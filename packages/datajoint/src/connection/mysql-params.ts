import type { Param } from '../sql/sql.ts';
import { inRange, noParam, wellFormed } from './wire-values.ts';

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
