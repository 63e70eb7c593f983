import type { InputValue } from '../heading/codec/input-value.ts';
import type { InputRow } from './insert.ts';

/** What a row gives for an attribute; the names are those of the heading, in whose order a list is. */
export function givenValue(row: InputRow, name: string, names: readonly string[]): InputValue {
  return Array.isArray(row) ? row[names.indexOf(name)] : (row as { readonly [name: string]: InputValue })[name];
}
