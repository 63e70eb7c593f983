import { type Sql, sql } from '../../sql/sql.ts';
import type { ComparedAttribute, Dialect, InsertTarget, TypedValue } from '../dialect.ts';
import { postgresCatalog } from './catalog.ts';
import { postgresChangeStamps } from './change-stamps.ts';
import { postgresDdl } from './ddl.ts';
import { translatePostgresError } from './errors.ts';
import { postgresSyntax } from './syntax.ts';
import { postgresTypes } from './types.ts';

/** PostgreSQL 12 and later, where DataJoint 2 keeps schemas of one database. */
export const postgresDialect: Dialect = {
  name: 'postgresql',
  syntax: postgresSyntax,
  canName: (identifier) => !identifier.includes('\0') && identifier.isWellFormed(),
  startTransaction: 'BEGIN',
  failureEndsTransaction: true,
  catalog: postgresCatalog,
  ddl: postgresDdl,
  changeStamps: postgresChangeStamps,
  translateError: translatePostgresError,
  typed,
  compared,
  ordered,
  jsonMember,
  types: postgresTypes,
  generation: '2',
  // The library does not read them here.
  printsIndexes: false,
  explain: (query) => sql`EXPLAIN ${query}`,
  readEstimate(_columns, rows) {
    const [, count] = / rows=(\d+)/.exec(String(rows[0]?.[0])) ?? [];
    return count === undefined ? undefined : Number(count);
  },
  fullTableName: (schema, table) => `"${schema}"."${table}"`,
  onDuplicate,
};

/** The type is written out: what the server would guess from the column refuses values that merely do not occur. */
function typed(value: TypedValue): Sql {
  switch (value.as) {
    case 'text':
    case 'json':
      return sql`${value.value}`;
    case 'temporal':
      // Left to the column: a date, a time and a timestamp read their own texts.
      return sql`${value.value}`;
    case 'integer': {
      // As what an index of integers can be asked for; numeric is not, and would have every row looked at.
      const isBigint = BigInt.asIntN(64, value.value) === value.value;
      return isBigint ? sql`CAST(${String(value.value)} AS bigint)` : sql`CAST(${String(value.value)} AS numeric)`;
    }
    case 'decimal':
      return sql`CAST(${String(value.value)} AS numeric)`;
    case 'double':
      return sql`CAST(${value.value} AS double precision)`;
    case 'boolean':
      return value.value ? sql`1` : sql`0`;
    case 'uuid':
      return sql`CAST(${Buffer.from(value.value).toString('hex')} AS uuid)`;
  }
}

/** As a type that holds all of the values, where the column's own would refuse or shorten one of them. */
function compared(column: Sql, attribute: ComparedAttribute, values: readonly TypedValue[], isPattern: boolean): Sql {
  // Its cast to text would add the length of a network to it.
  if (attribute.databaseType === 'inet') return sql`TEXTIN(INET_OUT(${column}))`;
  const type = comparedAs(attribute, values, isPattern);
  return type === undefined ? column : sql`CAST(${column} AS ${type})`;
}

function comparedAs({ databaseType, storage }: ComparedAttribute, values: readonly TypedValue[], isPattern: boolean) {
  switch (storage.kind) {
    case 'json':
      return sql`text`;
    case 'text':
      // A text that an enum does not have is merely not equal; a pattern sees no padding.
      return /^(?:character varying|text)/.test(databaseType) || (databaseType.startsWith('character') && !isPattern)
        ? undefined
        : sql`text`;
    case 'bool':
      return sql`integer`;
    case 'date':
      return values.some(({ value }) => /:/.test(String(value))) ? sql`timestamp` : undefined;
    case 'time':
      return values.some(({ value }) => !/^(?:[01]?\d|2[0-3]):/.test(String(value))) ? sql`interval` : undefined;
    default:
      return undefined;
  }
}

/** Here NULL comes after all values unless told otherwise, which costs the use of an index. */
function ordered(column: Sql, descending: boolean, nullable: boolean): Sql {
  const direction = descending ? sql`${column} DESC` : column;
  if (!nullable) return direction;
  return descending ? sql`${direction} NULLS LAST` : sql`${direction} NULLS FIRST`;
}

function onDuplicate({ primaryKey, given, left }: InsertTarget, existing: 'skip' | 'replace'): Sql {
  const key = sql.join(primaryKey.map((name) => sql.id(name)));
  const assignments = [
    ...given.map((name) => sql`${sql.id(name)} = EXCLUDED.${sql.id(name)}`),
    ...left.map((name) => sql`${sql.id(name)} = DEFAULT`),
  ];
  if (existing === 'skip' || assignments.length === 0) return sql` ON CONFLICT (${key}) DO NOTHING`;
  return sql` ON CONFLICT (${key}) DO UPDATE SET ${sql.join(assignments)}`;
}

function jsonMember(document: Sql, path: readonly (string | number)[], type: Sql | undefined): Sql {
  const steps = sql.join(path.map((step) => sql`${String(step)}`));
  const text = sql`jsonb_extract_path_text(CAST(${document} AS jsonb), ${steps})`;
  return type === undefined ? text : sql`CAST(${text} AS ${type})`;
}
