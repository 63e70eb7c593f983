import type { Generation, Storage } from '../dialect/storage.ts';
import type { ObjectReader } from './codec/object-reader.ts';
import type { ObjectWriter } from './codec/object-writer.ts';

export type { Generation, Storage };

/** One column of a table, as DataJoint sees it. */
export interface Attribute {
  readonly name: string;
  /** As DataJoint declares it: `uuid`, `int unsigned`, `enum('a','b')`, `<blob@store>`. */
  readonly type: string;
  /** As the database reports it: `binary(16)`, `int(10) unsigned`. */
  readonly databaseType: string;
  /** The user's comment, without DataJoint's type marker. */
  readonly comment: string;
  readonly inKey: boolean;
  readonly nullable: boolean;
  readonly autoincrement: boolean;
  /** As DataJoint prints it in a definition: `null` for every nullable attribute, text in quotes; null for none. */
  readonly default: string | null;
  readonly storage: Storage;
  /** The character set of a text that cannot hold every character, such as `latin1`; absent where it can. */
  readonly charset?: string;
  /** The schema of the column, of an attribute kept in a store: the older generation finds its objects by it. */
  readonly schema?: string;
  /** What opens the values of an attribute kept in a store, and puts them there. */
  readonly objects?: ObjectReader & ObjectWriter;
}

const unreadable: ReadonlySet<Storage['kind']> = new Set(['blob', 'bytes', 'attach', 'external', 'bit', 'geometry']);

/** Whether the attribute's values are bytes that no text shows. */
export function isOpaque(attribute: Attribute): boolean {
  return unreadable.has(attribute.storage.kind);
}

/** Whether the database fills texts up with blanks, which are no part of them, and hands them out so. */
export function isPadded(attribute: Attribute): boolean {
  return /^character\(/.test(attribute.databaseType);
}

/** Whether the attribute holds a number, for which an empty text or NaN means "the default". */
export function isNumeric(attribute: Attribute): boolean {
  return ['integer', 'year', 'bool', 'float', 'double', 'decimal'].includes(attribute.storage.kind);
}
