import { type Attribute, type ColumnarColumn, type ColumnarType, columnar } from '@pharus/datajoint';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  DurationMicrosecond,
  Field,
  FixedSizeBinary,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  TimestampMicrosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { ArrayColumns } from './encoder.ts';

/** An attribute as a column of a file: its Arrow field, and how its cells are read. */
export interface FileColumn extends ColumnarColumn {
  readonly field: Field;
}

/** The columns of a file with these attributes. */
export function fileColumns(attributes: readonly Attribute[], arrays: ArrayColumns = new Map()): readonly FileColumn[] {
  return attributes.map((attribute) => {
    const column = arrays.get(attribute.name) ?? columnar(attribute);
    const isNullable = attribute.nullable || mayLackValues.has(column.type.kind);
    const field = new Field(attribute.name, arrowType(column.type), isNullable, extension(column.type));
    return { ...column, field };
  });
}

export function arrowSchema(columns: readonly FileColumn[]): Schema {
  return new Schema(columns.map(({ field }) => field));
}

/** Kinds whose columns lack a value for something the database may hold, and say null. */
const mayLackValues: ReadonlySet<ColumnarType['kind']> = new Set(['date', 'timestamp', 'duration', 'decimal', 'uuid']);

function arrowType(type: ColumnarType): DataType {
  switch (type.kind) {
    case 'integer':
      return integerType(type.bits, type.isSigned);
    case 'bool':
      return new Bool();
    case 'float32':
      return new Float32();
    case 'float64':
      return new Float64();
    case 'text':
    case 'json':
      return new Utf8();
    case 'binary':
      return new Binary();
    case 'uuid':
      return new FixedSizeBinary(16);
    case 'date':
      return new DateDay();
    case 'timestamp':
      return new TimestampMicrosecond(type.isUtc ? 'UTC' : null);
    case 'duration':
      return new DurationMicrosecond();
    case 'decimal':
      return new Decimal(type.scale, type.precision, type.precision <= 38 ? 128 : 256);
    case 'enum':
      return new Dictionary(new Utf8(), new Int32());
    case 'list':
      return listOf(arrowType(type.element));
    case 'tensor':
      return new Struct([
        new Field('data', listOf(arrowType(type.element)), false),
        new Field('shape', listOf(new Int32()), false),
      ]);
  }
}

function listOf(element: DataType): List {
  return new List(new Field('item', element, false));
}

function integerType(bits: 8 | 16 | 32 | 64, isSigned: boolean): DataType {
  switch (bits) {
    case 8:
      return isSigned ? new Int8() : new Uint8();
    case 16:
      return isSigned ? new Int16() : new Uint16();
    case 32:
      return isSigned ? new Int32() : new Uint32();
    case 64:
      return isSigned ? new Int64() : new Uint64();
  }
}

/** Arrow's canonical extension types. @see https://arrow.apache.org/docs/format/CanonicalExtensions.html */
function extension({ kind }: ColumnarType): Map<string, string> | null {
  if (kind !== 'uuid' && kind !== 'json') return null;
  return new Map([
    ['ARROW:extension:name', `arrow.${kind}`],
    ['ARROW:extension:metadata', ''],
  ]);
}
