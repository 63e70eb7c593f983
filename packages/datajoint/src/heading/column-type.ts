import type { Generation, Storage } from './attribute.ts';

/** What a column's type and comment say together. */
export interface ColumnType {
  /** The type as DataJoint prints it. */
  readonly type: string;
  readonly comment: string;
  readonly storage: Storage;
  /** True when the marker is one that only DataJoint 2 writes. */
  readonly isModern: boolean;
}

const marker = /^:([^:]+):(.*)/;
const integer = /^(tiny|small|medium|big|)(?:int|integer)(\s*\(.+\))?(\s+unsigned)?/i;
const float = /^(?:double|float|real)(\s*\(.+\))?(\s+unsigned)?$/i;
const modern = new RegExp(
  '^(?:float32|float64|int64|int32|int16|int8|bool|bytes|date|jsonb?|datetime(?:\\s*\\(\\d+\\))?' +
    '|(?:var)?char\\s*\\(\\d+\\)|enum\\s*\\(.+\\)|decimal\\s*\\(\\d+\\s*,\\s*\\d+\\))$',
  'i',
);
const legacyExternal = /^(?:blob|attach|filepath)@[a-z][-\w]*$/;
const widths = { tiny: 8, small: 16, medium: 24, '': 32, big: 64 } as const;

/**
 * Reads a MySQL column's type and comment.
 *
 * A marker `:type:` at the start of the comment is the declared type and wins; otherwise the type is the database's,
 * without the display width of numbers.
 */
export function readColumnType(
  databaseType: string,
  collation: string | null,
  rawComment: string,
  generation: Generation,
): ColumnType {
  const [, declared, rest] = marker.exec(rawComment) ?? [];
  if (declared === undefined) {
    return {
      type: withoutWidth(databaseType),
      comment: rawComment,
      storage: storageOf(databaseType, collation, generation),
      isModern: false,
    };
  }
  return {
    type: declared,
    comment: rest ?? '',
    storage: markedStorage(declared, databaseType, collation, generation),
    isModern: modern.test(declared),
  };
}

/** Integer and floating-point types lose their first group of pure digits in parentheses. */
function withoutWidth(type: string): string {
  return integer.test(type) || float.test(type) ? type.replace(/\(\d+\)/, '') : type;
}

function markedStorage(
  declared: string,
  databaseType: string,
  collation: string | null,
  generation: Generation,
): Storage {
  if (declared === 'uuid') return { kind: 'uuid' };
  if (declared === 'attach') return { kind: 'attach' };
  if (legacyExternal.test(declared)) return { kind: 'external' };
  if (/^jsonb?$/i.test(declared)) return { kind: 'json' };
  if (declared === 'bool') return { kind: 'bool' };
  if (declared === 'bytes') return { kind: 'bytes' };
  if (declared === '<blob>') return { kind: 'blob' };
  if (declared === '<attach>') return { kind: 'attach' };
  if (/^<.+>$/.test(declared)) return { kind: 'external' };
  return storageOf(databaseType, collation, generation);
}

function storageOf(databaseType: string, collation: string | null, generation: Generation): Storage {
  const type = databaseType.toLowerCase();
  const [, size, , unsigned] = integer.exec(type) ?? [];
  if (size !== undefined) {
    return { kind: 'integer', unsigned: unsigned !== undefined, bits: widths[size as keyof typeof widths] };
  }
  const word = /^[a-z]+/.exec(type)?.[0] ?? '';
  switch (word) {
    case 'float':
      return { kind: 'float' };
    case 'double':
    case 'real':
      return { kind: 'double' };
    case 'decimal':
    case 'numeric':
      return { kind: 'decimal' };
    case 'year':
      return { kind: 'year', unsigned: true, bits: 16 };
    case 'date':
    case 'time':
      return { kind: word };
    case 'datetime':
    case 'timestamp':
      return { kind: 'datetime' };
    case 'json':
      return { kind: 'json' };
    case 'longtext':
      // MariaDB's JSON is an alias of LONGTEXT with just this collation.
      return { kind: collation === 'utf8mb4_bin' ? 'json' : 'text' };
    case 'bit':
      return { kind: 'bit' };
    case 'binary':
    case 'varbinary':
      return { kind: 'bytes' };
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { kind: generation === 'legacy' ? 'blob' : 'bytes' };
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'enum':
    case 'set':
    case 'inet':
      return { kind: 'text' };
    case 'uuid':
      // MariaDB's own UUID type, read as text.
      return { kind: 'text' };
    default:
      return { kind: 'geometry' };
  }
}

const quotedInLegacy = /^(?:(?:var)?char\s*\(.+\)|enum\s*\(.+\)|(?:date|datetime|time|timestamp|year)(?:\s*\(.+\))?)$/i;
const quotedInModern = /^(?:(?:var)?char\s*\(.+\)|enum\s*\(.+\)|(?:time|timestamp|year)(?:\s*\(.+\))?)$/i;

/**
 * A column's default as DataJoint prints it: `null` for whatever may be NULL, texts and times in double quotes
 * without escaping (dates and datetimes bare in DataJoint 2), the rest bare; null where there is none.
 */
export function printedDefault(
  column: { readonly type: string; readonly nullable: boolean; readonly rawDefault: string | null },
  generation: Generation,
): string | null {
  if (column.nullable) return 'null';
  if (column.rawDefault === null || column.rawDefault === 'CURRENT_TIMESTAMP') return column.rawDefault;
  const quoted = generation === 'legacy' ? quotedInLegacy : quotedInModern;
  return quoted.test(column.type) ? `"${column.rawDefault}"` : column.rawDefault;
}
