import { type Attribute, isNumeric } from '../attribute.ts';
import type { InputValue } from './input-value.ts';
import { isNumberText, NumberLiteral } from './number-literal.ts';

/**
 * A text of a file as a value for an attribute: the inverse of `plainText`.
 * @param parse reads JSON without losing digits. @throws SyntaxError where it is none.
 */
export function valueOfText(attribute: Attribute, text: string, parse: (json: string) => InputValue): InputValue {
  if (attribute.storage.kind === 'blob') return parse(text);
  return isNumeric(attribute) ? numberOf(text) : bytesOr(attribute, text);
}

/** A JSON value of a file as a value for an attribute: the inverse of `plainJson`. */
export function valueOfJson(attribute: Attribute, json: InputValue): InputValue {
  // A text that looks like JSON would be taken for it.
  if (attribute.storage.kind === 'json') return typeof json === 'string' ? JSON.stringify(json) : json;
  if (typeof json !== 'string' || attribute.storage.kind === 'blob') return json;
  return isNumeric(attribute) ? numberOf(json) : bytesOr(attribute, json);
}

function numberOf(text: string): InputValue {
  if (isNumberText(text)) return new NumberLiteral(text);
  return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes are base64; what is none of it is left for the attribute to refuse. */
function bytesOr({ storage: { kind } }: Attribute, text: string): InputValue {
  const isBytes = kind === 'bytes' || kind === 'attach' || kind === 'geometry';
  return isBytes && base64.test(text) ? Uint8Array.from(Buffer.from(text, 'base64')) : text;
}
