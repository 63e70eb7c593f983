/** Writes what follows a blob's header, byte for byte as the Python library does. */

import type { ByteWriter } from './byte-writer.ts';
import { writeDateTime } from './date-time.ts';
import { dtypeFacts, dtypeOfArray, type TypedArray } from './dtype.ts';
import { writeInteger } from './integer.ts';
import { NdArray } from './ndarray.ts';
import { inOrder } from './reorder.ts';
import {
  type BlobValue,
  Complex,
  DateTime,
  Decimal,
  MatCell,
  MatStruct,
  ObjectArray,
  RecordArray,
  SparseArray,
  Tuple,
  Uuid,
} from './values.ts';

/** What can be packed: what `unpack` gives, and the nearest plain JavaScript has to it. */
export type Packable =
  | Exclude<BlobValue, readonly BlobValue[] | ReadonlyMap<BlobValue, BlobValue> | ReadonlySet<BlobValue>>
  /** An array with one axis; but a Uint8Array is bytes. */
  | TypedArray
  /** The date and time that clocks of UTC show. */
  | Date
  | readonly Packable[]
  | ReadonlyMap<Packable, Packable>
  | ReadonlySet<Packable>
  /** A dict whose keys are strings. */
  | { readonly [key: string]: Packable };

/** A blob being written. */
export interface Packing {
  readonly writer: ByteWriter;
  /** True once something was written that MATLAB's mYm does not know. */
  isNative: boolean;
}

/** Levels of containers in containers; as many as are read. */
const maxDepth = 200;
const objectId = 5;
const encoder = new TextEncoder();

/** @throws RangeError for values nested too deep or of a kind the format cannot hold. */
export function encodeValue(value: Packable, packing: Packing, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`Expected at most ${maxDepth} levels of nesting.`);
  const { writer } = packing;
  if (typeof value === 'object' && value !== null) {
    encodeObject(value, packing, depth);
    return;
  }
  packing.isNative = true;
  if (value === null) {
    writer.uint8(0xff);
  } else if (typeof value === 'string') {
    writeText(0x05, value, writer);
  } else if (typeof value === 'bigint') {
    writer.uint8(0x0a);
    writeInteger(value, writer);
  } else if (typeof value === 'number') {
    writer.uint8(0x0d);
    writer.float64(value);
  } else if (typeof value === 'boolean') {
    writer.uint8(0x0b);
    writer.uint8(value ? 1 : 0);
  } else {
    throw new RangeError(`Expected a value that a blob can hold, got ${typeof value}.`);
  }
}

type Write = (packing: Packing, depth: number) => void;

function encodeObject(value: object, packing: Packing, depth: number): void {
  const matlab = matlabWriter(value);
  if (matlab === undefined) packing.isNative = true;
  const write = matlab ?? nativeWriter(value) ?? containerWriter(value);
  write(packing, depth);
}

/** For what MATLAB's mYm knows. */
function matlabWriter(value: object): Write | undefined {
  if (value instanceof NdArray) return (packing) => writeArray(value, packing);
  if (value instanceof MatCell) return (packing, depth) => writeCell(value, packing, depth);
  if (value instanceof MatStruct) return (packing, depth) => writeStruct(value, packing, depth);
  if (value instanceof SparseArray) return ({ writer }) => writeSparse(value, writer);
  if (!ArrayBuffer.isView(value) || value instanceof Uint8Array) return undefined;
  const data = value as TypedArray;
  return (packing) => writeArray(new NdArray({ dtype: dtypeOfArray(data), shape: [data.length], data }), packing);
}

function nativeWriter(value: object): Write | undefined {
  if (value instanceof Uint8Array) return ({ writer }) => writeBytes(0x06, value, writer);
  if (value instanceof DateTime) return ({ writer }) => writeDateTime(value, writer);
  if (value instanceof Date) return ({ writer }) => writeDateTime(utcClock(value), writer);
  if (value instanceof Decimal) return ({ writer }) => writeText(0x64, value.text, writer);
  if (value instanceof Uuid) return ({ writer }) => writeUuid(value, writer);
  if (value instanceof Complex) return ({ writer }) => writeComplex(value, writer);
  if (value instanceof ObjectArray) return (packing, depth) => writeObjects(value, packing, depth);
  if (value instanceof RecordArray) return (packing, depth) => writeRecords(value, packing, depth);
  return undefined;
}

function containerWriter(value: object): Write {
  if (Array.isArray(value)) return (packing, depth) => writeItems(0x02, value as readonly Packable[], packing, depth);
  if (value instanceof Map) return (packing, depth) => writeDict([...value], packing, depth);
  if (value instanceof Tuple) return (packing, depth) => writeItems(0x01, value.items, packing, depth);
  if (value instanceof Set) return (packing, depth) => writeItems(0x03, [...value], packing, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new RangeError(`Expected a value that a blob can hold, got a ${value.constructor.name}.`);
  }
  return (packing, depth) => writeDict(Object.entries(value), packing, depth);
}

function writeText(tag: number, text: string, writer: ByteWriter): void {
  if (!text.isWellFormed()) throw new RangeError('Expected well-formed Unicode text, got half of a surrogate pair.');
  writeBytes(tag, encoder.encode(text), writer);
}

function writeBytes(tag: number, content: Uint8Array, writer: ByteWriter): void {
  writer.uint8(tag);
  writer.count(content.length);
  writer.bytes(content);
}

function writeComplex({ real, imaginary }: Complex, writer: ByteWriter): void {
  writer.uint8(0x0c);
  writer.float64(real);
  writer.float64(imaginary);
}

function writeUuid({ text }: Uuid, writer: ByteWriter): void {
  writer.uint8(0x75);
  for (const byte of text.replaceAll('-', '').match(/../g) ?? []) writer.uint8(Number.parseInt(byte, 16));
}

/** Date and time as clocks of UTC show them; milliseconds as microseconds. */
function utcClock(instant: Date): DateTime {
  return new DateTime(instant.toISOString().replace('.000Z', '').replace('Z', '000'));
}

function writeItems(tag: number, items: readonly Packable[], packing: Packing, depth: number): void {
  packing.writer.uint8(tag);
  packing.writer.count(items.length);
  writeSized(items, packing, depth);
}

function writeDict(entries: readonly (readonly [Packable, Packable])[], packing: Packing, depth: number): void {
  packing.writer.uint8(0x04);
  packing.writer.count(entries.length);
  for (const entry of entries) writeSized(entry, packing, depth);
}

/** Values with their lengths before them. */
function writeSized(items: readonly Packable[], packing: Packing, depth: number): void {
  for (const item of items) packing.writer.sized(() => encodeValue(item, packing, depth + 1));
}

function writeArray(array: NdArray, packing: Packing): void {
  // MATLAB has neither dates of this kind nor arrays without axes.
  if (array.shape.length === 0 || array.dtype.startsWith('datetime64')) packing.isNative = true;
  writeArrayHeader(array.shape, typeIdOf(array), array.imaginaryBytes !== undefined, packing.writer);
  writeParts(array, packing.writer);
}

function typeIdOf({ dtype }: NdArray): number {
  const { typeId } = dtypeFacts(dtype);
  if (typeId === undefined) throw new RangeError(`Expected numbers, booleans or dates, got ${dtype}.`);
  return typeId;
}

function writeObjects({ shape, items }: ObjectArray, packing: Packing, depth: number): void {
  writeArrayHeader(shape, objectId, false, packing.writer);
  writeSized(items, packing, depth);
}

function writeArrayHeader(shape: readonly number[], typeId: number, isComplex: boolean, writer: ByteWriter): void {
  writer.uint8(0x41);
  writeShape(shape, writer);
  writer.uint32(typeId);
  writer.uint32(isComplex ? 1 : 0);
}

function writeParts(array: NdArray, writer: ByteWriter): void {
  const { bytes, imaginaryBytes } = inOrder(array, 'F');
  writer.bytes(bytes);
  if (imaginaryBytes !== undefined) writer.bytes(imaginaryBytes);
}

function writeCell({ shape, items }: MatCell, packing: Packing, depth: number): void {
  packing.writer.uint8(0x43);
  writeShape(shape, packing.writer);
  writeSized(items, packing, depth);
}

function writeStruct({ shape, fields, values }: MatStruct, packing: Packing, depth: number): void {
  packing.writer.uint8(0x53);
  writeShape(shape, packing.writer);
  writeFields(fields, packing.writer);
  writeSized(values, packing, depth);
}

function writeRecords({ fields, columns }: RecordArray, packing: Packing, depth: number): void {
  packing.writer.uint8(0x46);
  writeFields(fields, packing.writer);
  for (const column of columns) encodeValue(column, packing, depth + 1);
}

function writeSparse({ rows, columns, starts, rowIndices, values }: SparseArray, writer: ByteWriter): void {
  writer.uint8(0x50);
  for (const count of [rows, columns, rowIndices.length]) writer.count(count);
  writer.uint32(typeIdOf(values));
  writer.uint32(values.imaginaryBytes === undefined ? 0 : 1);
  for (const count of [...starts, ...rowIndices]) writer.count(count);
  writeParts(values, writer);
}

function writeShape(shape: readonly number[], writer: ByteWriter): void {
  writer.count(shape.length);
  for (const length of shape) writer.count(length);
}

function writeFields(fields: readonly string[], writer: ByteWriter): void {
  writer.uint32(fields.length);
  for (const name of fields) {
    writer.bytes(encoder.encode(name));
    writer.uint8(0);
  }
}
