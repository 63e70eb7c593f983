import { gzipSync } from 'node:zlib';
import { type Attribute, type ColumnarType, type ElementType, NdArray } from '@pharus/datajoint';
import { RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { arrowSchema, type FileColumn, fileColumns } from './arrow-schema.ts';
import { columnBatches } from './column-batches.ts';
import type { ArrayColumns, CellBatches } from './encoder.ts';

type SchemaElement = ParquetWriter['schema'][number];

/** What a row group holds at most: they are made in memory, and nothing else happens meanwhile. */
const most = { rows: 8_192, bytes: 4 << 20 };

/** zlib at its fastest: the compression of the format that is native to the platform. */
const compressors = { GZIP: (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 1 }) };

/** Parquet, row group by row group. The Arrow types go along, for readers that know them. */
export async function* encodeParquet(
  attributes: readonly Attribute[],
  batches: CellBatches,
  arrays?: ArrayColumns,
): AsyncGenerator<Uint8Array> {
  const columns = fileColumns(attributes, arrays);
  const bytes = new ByteWriter(1 << 16);
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(schemaElements)],
    codec: 'GZIP',
    compressors,
    statistics: false,
    kvMetadata: [{ key: 'ARROW:schema', value: schemaMessage(arrowSchema(columns)).toString('base64') }],
    createdBy: 'Pharus',
  });
  for await (const values of columnBatches(columns, batches, most)) {
    const columnData = columns.map(({ field, type }, index) => ({
      name: field.name,
      data: (values[index] ?? []).map((value) => (value instanceof NdArray ? nested(value, type) : value)),
      offsetIndex: false,
    }));
    await writer.write({ columnData, rowGroupSize: most.rows });
    yield taken(bytes);
  }
  await writer.finish();
  yield taken(bytes);
}

/** What has been written since the last time; positions in the file go on counting. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

/** A stream of a schema alone, without the eight bytes that end it. */
function schemaMessage(schema: Schema): Buffer {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  writer.finish();
  return Buffer.from(writer.toUint8Array(true).slice(0, -8));
}

/** @see https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
function schemaElements({ type, field }: FileColumn): SchemaElement[] {
  const { name } = field;
  const repetition_type = field.nullable ? 'OPTIONAL' : 'REQUIRED';
  switch (type.kind) {
    case 'list':
      return listElements(name, repetition_type, type.element);
    case 'tensor':
      return [
        { name, repetition_type, num_children: 2 },
        ...listElements('data', 'REQUIRED', type.element),
        ...listElements('shape', 'REQUIRED', { kind: 'integer', bits: 32, isSigned: true }),
      ];
    default:
      return [{ name, repetition_type, ...physicalType(type) }];
  }
}

function listElements(name: string, repetition: 'OPTIONAL' | 'REQUIRED', element: ElementType): SchemaElement[] {
  return [
    { name, repetition_type: repetition, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...physicalType(element) },
  ];
}

/** An array as the writer takes it. */
function nested(array: NdArray, { kind }: ColumnarType): unknown {
  const items = array.data as ArrayLike<number | bigint>;
  const data = array.dtype === 'bool' ? Array.from(items, Boolean) : Array.from(items);
  return kind === 'list' ? data : { data, shape: [...array.shape] };
}

/** Arrays are several elements of a schema, and none of these. */
type FlatType = Exclude<ColumnarType, { kind: 'list' | 'tensor' }>;

function physicalType(type: FlatType): Omit<SchemaElement, 'name'> {
  switch (type.kind) {
    case 'integer':
      // In the older of the two spellings: the writer gets the newer one's width wrong.
      return {
        type: type.bits === 64 ? 'INT64' : 'INT32',
        converted_type: type.isSigned ? `INT_${type.bits}` : `UINT_${type.bits}`,
      };
    case 'bool':
      return { type: 'BOOLEAN' };
    case 'float32':
      return { type: 'FLOAT' };
    case 'float64':
      return { type: 'DOUBLE' };
    // JSON too: the writer would make JSON of its texts once more, and DuckDB reads the newer type alone as bytes.
    case 'text':
    case 'json':
    case 'enum':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'binary':
      return { type: 'BYTE_ARRAY' };
    case 'uuid':
      return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } };
    case 'date':
      return { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
    case 'timestamp':
      return { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: type.isUtc, unit: 'MICROS' } };
    case 'duration':
      return { type: 'INT64' };
    case 'decimal':
      return {
        ...decimalStorage(type.precision),
        converted_type: 'DECIMAL',
        precision: type.precision,
        scale: type.scale,
        logical_type: { type: 'DECIMAL', precision: type.precision, scale: type.scale },
      };
  }
}

function decimalStorage(precision: number): Pick<SchemaElement, 'type' | 'type_length'> {
  if (precision <= 9) return { type: 'INT32' };
  if (precision <= 18) return { type: 'INT64' };
  return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: Math.ceil((precision * Math.log2(10) + 1) / 8) };
}
