import type { ByteReader } from './byte-reader.ts';
import type { BlobValue } from './values.ts';

/** Reads one value of any kind. */
export type ReadItem = () => BlobValue;

/** The memory an item takes in the array that holds it. */
const itemCost = 16;

/** A value with its length before it. */
export function readSized(reader: ByteReader, item: ReadItem): BlobValue {
  return reader.within(reader.count('length of a value'), item);
}

/** So many values, each with its length before it. */
export function readItems(reader: ByteReader, count: number, what: string, item: ReadItem): BlobValue[] {
  return readInto([], reader, count, what, item);
}

/** As {@link readItems}, at the end of an array. */
export function readInto<T extends BlobValue[]>(
  items: T,
  reader: ByteReader,
  count: number,
  what: string,
  item: ReadItem,
): T {
  reader.expectRoom(count, sizedBytes(reader), what);
  reader.charge(count * itemCost);
  for (let index = 0; index < count; index += 1) items.push(readSized(reader, item));
  return items;
}

/** The fewest bytes of a value with its length before it: those of None. */
export function sizedBytes(reader: ByteReader): number {
  return reader.dims / 8 + 1;
}
