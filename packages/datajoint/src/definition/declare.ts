import type { TableName } from '../dependencies/foreign-key.ts';
import type { ColumnSpec, ForeignKeySpec, IndexPart, IndexSpec, TableSpec } from '../dialect/ddl.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { DefinitionError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { Heading } from '../heading/heading.ts';
import { spokenName } from '../naming.ts';
import { trusted, trustedFragment } from '../sql/trusted-sql.ts';
import { didYouMean } from '../suggest.ts';
import type { Declaration, DeclaredAttribute, DeclaredForeignKey, DeclaredIndex, Place } from './declaration.ts';
import { DefinitionLine, definitionError } from './definition-line.ts';
import { parseAttribute } from './parse-attribute.ts';
import { type Codecs, resolveType } from './resolve-type.ts';

/** A table that a foreign key refers to, as it is in the database. */
export interface Parent {
  readonly name: TableName;
  readonly heading: Heading;
  /** The enums of its attributes, where they are types with names and places of their own. */
  readonly enums: ReadonlyMap<string, { readonly schema: string; readonly name: string }>;
}

export interface DeclareInput {
  readonly name: TableName;
  readonly declaration: Declaration;
  /** The parents of the declaration's foreign keys, in their order. */
  readonly parents: readonly Parent[];
  readonly dialect: Dialect;
  readonly codecs?: Codecs | undefined;
  /** Whether rows remember when and how long they were computed, in columns that nobody sees. */
  readonly jobMetadata?: boolean | undefined;
  /** Whether the definition is text of the program, whose indexes may hold expressions in SQL. */
  readonly isTrusted?: boolean | undefined;
}

/** Where an attribute comes from: what joins match attributes by in DataJoint 2. */
export interface Origin {
  readonly attribute: string;
  /** The parent's attribute, or undefined for one of the table's own primary key. */
  readonly parent: (TableName & { readonly attribute: string }) | undefined;
}

/** What has to be written for a table: the table itself and what DataJoint keeps beside it. */
export interface DeclaredTable {
  readonly spec: TableSpec;
  readonly origins: readonly Origin[];
  /** Stores outside the database whose `~external_...` tables must be there before (older generation). */
  readonly externalStores: readonly string[];
  /** Where in the definition an attribute comes from, by its name. */
  readonly places: ReadonlyMap<string, Place>;
  /** Where the foreign keys and the indexes of {@link spec} come from, in its order. */
  readonly foreignKeyPlaces: readonly Place[];
  readonly indexPlaces: readonly Place[];
}

/**
 * Turns a declaration, with the parents it refers to, into a table as the Python library of its generation declares it.
 *
 * An attribute of a foreign key has the type and the comment of its parent's; its type's marker stays behind, but for
 * uuid. Of attributes with the same name the first one counts.
 * @throws DefinitionError
 */
export function declare(input: DeclareInput): DeclaredTable {
  const { name, declaration, dialect } = input;
  const columns = new Map<string, ColumnSpec>();
  const primaryKey: string[] = [];
  const origins = new Map<string, Origin>();
  const foreignKeys: ForeignKeySpec[] = [];
  const indexes: IndexSpec[] = [];
  const externalStores = new Set<string>();
  const parents = input.parents[Symbol.iterator]();
  const places = new Map<string, Place>();
  const foreignKeyPlaces: Place[] = [];
  const indexPlaces: Place[] = [];
  const add = (column: ColumnSpec, inKey: boolean, place?: Place): void => {
    if (inKey && !primaryKey.includes(column.name)) primaryKey.push(column.name);
    if (columns.has(column.name)) return;
    columns.set(column.name, column);
    if (place !== undefined) places.set(column.name, place);
  };
  for (const item of declaration.items) {
    if (item.kind === 'attribute') {
      const { column, external } = attributeColumn(item, input);
      add(column, item.inKey, item.place);
      if (external !== undefined) {
        externalStores.add(external);
        foreignKeys.push(externalKey(item.name, name.schema, external));
        foreignKeyPlaces.push(item.place);
      }
      continue;
    }
    const parent = parents.next().value;
    if (parent === undefined) throw new RangeError('Expected a parent for every foreign key.');
    const pairs = keyPairs(item, parent);
    for (const [attribute, original] of pairs) {
      if (!columns.has(attribute.name)) {
        add(parentColumn(attribute, parent, original, item, dialect), item.inKey, item.place);
      }
      origins.set(attribute.name, { attribute: attribute.name, parent: { ...parent.name, attribute: original } });
    }
    const attributes = pairs.map(([attribute]) => attribute.name);
    foreignKeys.push({
      attributes,
      parent: parent.name,
      parentAttributes: pairs.map(([, original]) => original),
      onUpdate: 'cascade',
    });
    foreignKeyPlaces.push(item.place);
    if (item.isUnique) {
      indexes.push({ isUnique: true, parts: attributes.map((attribute) => ({ kind: 'attribute', name: attribute })) });
      indexPlaces.push(item.place);
    }
  }
  if (primaryKey.length === 0) {
    // A table of at most one row.
    for (const column of ownColumns([singleton], input)) add(column, true);
  }
  if (input.jobMetadata) for (const column of ownColumns(jobMetadata, input)) add(column, false);
  checkNames(name, [...columns.keys()], dialect);
  for (const attribute of primaryKey) {
    if (!origins.has(attribute)) origins.set(attribute, { attribute, parent: undefined });
  }
  indexes.push(...declaration.indexes.map((index) => indexSpec(index, columns, input.isTrusted ?? false)));
  indexPlaces.push(...declaration.indexes.map(({ place }) => place));
  const spec: TableSpec = {
    ...name,
    comment: declaration.comment,
    columns: [...columns.values()],
    primaryKey,
    foreignKeys,
    indexes,
  };
  return {
    spec,
    origins: [...origins.values()],
    externalStores: [...externalStores],
    places,
    foreignKeyPlaces,
    indexPlaces,
  };
}

/** Columns that DataJoint keeps for itself, in its own notation. */
const singleton = '_singleton = 1 : bool # singleton primary key';
const jobMetadata = [
  '_job_start_time = null : datetime(3) # when computation began',
  '_job_duration = null : float32 # computation duration in seconds',
  '_job_version = "" : varchar(64) # code version',
];

function ownColumns(lines: readonly string[], input: DeclareInput): readonly ColumnSpec[] {
  return lines.map((text) => attributeColumn(parseAttribute(new DefinitionLine(text, 1), '2', false), input).column);
}

/** A marker says what the database's own type does not: DataJoint's type and codecs. */
function attributeColumn(
  attribute: DeclaredAttribute,
  { declaration: { generation }, codecs = {}, dialect }: DeclareInput,
): { readonly column: ColumnSpec; readonly external: string | undefined } {
  const { name, type, default: value, comment, place } = attribute;
  const { column, external } = resolveType(attribute, generation, codecs, dialect.ddl);
  if (column.kind === 'core' && column.core.name === 'enum') {
    const { values } = column.core;
    const repeated = values.find((one, index) => values.indexOf(one) < index);
    if (repeated !== undefined) {
      throw definitionError(
        place,
        `Expected different values of the enum ${name}; got ${JSON.stringify(repeated)} twice.`,
      );
    }
    if (value.kind === 'literal' && !values.includes(value.text)) {
      const message = `The default ${JSON.stringify(value.text)} of ${name} is none of its values.`;
      throw definitionError(place, message + didYouMean(value.text, values));
    }
  }
  const marker = type.kind === 'native' ? '' : `:${type.text}:`;
  return { column: { name, type: column, default: value, comment: marker + comment }, external };
}

/** The rows of a store are told apart by the hash of what they hold. */
function externalKey(attribute: string, schema: string, store: string): ForeignKeySpec {
  return {
    attributes: [attribute],
    parent: { schema, table: `~external_${store}` },
    parentAttributes: ['hash'],
    onUpdate: 'restrict',
  };
}

/** The attributes of a foreign key and those of the parent's primary key that they name. */
function keyPairs(
  { renamed, place }: DeclaredForeignKey,
  { name, heading }: Parent,
): readonly (readonly [attribute: Attribute, original: string])[] {
  const unknown = renamed.find(([, original]) => !heading.has(original));
  if (unknown !== undefined) {
    throw definitionError(
      place,
      `${spokenName(name)} has no attribute ${JSON.stringify(unknown[1])} to be renamed.` +
        didYouMean(unknown[1], heading.names),
    );
  }
  if (heading.hasHiddenKey || heading.primaryKey.length === 0) {
    throw definitionError(place, `${spokenName(name)} has no primary key that could be referred to.`);
  }
  return heading.primaryKey.map((original) => {
    const [attribute = original] = renamed.find(([, old]) => old === original) ?? [];
    return [{ ...(heading.get(original) as Attribute), name: attribute }, original];
  });
}

function parentColumn(
  { name, databaseType, storage, comment }: Attribute,
  { enums, name: parent }: Parent,
  original: string,
  { isNullable, place }: DeclaredForeignKey,
  { ddl, types }: Dialect,
): ColumnSpec {
  const enumType = enums.get(original);
  if (enumType === undefined && ddl.nativeType(databaseType) === undefined) {
    throw definitionError(
      place,
      `Attribute ${original} of ${spokenName(parent)} has the type ${databaseType}, which no table can be declared with.`,
    );
  }
  const isMarkedUuid = storage.kind === 'uuid' && types.storage(databaseType, '2').kind !== 'uuid';
  return {
    name,
    type: enumType === undefined ? { kind: 'native', text: databaseType } : { kind: 'enum', ...enumType },
    default: { kind: isNullable ? 'nullable' : 'required' },
    comment: (isMarkedUuid ? ':uuid:' : '') + comment,
  };
}

function indexSpec(
  { isUnique, parts, place }: DeclaredIndex,
  columns: ReadonlyMap<string, ColumnSpec>,
  isTrusted: boolean,
): IndexSpec {
  return {
    isUnique,
    parts: parts.map((part): IndexPart => {
      if (part.kind === 'expression') {
        if (isTrusted) return { kind: 'expression', sql: trustedFragment(trusted(part.text)) };
        throw definitionError(place, 'An expression in an index is SQL: give the definition as trusted(text).');
      }
      if (columns.has(part.name)) return part;
      throw definitionError(
        place,
        `The index names ${JSON.stringify(part.name)}, which is no attribute of the table.` +
          didYouMean(part.name, columns.keys()),
      );
    }),
  };
}

function checkNames({ table }: TableName, attributes: readonly string[], { ddl }: Dialect): void {
  const long = [table, ...attributes].find((name) => name.length > ddl.longestName);
  if (long === undefined) return;
  throw new DefinitionError(
    `The name ${JSON.stringify(long)} has ${long.length} characters; the database takes at most ${ddl.longestName}.`,
  );
}
