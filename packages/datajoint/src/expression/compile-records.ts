import type { RecordColumn, RecordFormat } from '../connection/driver.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { type Attribute, isOpaque } from '../heading/attribute.ts';
import { type BlobMode, recordWriter } from '../heading/codec/blob-cell.ts';
import { blobMark, recordForm } from '../heading/codec/record-json.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { compileSelect, compileSelectOf } from './compile.ts';
import type { Relation } from './relation.ts';
import type { StoredColumn } from './stored-cells.ts';

/** A statement, and how its rows become records of the REST API. */
export interface RecordsStatement {
  readonly statement: Sql;
  /** The columns in which texts of JSON have to take the place of what refers to objects in stores. */
  readonly stored: readonly StoredColumn[];
  readonly format: RecordFormat;
}

/** A piece of a record: the same in each, or the next cell of the row, to be written. */
type Part = string | CellPart;

type CellPart = Omit<RecordColumn, 'before'>;

/** The statement that selects an expression's rows as records with some attributes. */
export function compileRecords(
  relation: Relation,
  dialect: Dialect,
  attributes: readonly Attribute[],
  blobs: BlobMode,
): RecordsStatement {
  return recordsOfTable(relation, dialect, attributes, blobs) ?? recordsOfCells(relation, dialect, attributes, blobs);
}

function recordsOfCells(
  relation: Relation,
  dialect: Dialect,
  attributes: readonly Attribute[],
  blobs: BlobMode,
): RecordsStatement {
  const { names, ...parts } = partsOf(attributes, blobs);
  return { ...parts, statement: compileSelect(relation, dialect, names) };
}

/** The attributes whose cells are read, and what makes records of those. */
function partsOf(
  attributes: readonly Attribute[],
  blobs: BlobMode,
): Omit<RecordsStatement, 'statement'> & { readonly names: readonly string[] } {
  const names: string[] = [];
  const stored: StoredColumn[] = [];
  const parts = attributes.flatMap((attribute, index): Part[] => {
    const before = index === 0 ? [] : [','];
    if (isMarked(attribute, blobs)) return [...before, blobMark];
    return [...before, cellPart(attribute, blobs, names.push(attribute.name) - 1, stored)];
  });
  return { names, stored, format: formatOf(['[', ...parts, ']']) };
}

/** What writes a cell; one that refers to an object has become the text of it before. */
function cellPart(attribute: Attribute, blobs: BlobMode, cell: number, stored: StoredColumn[]): CellPart {
  if (blobs === 'mark' || attribute.objects === undefined) {
    return { form: recordForm(attribute), write: recordWriter(attribute, blobs) };
  }
  stored.push({ attribute, cell });
  return { write: String };
}

function recordsOfTable(
  relation: Relation,
  dialect: Dialect,
  attributes: readonly Attribute[],
  blobs: BlobMode,
): RecordsStatement | undefined {
  let columns: RecordColumns | undefined;
  const statement = compileSelectOf(relation, dialect, () => {
    columns = columnsOf(relation, dialect, attributes, blobs);
    return columns.select;
  });
  return statement && columns && { ...columns, statement };
}

/** What is selected of a table, and what makes records of it. */
type RecordColumns = Omit<RecordsStatement, 'statement'> & { readonly select: Sql };

/** By the attributes of a heading, which come again with each page: the same for as long as the heading is known. */
const known = new WeakMap<readonly Attribute[], Map<string, RecordColumns>>();

function columnsOf(
  relation: Relation,
  dialect: Dialect,
  attributes: readonly Attribute[],
  blobs: BlobMode,
): RecordColumns {
  const ofThese = known.get(attributes) ?? new Map<string, RecordColumns>();
  known.set(attributes, ofThese);
  const key = `${dialect.name} ${blobs}`;
  const columns = ofThese.get(key) ?? makeColumns(relation, dialect, attributes, blobs);
  ofThese.set(key, columns);
  return columns;
}

function makeColumns(
  { heading }: Relation,
  dialect: Dialect,
  attributes: readonly Attribute[],
  blobs: BlobMode,
): RecordColumns {
  const { names, ...parts } = partsOf(attributes, blobs);
  // No column may have the name of an attribute: the order would be taken for that of the column.
  const own = namesBeside(heading.names, names.length);
  const named = names.map((name, index) => sql`${sql.id(name)} AS ${own[index] as Sql}`);
  const select = (named.length === 0 ? sql`1` : sql.join(named)).writtenOut(dialect.syntax);
  return { ...parts, select };
}

/** Blobs that are marked, not shown, are not even read. */
const isMarked = (attribute: Attribute, blobs: BlobMode): boolean => blobs === 'mark' && isOpaque(attribute);

function namesBeside(names: readonly string[], count: number): readonly Sql[] {
  let prefix = '_';
  while (names.some((name) => name.startsWith(prefix))) prefix += '_';
  return Array.from({ length: count }, (_, index) => sql.id(`${prefix}${index}`));
}

function formatOf(parts: readonly Part[]): RecordFormat {
  const columns: RecordColumn[] = [];
  let before = '';
  for (const part of parts) {
    if (typeof part === 'string') before += part;
    else {
      columns.push({ ...part, before });
      before = '';
    }
  }
  return { columns, end: before };
}
