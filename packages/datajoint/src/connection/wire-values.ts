import { InvalidValueError } from '../errors.ts';

/** A text that can be written as UTF-8. @throws InvalidValueError */
export function wellFormed(text: string): string {
  if ((text as WellFormed).isWellFormed()) return text;
  throw new InvalidValueError('A text holds half of a character (a lone surrogate), which no database stores.');
}

/** An integer of 64 bits, with a sign or without. @throws InvalidValueError */
export function inRange(value: bigint): bigint {
  if (value >= -(2n ** 63n) && value < 2n ** 64n) return value;
  throw new InvalidValueError(`An integer is out of the range of 64 bits: ${value}.`);
}

export const noParam = (value: unknown): TypeError =>
  new TypeError(`Expected a string, a number, a bigint, bytes or null as a parameter, got ${typeof value}.`);

/** In Node 20, not yet in the library of ES2023. */
type WellFormed = string & { isWellFormed(): boolean };
