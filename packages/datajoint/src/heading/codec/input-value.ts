import type { TypedArray } from '../../blob/dtype.ts';
import type { PackedBlob } from '../../blob/packed-blob.ts';
import type { BlobValue } from '../../blob/values.ts';
import type { Param } from '../../sql/sql.ts';
import type { Attachment } from './attachment.ts';
import type { NumberLiteral } from './number-literal.ts';
import type { StoredReference } from './object-writer.ts';

/**
 * A value as callers give it for an attribute: what `fetch` returns, and the looser forms of JSON.
 *
 * For blobs, numbers in arrays and objects are as JSON means them: whole ones are integers. In a Map, a List and the
 * other classes of blob values they are floats, and bigints integers.
 */
export type InputValue =
  | undefined
  | NumberLiteral
  | BlobValue
  | TypedArray
  | PackedBlob
  | Attachment
  | StoredReference
  | readonly InputValue[]
  | { readonly [key: string]: InputValue };

/** Stands for the column's default: what NULL, and no number for a number, mean to DataJoint. */
export const useDefault = Symbol('DEFAULT');

/** Makes of the values for one attribute what is bound to inserts and updates. It throws an InvalidValueError. */
export type Encoder = (value: InputValue) => Param | typeof useDefault;
