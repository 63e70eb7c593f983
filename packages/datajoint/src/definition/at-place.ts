import { QueryError, QuerySyntaxError } from '../errors.ts';
import type { Place } from './declaration.ts';
import type { DeclaredTable } from './declare.ts';
import { definitionError } from './definition-line.ts';

/** What of a definition a database refuses. */
interface Refused {
  readonly what: string;
  readonly place: Place | undefined;
}

/**
 * What a database says of one of the statements that make a table, with the place in the definition of the attribute, index or
 * foreign key that it is about; as it is where that cannot be told for certain.
 */
export function atPlace(error: unknown, table: DeclaredTable, statements: readonly string[], failed: number): unknown {
  if (!(error instanceof QueryError)) return error;
  const { message, position } = (error.cause ?? {}) as { readonly message?: unknown; readonly position?: unknown };
  if (typeof message !== 'string') return error;
  const { what, place } =
    ownIndex(table, statements, failed) ??
    (position === undefined
      ? (quotedIn(message, table) ?? onLine(message, table) ?? onlyOne(message, table))
      : columnAt(Number(position) - 1, statements[failed] ?? '', table)) ??
    nothing;
  if (place === undefined) return error;
  // What a database says of syntax is SQL.
  const reason =
    error instanceof QuerySyntaxError ? 'it does not understand what that stands for.' : message.replace(/\.?$/, '.');
  return definitionError(place, `The database refuses ${what}: ${reason}`);
}

const nothing: Refused = { what: '', place: undefined };

const attribute = (name: string, { places }: DeclaredTable): Refused => ({
  what: `attribute ${name}`,
  place: places.get(name),
});

const index = (number: number, { indexPlaces }: DeclaredTable): Refused => ({
  what: 'the index',
  place: indexPlaces[number],
});

const foreignKey = (number: number, { foreignKeyPlaces }: DeclaredTable): Refused => ({
  what: 'the foreign key',
  place: foreignKeyPlaces[number],
});

/** The index that has a statement of its own: those of the definition come first. */
function ownIndex(table: DeclaredTable, statements: readonly string[], failed: number): Refused | undefined {
  const isIndex = (text: string | undefined): boolean => /^CREATE (?:UNIQUE )?INDEX /.test(text ?? '');
  return isIndex(statements[failed]) ? index(statements.slice(0, failed).filter(isIndex).length, table) : undefined;
}

/** The attribute that a message of MySQL has in quotes. */
function quotedIn(message: string, table: DeclaredTable): Refused | undefined {
  const name = /'([^']+)'/.exec(message)?.[1];
  return name !== undefined && table.places.has(name) ? attribute(name, table) : undefined;
}

/**
 * What stands on the line of the statement at which MySQL's understanding ends: columns, the primary key, foreign keys and indexes
 * each have one of their own, after the first.
 */
function onLine(message: string, table: DeclaredTable): Refused | undefined {
  const line = / at line (\d+)$/.exec(message)?.[1];
  if (line === undefined) return undefined;
  const { columns, foreignKeys, indexes } = table.spec;
  const lines = [
    undefined,
    ...columns.map(({ name }) => attribute(name, table)),
    undefined,
    ...foreignKeys.map((_key, number) => foreignKey(number, table)),
    ...indexes.map((_index, number) => index(number, table)),
  ];
  return lines[Number(line) - 1];
}

/** The only foreign key, or index of an expression, where a message is about one. */
function onlyOne(message: string, table: DeclaredTable): Refused | undefined {
  const { foreignKeys, indexes } = table.spec;
  if (/foreign key/i.test(message)) return foreignKeys.length === 1 ? foreignKey(0, table) : undefined;
  if (!/functional (?:index|key)/i.test(message)) return undefined;
  const functional = [...indexes.keys()].filter((at) => indexes[at]?.parts.some(({ kind }) => kind !== 'attribute'));
  return functional.length === 1 ? index(functional[0] as number, table) : undefined;
}

/** The attribute on the line with this character, where PostgreSQL sees the fault. */
function columnAt(character: number, statement: string, table: DeclaredTable): Refused | undefined {
  const line = statement.slice(statement.lastIndexOf('\n', character) + 1);
  const name = [...table.places.keys()].find((each) => line.startsWith(`"${each}" `));
  return name === undefined ? undefined : attribute(name, table);
}
