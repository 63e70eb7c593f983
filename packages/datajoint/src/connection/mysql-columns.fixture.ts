import type { MysqlColumn } from './mysql-columns.ts';

export interface DescribedColumn extends Partial<MysqlColumn> {
  readonly table?: string;
  /** What MariaDB says further beside the format: numbers and texts. */
  readonly pairs?: readonly (readonly [number, string])[];
}

/** Bytes with their length before them. */
export function lengthCoded(content: Buffer): Buffer {
  if (content.length < 251) return Buffer.concat([Buffer.from([content.length]), content]);
  const head = Buffer.alloc(content.length < 65_536 ? 3 : 4);
  head[0] = content.length < 65_536 ? 0xfc : 0xfd;
  head.writeUIntLE(content.length, 1, head.length - 1);
  return Buffer.concat([head, content]);
}

const text = (content: string): Buffer => lengthCoded(Buffer.from(content));

/** A column as a server describes it. */
export function describedColumn(column: DescribedColumn, isExtended = false): Buffer {
  const { name = 'c', table = 't', pairs = [], format } = column;
  const further = [...pairs, ...(format === undefined ? [] : [[1, format] as const])];
  const extended = Buffer.concat(further.flatMap(([kind, value]) => [Buffer.from([kind]), text(value)]));
  const fixed = Buffer.alloc(13);
  fixed[0] = 0x0c;
  fixed.writeUInt16LE(column.characterSet ?? 63, 1);
  fixed[7] = column.columnType ?? 3;
  fixed.writeUInt16LE(column.flags ?? 0, 8);
  fixed[10] = column.decimals ?? 0;
  const names = ['def', 'schema', table, table, name, name].map(text);
  return Buffer.concat([...names, ...(isExtended ? [lengthCoded(extended)] : []), fixed]);
}
