import { type Sql, sql } from '../../sql/sql.ts';
import type { CatalogQueries } from '../catalog.ts';
import { readGrants } from './grants.ts';

const ownSchemas = ['information_schema', 'mysql', 'performance_schema', 'sys'] as const;

const values = (items: readonly string[]): Sql => sql.join(items.map((item) => sql`${item}`));

/** The pairs of attributes of foreign keys; those of external stores (`~external_...`) are not dependencies. */
const foreignKeys = (where: Sql): Sql => sql`
  SELECT constraint_name, table_schema, table_name, column_name,
         referenced_table_schema, referenced_table_name, referenced_column_name
  FROM information_schema.key_column_usage
  WHERE ${where} AND referenced_table_name NOT LIKE '~%' AND table_name NOT LIKE '~%'
  ORDER BY table_schema, table_name, constraint_name, ordinal_position`;

/** Leaving out the server's own schemas by name spares MariaDB from opening their views: a tenth of the time. */
const within = (column: Sql, schemas: readonly string[] | undefined): Sql =>
  schemas === undefined ? sql`${column} NOT IN (${values(ownSchemas)})` : sql`${column} IN (${values(schemas)})`;

/**
 * The catalog of MySQL and MariaDB.
 *
 * Names are compared with constants, one `SELECT` for each, because MariaDB then opens those tables and no others.
 * Columns come from `SHOW FULL COLUMNS`: the two products' `information_schema` spell defaults differently.
 */
export const mysqlCatalog: CatalogQueries = {
  schemas: () => sql`
    SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN (${values(ownSchemas)})`,

  schemaNamed: (schema) => sql`
    SELECT schema_name FROM information_schema.schemata WHERE schema_name = ${schema}`,

  tables: (schema) => sql`
    SELECT table_name FROM information_schema.tables WHERE table_schema = ${schema} ORDER BY table_name`,

  tablesNamed: (schema, names) =>
    sql.join(
      names.map(
        (name) => sql`
    SELECT table_name, table_comment, table_type LIKE '%VIEW'
    FROM information_schema.tables WHERE table_schema = ${schema} AND table_name = ${name}`,
      ),
      '\n    UNION ALL',
    ),

  columns: (schema, table) => sql`SHOW FULL COLUMNS FROM ${sql.id(schema, table)}`,

  declaration: (schema, table) => sql`SHOW CREATE TABLE ${sql.id(schema, table)}`,

  // Of a view it has more columns, and says nothing of those that the view looks at. The next number is no declaration.
  readDeclaration: ([row]) =>
    row?.length === 2 ? String(row[1]).replace(/^(\) ENGINE=\w+) AUTO_INCREMENT=\d+/m, '$1') : undefined,

  indexes: (schema, table) => sql`SHOW KEYS FROM ${sql.id(schema, table)} WHERE Key_name <> 'PRIMARY'`,

  enums: () => undefined,

  foreignKeysOf: (schema, table) =>
    foreignKeys(sql`table_schema = ${schema} AND table_name = ${table} AND referenced_table_name IS NOT NULL`),

  foreignKeysInto: (schemas) =>
    foreignKeys(sql`referenced_table_schema IN (${values(schemas)}) AND ${within(sql`table_schema`, undefined)}`),

  everyTable: (schemas) => sql`
    SELECT table_schema, table_name, CASE WHEN table_type LIKE '%VIEW' THEN '' ELSE table_comment END, table_rows
    FROM information_schema.tables WHERE ${within(sql`table_schema`, schemas)}
    ORDER BY CAST(table_schema AS BINARY), CAST(table_name AS BINARY)`,

  everyPrimaryKey: (schemas) => sql`
    SELECT table_schema, table_name, column_name FROM information_schema.key_column_usage
    WHERE constraint_name = 'PRIMARY' AND ${within(sql`table_schema`, schemas)}`,

  everyForeignKey: (schemas) => foreignKeys(within(sql`table_schema`, schemas)),

  everyColumn: (schemas) => sql`
    SELECT table_schema, table_name, column_name, column_type, column_comment FROM information_schema.columns
    WHERE ${within(sql`table_schema`, schemas)} 
    ORDER BY CAST(table_schema AS BINARY), CAST(table_name AS BINARY), ordinal_position`,

  uniqueKeys: (schema, table) => sql`
    SELECT index_name, column_name FROM information_schema.statistics
    WHERE table_schema = ${schema} AND table_name = ${table} AND non_unique = 0 ORDER BY index_name, seq_in_index`,

  // Of all tables, as the server writes them down; it answers no shorter question.
  privileges: () => sql`SHOW GRANTS`,
  readPrivileges: (rows) => readGrants(rows.map(([text]) => String(text))),

  referentialActions: (schema, table, constraint) => sql`
    SELECT delete_rule, update_rule FROM information_schema.referential_constraints
    WHERE constraint_schema = ${schema} AND table_name = ${table} AND constraint_name = ${constraint}`,
};
