/** How the values of an attribute sit in the database, and so how they are read, written and compared. */
export type Storage =
  | { readonly kind: 'integer' | 'year'; readonly unsigned: boolean; readonly bits: 8 | 16 | 24 | 32 | 64 }
  | { readonly kind: SimpleStorage };

type SimpleStorage =
  | 'bool'
  /** 32-bit floating point. */
  | 'float'
  /** 64-bit floating point. */
  | 'double'
  | 'decimal'
  /** Characters of any length; enums and sets too. */
  | 'text'
  | 'date'
  /** Date and time without a zone; `timestamp` too, as the session's wall clock shows it. */
  | 'datetime'
  | 'time'
  | 'uuid'
  | 'json'
  /** A value serialised in DataJoint's own format. */
  | 'blob'
  /** Bytes as they are. */
  | 'bytes'
  /** A file with its name. */
  | 'attach'
  /** A value kept in a store outside the database; the column holds the reference. */
  | 'external'
  | 'bit'
  | 'geometry';

/** The two ways of declaring tables: DataJoint 0.12 to 0.14, and 2.x. */
export type Generation = 'legacy' | '2';

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
}

const unreadable: ReadonlySet<Storage['kind']> = new Set(['blob', 'bytes', 'attach', 'external', 'bit', 'geometry']);

/** Whether the attribute's values are bytes that no text shows. */
export function isOpaque(attribute: Attribute): boolean {
  return unreadable.has(attribute.storage.kind);
}

/** Whether the attribute holds a number, for which an empty text or NaN means "the default". */
export function isNumeric(attribute: Attribute): boolean {
  return ['integer', 'year', 'bool', 'float', 'double', 'decimal'].includes(attribute.storage.kind);
}
