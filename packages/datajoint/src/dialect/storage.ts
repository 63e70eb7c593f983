/** How the values of an attribute sit in the database, and so how they are read, written and compared. */
export type Storage =
  | { readonly kind: 'integer' | 'year'; readonly unsigned: boolean; readonly bits: 8 | 16 | 24 | 32 | 64 }
  /** Date and time without a zone; `timestamp` too, as the session's wall clock shows it. */
  | {
      readonly kind: 'date' | 'datetime';
      /** Whether there are years before 1 and beyond 9999, and infinite times. */
      readonly isUnlimited?: true;
    }
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
