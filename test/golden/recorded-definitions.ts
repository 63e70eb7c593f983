import { readFileSync } from 'node:fs';
import type { ForeignKey, TableName } from '../../packages/datajoint/src/dependencies/foreign-key.ts';
import type { ColumnRow, IndexRow } from '../../packages/datajoint/src/dialect/catalog.ts';
import type { Generation } from '../../packages/datajoint/src/heading/attribute.ts';
import { shared } from '../support/shared.ts';

/** An attribute as the Python library reads it. */
export interface RecordedAttribute {
  readonly name: string;
  readonly type: string;
  /** DataJoint 2: the declared type, where the database's has another name. */
  readonly original_type?: string | null;
  readonly in_key: boolean;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly comment: string;
  readonly autoincrement: boolean;
  readonly numeric: boolean;
  readonly uuid: boolean;
  readonly json: boolean;
  readonly is_blob: boolean;
  /** The heading's dump has these too. */
  readonly is_hidden: boolean;
}

/** A table as the Python library sees it, with what the server told it. */
export interface RecordedTable {
  /** `` `lab`.`session` ``, whatever the database's own quotes are. */
  readonly fullName: string;
  readonly name: TableName;
  readonly className: string;
  readonly comment: string;
  readonly columns: readonly ColumnRow[];
  readonly indexRows: readonly IndexRow[];
  /** The definition it prints, or the error it answers; with and without classes at hand. */
  readonly text: string;
  readonly textWithClasses: string;
  /** A text is an error. */
  readonly heading: readonly RecordedAttribute[] | string;
  readonly primaryKey: readonly string[];
  readonly indexes: readonly {
    readonly columns: readonly string[];
    readonly unique: boolean;
    readonly nullable: boolean;
  }[];
}

interface RecordedDependencies {
  readonly parents: readonly ForeignKey[];
  /** Child names, one for each foreign key. */
  readonly children: readonly string[];
  readonly descendants: readonly string[];
  readonly ancestors: readonly string[];
}

export interface RecordedDefinitions {
  readonly generation: Generation;
  readonly tables: readonly RecordedTable[];
  readonly dependencies: ReadonlyMap<string, RecordedDependencies>;
  /** Parents first. */
  readonly topologicalSort: readonly string[];
  /** The foreign keys of tables declared by SQL, of which no dependencies are recorded but their part in the others'. */
  readonly foreignKeysByHand: readonly ForeignKey[];
}

interface Properties {
  readonly attr_map: Readonly<Record<string, string>>;
}
type Neighbour = readonly [string, Properties] | string;
type KeyRow = Readonly<Record<string, string | number | null>>;

interface File {
  readonly tables: readonly (Omit<RecordedTable, 'name' | 'indexes'> & {
    readonly name: string;
    readonly table?: string;
    readonly ddl: string | null;
    readonly table_status_comment?: string;
    readonly show_full_columns?: readonly Readonly<Record<string, string | null>>[];
    readonly columns_query_rows?: readonly Readonly<Record<string, string | null>>[];
    readonly show_keys?: readonly KeyRow[];
    readonly indexes_query_rows?: readonly KeyRow[];
    readonly describe_text_no_context: string;
    readonly describe_text_with_class_context: string;
    readonly indexes: RecordedTable['indexes'] | string;
    readonly primary_key: readonly string[];
  })[];
  readonly dependencies: Readonly<
    Record<
      string,
      {
        readonly parents: readonly (readonly [string, Properties])[];
        readonly children: readonly Neighbour[];
        readonly descendants: readonly string[];
        readonly ancestors: readonly string[];
      }
    >
  >;
  readonly topo_sort: readonly string[];
  readonly graph_edges?: readonly (readonly [string, string, Properties])[];
}

/** Reads `golden/describe.json` or its like for DataJoint 2. */
export function recordedDefinitions(file: string, generation: Generation): RecordedDefinitions {
  const recorded = JSON.parse(readFileSync(shared(`golden/${file}`), 'utf8')) as File;
  const dependencies = new Map(
    Object.entries(recorded.dependencies).map(([child, { parents, children, descendants, ancestors }]) => [
      unified(child),
      {
        parents: parents.map(([parent, properties], index) => foreignKey(child, parent, properties, index)),
        children: children.map((neighbour) => unified(typeof neighbour === 'string' ? neighbour : neighbour[0])),
        descendants: descendants.map(unified),
        ancestors: ancestors.map(unified),
      },
    ]),
  );
  return {
    generation,
    tables: recorded.tables.flatMap((table) => (table.table === undefined ? [] : [readTable(table, table.table)])),
    dependencies,
    topologicalSort: recorded.topo_sort.map(unified),
    foreignKeysByHand: edgesInto(recorded, (child) => !dependencies.has(child)),
  };
}

/** `` `lab`.`session` ``, or the same in double quotes, as a table's place. */
export function tableName(fullName: string): TableName {
  const [, , schema = '', table = ''] = /^([`"])(.+)\1\.\1(.+)\1$/.exec(fullName) ?? [];
  return { schema, table };
}

const unified = (fullName: string): string => fullNameOf(tableName(fullName));

export function fullNameOf({ schema, table }: TableName): string {
  return `\`${schema}\`.\`${table}\``;
}

function readTable(recorded: File['tables'][number], fullName: string): RecordedTable {
  const name = tableName(fullName);
  return {
    fullName: fullNameOf(name),
    name,
    className: recorded.name,
    comment: recorded.table_status_comment ?? commentOf(recorded.ddl ?? ''),
    columns: (recorded.show_full_columns ?? recorded.columns_query_rows ?? []).map(columnRow),
    indexRows:
      recorded.show_keys?.filter(({ Key_name }) => Key_name !== 'PRIMARY').map((row) => indexRow(name.table, row)) ??
      recorded.indexes_query_rows?.flatMap((row) =>
        'indexdef' in row ? definedIndexRows(name.table, row) : [modernIndexRow(name.table, row)],
      ) ??
      [],
    text: recorded.describe_text_no_context,
    textWithClasses: recorded.describe_text_with_class_context,
    heading: recorded.heading,
    primaryKey: recorded.primary_key,
    indexes: typeof recorded.indexes === 'string' ? [] : recorded.indexes,
  };
}

function commentOf(ddl: string): string {
  return (/ COMMENT='((?:[^']|'')*)'$/.exec(ddl)?.[1] ?? '').replaceAll("''", "'");
}

function columnRow(row: Readonly<Record<string, string | null>>): ColumnRow {
  const { Field, Type, Collation, Null, Key, Default, Extra, Privileges, Comment } = row;
  return [Field, Type, Collation, Null, Key, Default, Extra, Privileges, Comment] as unknown as ColumnRow;
}

function indexRow(table: string, row: KeyRow): IndexRow {
  const { Non_unique, Key_name, Seq_in_index, Column_name, Null } = row;
  // Between the column and its nullability: collation, cardinality, prefix length, packing.
  return [table, Non_unique, Key_name, Seq_in_index, Column_name, 'A', 0, null, null, Null] as unknown as IndexRow;
}

/** Of these the library asks elsewhere, and not for the nullability; a server would say it is there. */
function modernIndexRow(table: string, row: KeyRow): IndexRow {
  const { index_name, column_name, non_unique, seq_in_index } = row;
  return [table, non_unique, index_name, seq_in_index, column_name, 'A', 0, null, null, 'YES'] as unknown as IndexRow;
}

/** PostgreSQL tells what was declared, which the library does not read. */
function definedIndexRows(table: string, { indexname, indexdef }: KeyRow): IndexRow[] {
  const [, unique, attributes = ''] = /^CREATE (UNIQUE )?INDEX .+ USING btree \((.+)\)$/.exec(String(indexdef)) ?? [];
  if (String(indexname).endsWith('_pkey')) return [];
  const isUnique = unique !== undefined;
  return attributes
    .split(', ')
    .map((name, place) => [table, isUnique ? 0 : 1, String(indexname), place + 1, name.replaceAll('"', '')]);
}

function foreignKey(child: string, parent: string, { attr_map }: Properties, index: number): ForeignKey {
  const name = tableName(child);
  return {
    constraint: `${name.table}_ibfk_${index + 1}`,
    child: name,
    parent: tableName(parent),
    attributes: Object.entries(attr_map),
  };
}

/** Renamed foreign keys go by way of a numbered node. */
function edgesInto({ graph_edges = [] }: File, isWanted: (child: string) => boolean): readonly ForeignKey[] {
  const sources = new Map(graph_edges.map(([source, target]) => [target, source]));
  return graph_edges
    .filter(([, child]) => child.startsWith('`') && isWanted(child))
    .map(([source, child, properties], index) =>
      foreignKey(child, /^\d+$/.test(source) ? (sources.get(source) ?? '') : source, properties, index),
    );
}
