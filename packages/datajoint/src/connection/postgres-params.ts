import { InvalidRestriction, InvalidValueError, QueryError } from '../errors.ts';
import type { Statement } from '../sql/sql.ts';
import { inRange, noParam, wellFormed } from './wire-values.ts';

/** A statement's parameters as the protocol takes them. */
export interface WireParams {
  /** The types' numbers, 0 where the server is to find it from what the parameter is used for; none where it is for all. */
  readonly types: readonly number[];
  /** Text, or bytes in the binary form. */
  readonly values: readonly (string | Buffer | null)[];
}

/** The number of the type `bytea`. */
export const byteaType = 17;

/** The protocol counts parameters in 16 bits. */
const maxParams = 65_535;

/** What a server takes in one message is a little more. */
const maxBytes = 1_000_000_000;

/**
 * Numbers become text, for which the server finds the type; bytes are `bytea`, so that they are never taken for another
 * type's binary form.
 * @throws InvalidValueError for a value that PostgreSQL cannot take, InvalidRestriction for too many.
 */
export function toWireParams({ text, params }: Statement): WireParams {
  // What follows the character would be cut off.
  if (text.includes('\0')) throw new QueryError('A statement holds the character U+0000, which no name or text can.');
  if (params.length > maxParams) {
    throw new InvalidRestriction(
      `A statement takes at most ${maxParams} values, and got ${params.length}. Restrict by fewer, or by a query.`,
    );
  }
  // An insert has thousands of them, which mostly are texts: then they are what they are, and not copied.
  const values = params.every(isText) ? params : params.map(toWire);
  let size = 0;
  for (const value of values) {
    if (typeof value === 'string') checkText(value);
    size += value?.length ?? 0;
  }
  if (size > maxBytes) throw new InvalidValueError('The values are larger than PostgreSQL takes at once (1 GB).');
  const types = values.some(isBytes) ? values.map((value) => (isBytes(value) ? byteaType : 0)) : [];
  return { types, values };
}

const isText = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

function checkText(text: string): void {
  if (wellFormed(text).includes('\0')) {
    throw new InvalidValueError('A text holds the character U+0000, which PostgreSQL does not store.');
  }
}

function toWire(param: unknown): string | Buffer | null {
  if (isText(param)) return param;
  if (typeof param === 'number') return Object.is(param, -0) ? '-0' : String(param);
  if (typeof param === 'bigint') return String(inRange(param));
  if (isBytes(param)) {
    return Buffer.isBuffer(param) ? param : Buffer.from(param.buffer, param.byteOffset, param.byteLength);
  }
  throw noParam(param);
}
