import { type Sql, sql } from '../../sql/sql.ts';
import type { CatalogQueries, Privilege } from '../catalog.ts';

const values = (items: readonly string[]): Sql => sql.join(items.map((item) => sql`${item}`));

/** Tables, partitioned ones, views, materialized ones, foreign tables. */
const tableKinds = sql`'r', 'p', 'v', 'm', 'f'`;

/** Tables, whole ones, and views; a row for each is seen only by those with some privilege on it, as in `information_schema`. */
const relations = sql`
  pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND c.relkind IN (${tableKinds})
    AND NOT c.relispartition`;

const isVisible = (oid: Sql): Sql => sql`
  (has_table_privilege(${oid}, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
   OR has_any_column_privilege(${oid}, 'SELECT, INSERT, UPDATE, REFERENCES'))`;

/** The type of an attribute `a`: of a domain the type it narrows, of an enum its name without the schema. */
const typeOfAttribute = sql`
  JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
  JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END`;

const typeName = sql`
  CASE WHEN t.typtype = 'e' THEN t.typname
       ELSE format_type(t.oid, CASE WHEN d.typtype = 'd' THEN d.typtypmod ELSE a.atttypmod END) END`;

/** The comment `e` on a table `c`, or on a column of it: joined, because the function for it costs more than all the rest. */
const comment = (column: Sql): Sql => sql`
  LEFT JOIN pg_catalog.pg_description e ON e.objoid = c.oid AND e.objsubid = ${column}
    AND e.classoid = CAST('pg_catalog.pg_class' AS regclass)`;

/** Constraint names are unique per table only, so keys are told apart by table and name. */
const foreignKeys = (where: Sql): Sql => sql`
  SELECT k.conname, cn.nspname, c.relname, ca.attname, pn.nspname, p.relname, pa.attname
  FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
    JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
    JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(child, parent, position)
    JOIN pg_catalog.pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = u.child
    JOIN pg_catalog.pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.parent
  WHERE k.contype = 'f' AND k.conparentid = 0 AND ${where}
    AND left(c.relname, 1) <> '~' AND left(p.relname, 1) <> '~' AND ${isVisible(sql`c.oid`)}
  ORDER BY cn.nspname, c.relname, k.conname, u.position`;

/** Whether all columns are seen, whatever may be done with single ones. */
const isWholeVisible = sql`
  has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`;

/** The types that a server has from the beginning; types made later have larger numbers. */
const firstOwnType = sql`16384`;

/**
 * A text that changes whenever a table's columns do: which versions of the catalog's rows there are. A row that is changed
 * gets another place (`ctid`), which no other version of the same transaction (`xmin`) can get as long as that is under
 * way, and none of a later one with the same number. What follows from rows of others, expressions and the names of types
 * that were made, is written out.
 */
const declarationOf = sql`
  concat_ws(' ', c.oid, c.xmin, c.ctid, c.relkind,
    ARRAY(SELECT ROW(a.xmin, a.ctid) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum),
    ARRAY(SELECT ROW(a.attnum, t.typtype, ${typeName}) FROM pg_catalog.pg_attribute a ${typeOfAttribute}
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid >= ${firstOwnType} ORDER BY a.attnum),
    ARRAY(SELECT ROW(k.xmin, k.ctid) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p'),
    ARRAY(SELECT ROW(v.xmin, v.ctid, pg_get_expr(v.adbin, v.adrelid)) FROM pg_catalog.pg_attrdef v
          WHERE v.adrelid = c.oid ORDER BY v.adnum),
    ARRAY(SELECT ROW(e.xmin, e.ctid) FROM pg_catalog.pg_description e
          WHERE e.objoid = c.oid AND e.classoid = CAST('pg_catalog.pg_class' AS regclass) ORDER BY e.objsubid))`;

const within = (schemas: readonly string[] | undefined): Sql =>
  schemas === undefined
    ? sql`left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'`
    : sql`n.nspname IN (${values(schemas)})`;

/** The catalog of PostgreSQL, read from its own tables: `information_schema` knows no comments and mixes up keys. */
export const postgresCatalog: CatalogQueries = {
  // Every database has a schema "public", which every user may use: it counts where it holds something.
  schemas: () => sql`
    SELECT n.nspname FROM pg_catalog.pg_namespace n
    WHERE left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE')
      AND (n.nspname <> 'public' OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c
           WHERE c.relnamespace = n.oid AND c.relkind IN (${tableKinds}) AND ${isVisible(sql`c.oid`)}))`,

  schemaNamed: (schema) => sql`
    SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = ${schema} AND has_schema_privilege(oid, 'USAGE')`,

  tables: (schema) => sql`
    SELECT c.relname FROM ${relations}
    WHERE n.nspname = ${schema} AND ${isVisible(sql`c.oid`)} ORDER BY c.relname COLLATE "C"`,

  tablesNamed: (schema, names) => sql`
    SELECT c.relname, e.description, CASE WHEN c.relkind IN ('v', 'm') THEN 1 ELSE 0 END
    FROM ${relations} ${comment(sql`0`)}
    WHERE n.nspname = ${schema} AND c.relname IN (${values(names)}) AND ${isVisible(sql`c.oid`)}`,

  columns: (schema, table) => sql`
    SELECT a.attname,
           ${typeName},
           NULL,
           CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END,
           CASE WHEN a.attnum = ANY (k.conkey) THEN 'PRI' ELSE '' END,
           CASE WHEN a.attgenerated = '' THEN pg_get_expr(v.adbin, v.adrelid) END,
           CASE WHEN a.attidentity <> '' THEN 'auto_increment' WHEN t.typtype = 'e' THEN 'enum' ELSE '' END,
           '',
           coalesce(e.description, '')
    FROM ${relations}
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      ${typeOfAttribute}
      ${comment(sql`a.attnum`)}
      LEFT JOIN pg_catalog.pg_attrdef v ON v.adrelid = c.oid AND v.adnum = a.attnum
      LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE n.nspname = ${schema} AND c.relname = ${table}
      AND (has_column_privilege(c.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES')
           OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER'))
    ORDER BY a.attnum`,

  declaration: (schema, table) => sql`
    SELECT ${isWholeVisible}, ${declarationOf}
    FROM ${relations} WHERE n.nspname = ${schema} AND c.relname = ${table}`,

  readDeclaration: ([row]) => (row?.[0] === 't' && typeof row[1] === 'string' ? row[1] : undefined),

  // Those of some rows only are left out: what is unique among them need not be in the table.
  indexes: (schema, table) => sql`
    SELECT c.relname, CASE WHEN i.indisunique THEN 0 ELSE 1 END, ic.relname, u.position, a.attname
    FROM ${relations}
      JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND NOT i.indisprimary AND i.indisvalid AND i.indpred IS NULL
      JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
      CROSS JOIN LATERAL unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS u(attribute, position)
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attribute
    WHERE n.nspname = ${schema} AND c.relname = ${table} AND u.position <= i.indnkeyatts AND ${isVisible(sql`c.oid`)}
    ORDER BY ic.relname COLLATE "C", u.position`,

  enums: (schema, table) => sql`
    SELECT a.attname, tn.nspname, t.typname
    FROM ${relations}
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'e'
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
    WHERE n.nspname = ${schema} AND c.relname = ${table}`,

  foreignKeysOf: (schema, table) => foreignKeys(sql`cn.nspname = ${schema} AND c.relname = ${table}`),

  foreignKeysInto: (schemas) => foreignKeys(sql`pn.nspname IN (${values(schemas)})`),

  everyTable: (schemas) => sql`
    SELECT n.nspname, c.relname, coalesce(e.description, ''), CAST(c.reltuples AS bigint)
    FROM ${relations} ${comment(sql`0`)} WHERE ${within(schemas)} AND ${isVisible(sql`c.oid`)}
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,

  everyPrimaryKey: (schemas) => sql`
    SELECT n.nspname, c.relname, a.attname
    FROM ${relations}
      JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
    WHERE ${within(schemas)} AND ${isVisible(sql`c.oid`)}`,

  everyForeignKey: (schemas) =>
    foreignKeys(schemas === undefined ? sql`true` : sql`cn.nspname IN (${values(schemas)})`),

  everyColumn: (schemas) => sql`
    SELECT n.nspname, c.relname, a.attname, ${typeName}, coalesce(e.description, '')
    FROM ${relations}
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      ${typeOfAttribute}
      ${comment(sql`a.attnum`)}
    WHERE ${within(schemas)} AND ${isVisible(sql`c.oid`)}
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum`,

  uniqueKeys: (schema, table) => sql`
    SELECT i.relname, a.attname
    FROM ${relations}
      JOIN pg_catalog.pg_index x ON x.indrelid = c.oid AND x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL
      JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (x.indkey)
    WHERE n.nspname = ${schema} AND c.relname = ${table} ORDER BY i.relname, a.attnum`,

  privileges: (schema, table) => sql`
    SELECT n.nspname, c.relname, concat_ws(',', ${sql.join(
      (['select', 'insert', 'update', 'delete'] as const).map(
        (privilege) => sql`CASE WHEN has_table_privilege(c.oid, ${privilege}) THEN ${privilege} END`,
      ),
    )})
    FROM ${relations}
    WHERE has_schema_privilege(n.oid, 'USAGE') AND ${
      schema === undefined || table === undefined
        ? within(undefined)
        : sql`n.nspname = ${schema} AND c.relname = ${table}`
    }`,
  readPrivileges(rows) {
    const found = new Map(rows.map(([schema, table, list]) => [`${schema}\0${table}`, String(list)]));
    return (schema, table) =>
      (found.get(`${schema}\0${table}`) ?? '').split(',').filter((word): word is Privilege => word !== '');
  },

  referentialActions: (schema, table, constraint) => sql`
    SELECT ${action(sql`k.confdeltype`)}, ${action(sql`k.confupdtype`)}
    FROM ${relations} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
    WHERE n.nspname = ${schema} AND c.relname = ${table} AND k.conname = ${constraint}`,
};

function action(code: Sql): Sql {
  return sql`CASE ${code} WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
                          WHEN 'a' THEN 'NO ACTION' ELSE 'RESTRICT' END`;
}
