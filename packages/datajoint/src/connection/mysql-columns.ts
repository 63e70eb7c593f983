import { DataJointError } from '../errors.ts';
import type { MysqlPacket } from './mysql-link.ts';

/** The description of a column of a prepared statement's rows. */
export interface MysqlColumn {
  readonly name: string;
  readonly columnType: number;
  readonly flags: number;
  readonly decimals: number;
  /** The number of its character set, in which texts arrive as UTF-8 all the same. */
  readonly characterSet: number;
  /** What MariaDB says further: `json`. */
  readonly format?: string | undefined;
}

/** How the values of a column stand on the wire. */
export type WireForm =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double'
  | 'date'
  | 'datetime'
  | 'time'
  | 'text'
  | 'bytes';

/** Numbers of types, the same in MySQL and MariaDB, and their forms; a pair where there are unsigned ones, too. */
const forms: ReadonlyMap<number, WireForm | readonly [WireForm, WireForm]> = new Map<
  number,
  WireForm | readonly [WireForm, WireForm]
>([
  [0, 'text'],
  [1, ['int8', 'uint8']],
  [2, ['int16', 'uint16']],
  [3, ['int32', 'uint32']],
  [4, 'float'],
  [5, 'double'],
  [7, 'datetime'],
  [8, ['int64', 'uint64']],
  [9, ['int32', 'uint32']],
  [10, 'date'],
  [11, 'time'],
  [12, 'datetime'],
  [13, 'uint16'],
  [245, 'text'],
  [246, 'text'],
  // Vectors and geometries.
  [242, 'bytes'],
  [255, 'bytes'],
]);

/** Types whose values are text, or bytes where the character set is `binary`; that of NULL, which has none, too. */
const texts: ReadonlySet<number> = new Set([6, 15, 16, 247, 248, 249, 250, 251, 252, 253, 254]);
const binaryCharset = 63;
const unsignedFlag = 32;

function formOf({ columnType, flags, characterSet, format }: MysqlColumn): WireForm {
  const form = forms.get(columnType);
  if (typeof form === 'object') return form[(flags & unsignedFlag) === 0 ? 0 : 1];
  if (form !== undefined) return form;
  if (!texts.has(columnType)) {
    throw new DataJointError(`The database has a column of type number ${columnType}, which is not known.`);
  }
  return characterSet === binaryCharset && format !== 'json' ? 'bytes' : 'text';
}

/**
 * The columns of a prepared statement's rows, which a server describes anew each time it runs, in the same bytes as long as
 * they are the same.
 *
 * @see https://mariadb.com/docs/server/reference/clientserver-protocol/4-server-response-packets/result-set-packets
 */
export class MysqlColumns {
  readonly #descriptions: readonly Buffer[];
  readonly all: readonly MysqlColumn[];
  readonly forms: readonly WireForm[];

  /**
   * @param descriptions the bytes of each column's.
   * @param isExtended whether MariaDB was asked to say further what columns hold.
   */
  constructor(descriptions: readonly Buffer[], isExtended: boolean) {
    this.#descriptions = descriptions;
    this.all = descriptions.map((description) => readColumn(description, isExtended));
    this.forms = this.all.map(formOf);
  }

  get descriptions(): readonly Buffer[] {
    return this.#descriptions;
  }

  /** Whether a column is described in the same bytes. */
  isSame(index: number, { buffer, offset, end }: MysqlPacket): boolean {
    const description = this.#descriptions[index];
    if (description?.length !== end - offset) return false;
    for (let at = 0; at < description.length; at += 1) if (description[at] !== buffer[offset + at]) return false;
    return true;
  }
}

function readColumn(description: Buffer, isExtended: boolean): MysqlColumn {
  const reader = new DescriptionReader(description);
  // Catalog, schema, table by both its names.
  for (let count = 0; count < 4; count += 1) reader.bytes();
  const name = reader.bytes().toString();
  reader.bytes();
  const format = isExtended ? formatIn(reader.bytes()) : undefined;
  const at = reader.at + 1;
  return {
    name,
    characterSet: description.readUInt16LE(at),
    columnType: description.readUInt8(at + 6),
    flags: description.readUInt16LE(at + 7),
    decimals: description.readUInt8(at + 9),
    format,
  };
}

/** How MariaDB says that values are written, among what it says further: pairs of a number and a text. */
function formatIn(pairs: Buffer): string | undefined {
  const reader = new DescriptionReader(pairs);
  while (reader.at < pairs.length) {
    const kind = pairs[reader.at];
    reader.at += 1;
    const value = reader.bytes();
    if (kind === 1) return value.toString();
  }
  return undefined;
}

class DescriptionReader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The bytes that follow their length. */
  bytes(): Buffer {
    const first = this.#bytes.readUInt8(this.at);
    const isLong = first === 0xfc;
    const start = this.at + (isLong ? 3 : 1);
    this.at = start + (isLong ? this.#bytes.readUInt16LE(this.at + 1) : first);
    return this.#bytes.subarray(start, this.at);
  }
}
