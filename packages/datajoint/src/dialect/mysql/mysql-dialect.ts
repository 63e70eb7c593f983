import { type Sql, sql } from '../../sql/sql.ts';
import type { ComparedAttribute, Dialect, InsertTarget, TypedValue } from '../dialect.ts';
import { mysqlCatalog } from './catalog.ts';
import { mysqlChangeStamps } from './change-stamps.ts';
import { mysqlDdl } from './ddl.ts';
import { translateMysqlError } from './errors.ts';
import { mysqlJson } from './json.ts';
import { mysqlSyntax } from './syntax.ts';
import { mysqlTypes } from './types.ts';

/** MySQL 5.7 and later, and MariaDB. */
export const mysqlDialect: Dialect = {
  name: 'mysql',
  syntax: mysqlSyntax,
  // Identifiers are kept in three-byte UTF-8: nothing beyond the basic multilingual plane, and no NUL.
  canName: (identifier) => !/[\0\u{d800}-\u{dfff}\u{10000}-\u{10ffff}]/u.test(identifier),
  startTransaction: 'START TRANSACTION WITH CONSISTENT SNAPSHOT',
  failureEndsTransaction: false,
  catalog: mysqlCatalog,
  ddl: mysqlDdl,
  changeStamps: mysqlChangeStamps,
  translateError: translateMysqlError,
  typed,
  compared,
  ordered: (column, descending) => (descending ? sql`${column} DESC` : column),
  jsonMember,
  types: mysqlTypes,
  generation: 'legacy',
  json: mysqlJson,
  printsIndexes: true,
  // Newer MySQLs answer another form where none is named.
  explain: (query) => sql`EXPLAIN FORMAT = TRADITIONAL ${query}`,
  readEstimate,
  fullTableName: (schema, table) => `\`${schema}\`.\`${table}\``,
  onDuplicate,
};

/**
 * Any unique key brings a row here, not only the primary one: a key that differs becomes NULL, which no key takes, so that
 * the statement fails where it would change a row that was not meant.
 */
function onDuplicate({ table, primaryKey, given, left }: InsertTarget, existing: 'skip' | 'replace'): Sql {
  const inserted = (name: string): Sql => sql`VALUES(${sql.id(name)})`;
  const kept = primaryKey.map((name) => {
    const own = sql`${table}.${sql.id(name)}`;
    return sql`${sql.id(name)} = IF(${own} <=> ${inserted(name)}, ${own}, NULL)`;
  });
  const replaced = [
    ...given.map((name) => sql`${sql.id(name)} = ${inserted(name)}`),
    ...left.map((name) => sql`${sql.id(name)} = DEFAULT`),
  ];
  return sql` ON DUPLICATE KEY UPDATE ${sql.join(existing === 'skip' ? kept : [...kept, ...replaced])}`;
}

/** Each table of the outermost query has a line, with the rows it adds to each row of those before. */
function readEstimate(columns: readonly string[], rows: readonly (readonly unknown[])[]): number | undefined {
  const place = (name: string): number => columns.indexOf(name);
  const [id, count, filtered] = [place('id'), place('rows'), place('filtered')];
  const outermost = rows.filter((row) => row[id] === rows[0]?.[id]);
  if (count < 0 || outermost.length === 0) return undefined;
  const share = (row: readonly unknown[]): number => (filtered < 0 ? 1 : Number(row[filtered] ?? 100) / 100);
  return Math.round(outermost.reduce((product, row) => product * Number(row[count] ?? 1) * share(row), 1));
}

function typed(value: TypedValue): Sql {
  switch (value.as) {
    case 'decimal': {
      const scale = value.value.split('.')[1]?.length ?? 0;
      return sql`CAST(${value.value} AS DECIMAL(65, ${sql.integer(scale)}))`;
    }
    case 'boolean':
      return sql`${value.value ? 1n : 0n}`;
    default:
      return sql`${value.value}`;
  }
}

/** JSON is compared as its text. */
function compared(column: Sql, { storage }: ComparedAttribute): Sql {
  return storage.kind === 'json' ? sql`CAST(${column} AS CHAR)` : column;
}

function jsonMember(document: Sql, path: readonly (string | number)[], type: Sql | undefined): Sql {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`));
  const found = sql`JSON_EXTRACT(${document}, ${`$${steps.join('')}`})`;
  const text = sql`CASE WHEN JSON_TYPE(${found}) IN ('NULL', 'OBJECT', 'ARRAY') THEN NULL ELSE JSON_UNQUOTE(${found}) END`;
  return type === undefined ? sql`(${text})` : sql`CAST(${text} AS ${type})`;
}
