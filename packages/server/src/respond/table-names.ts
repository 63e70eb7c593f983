import { classNameOf, type TableName } from '@pharus/datajoint';

/** A stored name as a client writes it: `Session.Trial`; as it is where it has no class. */
export function writtenName(table: string): string {
  return classNameOf(table) ?? table;
}

/** Schema and table as a client writes them. */
export function written({ schema, table }: TableName): { schema: string; table: string } {
  return { schema, table: writtenName(table) };
}

/** `schema.Session.Trial` */
export function fullName({ schema, table }: TableName): string {
  return `${schema}.${writtenName(table)}`;
}
