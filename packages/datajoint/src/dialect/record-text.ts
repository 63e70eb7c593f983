import type { Sql } from '../sql/sql.ts';
import type { Storage } from './storage.ts';

/** What of a table's column decides how its values are written in a record. */
export interface RecordColumn {
  readonly databaseType: string;
  readonly storage: Storage;
  readonly nullable: boolean;
  /** The character set of a text that cannot hold every character. */
  readonly charset?: string;
}

/**
 * How a database writes rows as the JSON text of the REST API's records, so that a row arrives as one text, and nothing
 * has to be made of its cells here. What it writes has to be, to the last character, what the codec makes of the cell: the
 * digits of escapes in either case, and the words NaN and Infinity as they are, which are mended for a batch at a time.
 */
export interface RecordText {
  /** A table's column as that text, `null` where it is NULL; undefined where the codec has to write it. */
  cell(column: Sql, type: RecordColumn): Sql | undefined;
  /** One text after the other. */
  concat(texts: readonly Sql[]): Sql;
}
