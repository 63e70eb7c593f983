import { QueryError } from '../errors.ts';
import type { DeclaredTable } from './declare.ts';
import { definitionError } from './definition-line.ts';

/**
 * What a database says of the statement that makes a table, with the place in the definition of the attribute that it is
 * about; as it is where the database does not tell which one that is. Each column has a line of its own in the statement.
 */
export function atAttribute(error: unknown, { places }: DeclaredTable, statement: string): unknown {
  if (!(error instanceof QueryError)) return error;
  const { message, position } = (error.cause ?? {}) as { readonly message?: unknown; readonly position?: unknown };
  if (typeof message !== 'string') return error;
  const name = position === undefined ? quotedIn(message, places) : columnAt(Number(position) - 1, statement, places);
  const place = name === undefined ? undefined : places.get(name);
  if (place === undefined) return error;
  return definitionError(place, `The database refuses attribute ${name}: ${message.replace(/\.?$/, '.')}`);
}

/** The attribute that a message of MySQL has in quotes. */
function quotedIn(message: string, places: ReadonlyMap<string, unknown>): string | undefined {
  const name = /'([^']+)'/.exec(message)?.[1];
  return name !== undefined && places.has(name) ? name : undefined;
}

/** The attribute on the line with this character, where PostgreSQL sees the fault. */
function columnAt(index: number, statement: string, places: ReadonlyMap<string, unknown>): string | undefined {
  const line = statement.slice(statement.lastIndexOf('\n', index) + 1);
  return [...places.keys()].find((name) => line.startsWith(`"${name}" `));
}
