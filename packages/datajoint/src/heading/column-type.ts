import type { ColumnTypes } from '../dialect/column-types.ts';
import type { Generation, Storage } from '../dialect/storage.ts';

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
const modern = new RegExp(
  '^(?:float32|float64|int64|int32|int16|int8|bool|bytes|date|jsonb?|datetime(?:\\s*\\(\\d+\\))?' +
    '|(?:var)?char\\s*\\(\\d+\\)|enum\\s*\\(.+\\)|decimal\\s*\\(\\d+\\s*,\\s*\\d+\\))$',
  'i',
);
const legacyExternal = /^(?:blob|attach|filepath)@[a-z][-\w]*$/;

/**
 * Reads a column's type and comment.
 *
 * A marker `:type:` at the start of the comment is the declared type and wins; otherwise the type is the database's,
 * without the display width of numbers.
 */
export function readColumnType(
  types: ColumnTypes,
  databaseType: string,
  rawComment: string,
  generation: Generation,
): ColumnType {
  const [, declared, rest] = marker.exec(rawComment) ?? [];
  if (declared === undefined) {
    return {
      type: types.printed(databaseType),
      comment: rawComment,
      storage: types.storage(databaseType, generation),
      isModern: false,
    };
  }
  return {
    type: declared,
    comment: rest ?? '',
    storage: markedStorage(declared) ?? types.storage(databaseType, generation),
    isModern: modern.test(declared),
  };
}

/** What a marker alone says; undefined where the column's own type says more. */
function markedStorage(declared: string): Storage | undefined {
  if (declared === 'uuid') return { kind: 'uuid' };
  if (declared === 'attach') return { kind: 'attach' };
  if (legacyExternal.test(declared)) return { kind: 'external' };
  if (/^jsonb?$/i.test(declared)) return { kind: 'json' };
  if (declared === 'bool') return { kind: 'bool' };
  // Not every database has integers so small.
  if (declared === 'int8') return { kind: 'integer', unsigned: false, bits: 8 };
  if (declared === 'bytes') return { kind: 'bytes' };
  if (declared === '<blob>') return { kind: 'blob' };
  if (declared === '<attach>') return { kind: 'attach' };
  return /^<.+>$/.test(declared) ? { kind: 'external' } : undefined;
}
