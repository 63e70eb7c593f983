import { spokenName } from '../naming.ts';

/** What is known of a foreign key by which a row refers to none. */
export interface MissingParent {
  readonly childSchema?: string | undefined;
  /** The child's attributes. */
  readonly attributes?: readonly string[] | undefined;
  readonly parentSchema?: string | undefined;
  readonly parentTable?: string | undefined;
}

/** Says that a parent is missing, the same in every family. */
export function missingParent({ childSchema, attributes, parentSchema, parentTable }: MissingParent): string {
  if (attributes === undefined || parentTable === undefined) {
    return 'A row refers to one that does not exist in another table. Insert that one first.';
  }
  const parent = spokenName({ schema: parentSchema, table: parentTable }, childSchema);
  return `No row of ${parent} has this ${attributes.join(', ')}. Insert it there first.`;
}
