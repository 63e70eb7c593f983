import { readQuotedList } from '../../sql/read-literal.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { ColumnDefault, ColumnSpec, ColumnType, CoreType, Ddl, IndexPart, TableSpec } from '../ddl.ts';

/** Types in plain words, as they are declared and as the server reports them. */
const native = new RegExp(
  '^(?:' +
    '(?:(?:tiny|small|medium|big)?int|integer)(?:\\(\\d+\\))?(?: (?:unsigned|signed|zerofill))*(?: auto_increment)?' +
    '|serial|bool(?:ean)?|json|date' +
    '|(?:decimal|numeric|dec|fixed|double(?: precision)?|float|real)(?:\\(\\d+(?:,\\d+)?\\))?(?: (?:unsigned|zerofill))*' +
    '|(?:(?:var)?char|(?:var)?binary|bit)(?:\\(\\d+\\))?' +
    '|(?:datetime|time|timestamp|year)(?:\\(\\d+\\))?' +
    '|(?:tiny|medium|long)?(?:blob|text)|uuid|inet4|inet6' +
    ')$',
);

const core: Readonly<Record<Exclude<CoreType['name'], 'datetime' | 'char' | 'varchar' | 'decimal' | 'enum'>, Sql>> = {
  int8: sql`tinyint`,
  int16: sql`smallint`,
  int32: sql`int`,
  int64: sql`bigint`,
  float32: sql`float`,
  float64: sql`double`,
  bool: sql`tinyint`,
  uuid: sql`binary(16)`,
  bytes: sql`longblob`,
  json: sql`json`,
  date: sql`date`,
};

/** How MySQL and MariaDB define things. */
export const mysqlDdl: Ddl = {
  longestName: 64,
  isTransactional: false,
  nativeType,
  createSchema: (schema) => sql`CREATE DATABASE ${sql.id(schema)}`,
  dropSchema: (schema) => sql`DROP DATABASE ${sql.id(schema)}`,
  createTable: (table) => [createTable(table)],
  dropTable: (schema, table) => sql`DROP TABLE ${sql.id(schema, table)}`,
  dropUnusedEnum() {
    throw new RangeError('Enums of MySQL belong to their columns.');
  },
};

function nativeType(text: string): Sql | undefined {
  const words = text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?\( ?/g, '(')
    .replace(/ ?, ?/g, ',')
    .replace(/ \)/g, ')');
  if (native.test(words)) return sql.words(words);
  const [, kind, list] = /^(enum|set)\s*\((.+)\)$/is.exec(text) ?? [];
  const values = list === undefined ? undefined : readQuotedList(list);
  return (
    values && sql`${kind?.toLowerCase() === 'set' ? sql`set` : sql`enum`}(${sql.join(values.map(sql.literal), ',')})`
  );
}

function createTable({ schema, table, comment, columns, primaryKey, foreignKeys, indexes }: TableSpec): Sql {
  const lines = [
    ...columns.map(column),
    sql`PRIMARY KEY (${names(primaryKey)})`,
    ...foreignKeys.map(({ attributes, parent, parentAttributes, onUpdate }) => {
      const references = sql`${sql.id(parent.schema, parent.table)} (${names(parentAttributes)})`;
      const update = onUpdate === 'cascade' ? sql`CASCADE` : sql`RESTRICT`;
      return sql`FOREIGN KEY (${names(attributes)}) REFERENCES ${references} ON UPDATE ${update} ON DELETE RESTRICT`;
    }),
    ...indexes.map(
      ({ isUnique, parts }) => sql`${isUnique ? sql`UNIQUE ` : sql.empty}INDEX (${sql.join(parts.map(indexPart))})`,
    ),
  ];
  const commented = comment === '' ? sql.empty : sql` COMMENT=${sql.literal(comment)}`;
  return sql`CREATE TABLE IF NOT EXISTS ${sql.id(schema, table)} (\n${sql.join(lines, ',\n')}\n) ENGINE=InnoDB${commented}`;
}

function column({ name, type, default: value, comment }: ColumnSpec): Sql {
  const commented = comment === '' ? sql.empty : sql` COMMENT ${sql.literal(comment)}`;
  return sql`${sql.id(name)} ${columnType(type)} ${columnDefault(value)}${commented}`;
}

function columnType(type: ColumnType): Sql {
  if (type.kind === 'core') return coreType(type.core);
  const found = type.kind === 'native' ? nativeType(type.text) : undefined;
  if (found === undefined) throw new RangeError(`Not a type of MySQL: ${JSON.stringify(type)}.`);
  return found;
}

function coreType(type: CoreType): Sql {
  switch (type.name) {
    case 'datetime':
      return type.precision === undefined ? sql`datetime` : sql`datetime(${sql.integer(type.precision)})`;
    case 'char':
      return sql`char(${sql.integer(type.length)})`;
    case 'varchar':
      return sql`varchar(${sql.integer(type.length)})`;
    case 'decimal':
      return sql`decimal(${sql.integer(type.precision)},${sql.integer(type.scale)})`;
    case 'enum':
      return sql`enum(${sql.join(type.values.map(sql.literal), ',')})`;
    default:
      return core[type.name];
  }
}

function columnDefault(value: ColumnDefault): Sql {
  switch (value.kind) {
    case 'required':
      return sql`NOT NULL`;
    case 'nullable':
    case 'null':
      // A timestamp is NOT NULL unless it is said.
      return sql`NULL DEFAULT NULL`;
    case 'literal':
      return sql`NOT NULL DEFAULT ${sql.literal(value.text)}`;
    case 'now': {
      const precision = value.precision === undefined ? sql.empty : sql`(${sql.integer(value.precision)})`;
      return sql`NOT NULL DEFAULT CURRENT_TIMESTAMP${precision}`;
    }
  }
}

function indexPart(part: IndexPart): Sql {
  if (part.kind === 'attribute') return sql.id(part.name);
  if (part.kind === 'expression') return sql`(${part.sql})`;
  const path = part.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  const returning =
    part.type === undefined ? undefined : sql` RETURNING ${sql.words(part.type.replace(/\s*([(),])\s*/g, '$1'))}`;
  return sql`(JSON_VALUE(${sql.id(part.name)}, ${sql.literal(`$${path}`)}${returning ?? sql.empty}))`;
}

const names = (attributes: readonly string[]): Sql => sql.join(attributes.map((name) => sql.id(name)));
