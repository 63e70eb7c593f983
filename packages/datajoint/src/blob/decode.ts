/** Reads what follows a blob's header. Source of the format: the Python library's `blob` module and mYm. */

import type { ByteReader } from './byte-reader.ts';
import { readDateTime } from './date-time.ts';
import { readArray, readCell, readRecordArray, readSparse, readStruct } from './decode-array.ts';
import { type ReadItem, readInto, readSized, sizedBytes } from './decode-items.ts';
import { readInteger } from './integer.ts';
import { type BlobValue, Complex, Decimal, List, Tuple, Uuid } from './values.ts';

/** Levels of containers in containers. */
const maxDepth = 200;

/** About how much memory a value takes beside its bytes. */
const cost = { value: 32, object: 128, entry: 64 };

/**
 * One value of any kind.
 * @throws BlobError where the bytes are none; RangeError where they are, and say what cannot be, such as a 30th of February.
 */
export function decodeValue(reader: ByteReader, depth: number): BlobValue {
  if (depth > maxDepth) reader.fail(`Expected at most ${maxDepth} levels of nesting, got more`);
  const place = reader.position;
  const tag = reader.uint8('value');
  const item: ReadItem = () => decodeValue(reader, depth + 1);
  reader.charge(cost.value);
  switch (tag) {
    case 0xff:
      return null;
    case 0x0b:
      return reader.uint8('boolean') !== 0;
    case 0x0a:
      return readInteger(reader.take(reader.uint16('integer'), 'integer'));
    case 0x0d:
      return reader.float64('float');
    case 0x05:
      return reader.text(reader.count('length of a string'), 'string');
    case 0x04:
      return readDict(reader, item);
    case 0x02:
      return readSequence(new List(), reader, item);
    case 0x01:
      reader.charge(cost.object);
      return new Tuple(readSequence([], reader, item));
    case 0x03:
      reader.charge(cost.object);
      return new Set(readSequence([], reader, item));
    case 0x41:
      reader.charge(2 * cost.object);
      return readArray(reader, item);
    default:
      reader.charge(2 * cost.object);
      return decodeRare(tag, place, reader, item);
  }
}

function decodeRare(tag: number, place: number, reader: ByteReader, item: ReadItem): BlobValue {
  switch (tag) {
    case 0x06:
      return reader.take(reader.count('length of bytes'), 'bytes');
    case 0x0c:
      return new Complex(reader.float64('complex number'), reader.float64('complex number'));
    case 0x64:
      return new Decimal(reader.text(reader.count('length of a decimal'), 'decimal'));
    case 0x74:
      return readDateTime(reader);
    case 0x75:
      return readUuid(reader);
    case 0x43:
      return readCell(reader, item);
    case 0x53:
      return readStruct(reader, item);
    case 0x46:
      return readRecordArray(reader, item);
    case 0x50:
      return readSparse(reader);
    default:
      return reader.fail(`Expected the tag of a value, got 0x${tag.toString(16).padStart(2, '0')}`, place);
  }
}

function readSequence<T extends BlobValue[]>(items: T, reader: ByteReader, item: ReadItem): T {
  reader.charge(cost.object);
  return readInto(items, reader, reader.count('number of items'), 'items', item);
}

function readDict(reader: ByteReader, item: ReadItem): Map<BlobValue, BlobValue> {
  const count = reader.count('number of entries');
  reader.expectRoom(count, 2 * sizedBytes(reader), 'number of entries');
  reader.charge(2 * cost.object + count * cost.entry);
  const dict = new Map<BlobValue, BlobValue>();
  for (let index = 0; index < count; index += 1) dict.set(readSized(reader, item), readSized(reader, item));
  return dict;
}

function readUuid(reader: ByteReader): Uuid {
  let digits = '';
  for (const byte of reader.take(16, 'UUID')) digits += byte.toString(16).padStart(2, '0');
  return new Uuid(digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'));
}
