import { createHash } from 'node:crypto';
import { type Sql, sql } from '../../sql/sql.ts';
import type { ColumnDefault, ColumnType, CoreType, Ddl, IndexPart, IndexSpec, TableSpec } from '../ddl.ts';
import { postgresSyntax } from './syntax.ts';

const native = new RegExp(
  '^(?:' +
    'smallint|integer|int|bigint|int[248]|(?:small|big)?serial|real|double precision|float[48]|float(?:\\(\\d+\\))?|money' +
    '|(?:numeric|decimal)(?:\\(\\d+(?:,\\d+)?\\))?' +
    '|(?:char|character|varchar|character varying|bit|bit varying|varbit)(?:\\(\\d+\\))?|text' +
    '|date|interval|(?:time|timestamp)(?:\\(\\d\\))?(?: with(?:out)? time zone)?|timestamptz|timetz' +
    '|bool(?:ean)?|uuid|jsonb?|bytea|inet|cidr|macaddr8?|xml' +
    ')$',
);

const core: Readonly<Record<Exclude<CoreType['name'], 'datetime' | 'char' | 'varchar' | 'decimal' | 'enum'>, Sql>> = {
  int8: sql`smallint`,
  int16: sql`smallint`,
  int32: sql`integer`,
  int64: sql`bigint`,
  float32: sql`real`,
  float64: sql`double precision`,
  bool: sql`boolean`,
  uuid: sql`uuid`,
  bytes: sql`bytea`,
  json: sql`jsonb`,
  date: sql`date`,
};

/** Bytes of a name; what is longer the server cuts. */
const longestName = 63;

/** How PostgreSQL defines things: enums, indexes and comments each have statements of their own. */
export const postgresDdl: Ddl = {
  longestName,
  isTransactional: true,
  nativeType,
  createSchema: (schema) => sql`CREATE SCHEMA ${sql.id(schema)}`,
  dropSchema: (schema) => sql`DROP SCHEMA ${sql.id(schema)} CASCADE`,
  createTable,
  dropTable: (schema, table) => sql`DROP TABLE ${sql.id(schema, table)}`,
  dropUnusedEnum: (schema, name) => unless(sql`DROP TYPE ${sql.id(schema, name)}`, sql`dependent_objects_still_exist`),
};

function nativeType(text: string): Sql | undefined {
  const words = text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?\( ?/g, '(')
    .replace(/ ?, ?/g, ',')
    .replace(/ \)/g, ')');
  return native.test(words) ? sql.words(words) : undefined;
}

function createTable(spec: TableSpec): readonly Sql[] {
  const { schema, table, comment, columns, primaryKey, foreignKeys } = spec;
  const place = sql.id(schema, table);
  const lines = [
    ...columns.map(
      ({ name, type, default: value }) => sql`${sql.id(name)} ${columnType(type, schema)}${columnDefault(value)}`,
    ),
    sql`PRIMARY KEY (${names(primaryKey)})`,
    ...foreignKeys.map(({ attributes, parent, parentAttributes, onUpdate }) => {
      const references = sql`${sql.id(parent.schema, parent.table)} (${names(parentAttributes)})`;
      const update = onUpdate === 'cascade' ? sql`CASCADE` : sql`RESTRICT`;
      return sql`FOREIGN KEY (${names(attributes)}) REFERENCES ${references} ON UPDATE ${update} ON DELETE RESTRICT`;
    }),
  ];
  return [
    ...createEnums(spec),
    sql`CREATE TABLE IF NOT EXISTS ${place} (\n${sql.join(lines, ',\n')}\n)`,
    ...createIndexes(spec),
    sql`COMMENT ON TABLE ${place} IS ${sql.literal(comment)}`,
    ...columns
      .filter((column) => column.comment !== '')
      .map(({ name, comment: text }) => sql`COMMENT ON COLUMN ${sql.id(schema, table, name)} IS ${sql.literal(text)}`),
  ];
}

function columnType(type: ColumnType, schema: string): Sql {
  if (type.kind === 'enum') return sql.id(type.schema, type.name);
  if (type.kind === 'core') return coreType(type.core, schema);
  const found = nativeType(type.text);
  if (found === undefined) throw new RangeError(`Not a type of PostgreSQL: ${JSON.stringify(type)}.`);
  return found;
}

function coreType(type: CoreType, schema: string): Sql {
  switch (type.name) {
    case 'datetime':
      return type.precision === undefined ? sql`timestamp` : sql`timestamp(${sql.integer(type.precision)})`;
    case 'char':
      return sql`char(${sql.integer(type.length)})`;
    case 'varchar':
      return sql`varchar(${sql.integer(type.length)})`;
    case 'decimal':
      return sql`numeric(${sql.integer(type.precision)},${sql.integer(type.scale)})`;
    case 'enum':
      return sql.id(schema, enumName(type.values));
    default:
      return core[type.name];
  }
}

/** DataJoint names an enum by its values, so that all columns of a schema with the same values share one. */
function enumName(values: readonly string[]): string {
  return `enum_${createHash('md5')
    .update([...values].sort().join('_'))
    .digest('hex')
    .slice(0, 8)}`;
}

/** The types may be there already, or be made by another at the same time. */
function createEnums({ schema, columns }: TableSpec): readonly Sql[] {
  const enums = new Map<string, readonly string[]>();
  for (const { type } of columns) {
    if (type.kind === 'core' && type.core.name === 'enum') enums.set(enumName(type.core.values), type.core.values);
  }
  return Array.from(enums, ([name, values]) => {
    const create = sql`CREATE TYPE ${sql.id(schema, name)} AS ENUM (${sql.join(values.map(sql.literal))})`;
    return unless(create, sql`duplicate_object OR unique_violation`);
  });
}

/** A statement that does nothing where it would fail for this reason. */
function unless(statement: Sql, reason: Sql): Sql {
  const block = sql`BEGIN ${statement}; EXCEPTION WHEN ${reason} THEN NULL; END`;
  return sql`DO ${sql.literal(block.toStatement(postgresSyntax).text)}`;
}

function columnDefault(value: ColumnDefault): Sql {
  switch (value.kind) {
    case 'required':
      return sql` NOT NULL`;
    case 'nullable':
      return sql.empty;
    case 'null':
      return sql` DEFAULT NULL`;
    case 'literal':
      return sql` NOT NULL DEFAULT ${sql.literal(value.text)}`;
    case 'now': {
      const precision = value.precision === undefined ? sql.empty : sql`(${sql.integer(value.precision)})`;
      return sql` NOT NULL DEFAULT CURRENT_TIMESTAMP${precision}`;
    }
  }
}

/**
 * The declared indexes, and one for each foreign key that no index begins with: PostgreSQL makes none, and deleting a
 * parent looks its children up. Longest keys first, so that one index serves all that it begins with.
 */
function createIndexes({ schema, table, primaryKey, foreignKeys, indexes }: TableSpec): readonly Sql[] {
  const all: IndexSpec[] = [...indexes];
  const beginnings = [
    primaryKey,
    ...indexes.map(({ parts }) => parts.map((part) => ('name' in part ? part.name : ''))),
  ];
  for (const { attributes } of foreignKeys.toSorted((a, b) => b.attributes.length - a.attributes.length)) {
    if (beginnings.some((beginning) => attributes.every((name, place) => beginning[place] === name))) continue;
    beginnings.push(attributes);
    all.push({ isUnique: false, parts: attributes.map((name) => ({ kind: 'attribute', name })) });
  }
  const taken = new Set<string>();
  return all.map(({ isUnique, parts }) => {
    const label = parts.map((part) => ('name' in part ? part.name : 'expression')).join('_');
    const name = indexName(table, label, taken);
    const unique = isUnique ? sql`UNIQUE ` : sql.empty;
    return sql`CREATE ${unique}INDEX ${sql.id(name)} ON ${sql.id(schema, table)} (${sql.join(parts.map(indexPart))})`;
  });
}

/** As DataJoint names an index, made its own where the server would cut the name or the table has it. */
function indexName(table: string, label: string, taken: Set<string>): string {
  let name = `idx_${table}_${label.slice(0, 30)}`;
  if (name.length > longestName || taken.has(name)) {
    const hash = createHash('md5').update(`${table} ${label} ${taken.size}`).digest('hex').slice(0, 8);
    name = `${name.slice(0, longestName - 9)}_${hash}`;
  }
  taken.add(name);
  return name;
}

function indexPart(part: IndexPart): Sql {
  if (part.kind === 'attribute') return sql.id(part.name);
  if (part.kind === 'expression') return sql`(${part.sql})`;
  const steps = part.path.map((step) => sql.literal(String(step)));
  const value = sql`jsonb_extract_path_text(${sql.join([sql.id(part.name), ...steps])})`;
  return part.type === undefined ? sql`(${value})` : sql`((${value})::${sql.words(castType(part.type))})`;
}

function castType(type: string): string {
  const words = type.toLowerCase().replace(/\s*([(),])\s*/g, '$1');
  if (words === 'signed' || words === 'unsigned') return 'integer';
  return words === 'double' ? 'double precision' : words;
}

const names = (attributes: readonly string[]): Sql => sql.join(attributes.map((name) => sql.id(name)));
