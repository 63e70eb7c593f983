import type { Generation, Storage } from './storage.ts';

/** What a dialect's column types mean to DataJoint, where no marker in a comment says more. */
export interface ColumnTypes {
  /** How a column's values sit. */
  storage(type: string, generation: Generation): Storage;
  /** The type as DataJoint prints it. */
  printed(type: string): string;
  /** The character set of texts with this collation, where it does not hold every character. */
  charset(collation: string | null): string | undefined;
  /** The default of a column that may not be NULL, as DataJoint prints it. */
  printedDefault(type: string, value: string, generation: Generation): string;
}
