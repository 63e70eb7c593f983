import type { ColumnTypes } from '../column-types.ts';
import type { Storage } from '../storage.ts';

/** Short names for character types and decimals, and no precision of times. */
function printed(type: string): string {
  const decimals = /^numeric\((\d+),(\d+)\)$/.exec(type);
  if (decimals !== null)
    return decimals[2] === '0' ? `decimal(${decimals[1]})` : `decimal(${decimals[1]},${decimals[2]})`;
  return type
    .replace(/^character varying(?=\()/, 'varchar')
    .replace(/^character(?=\()/, 'char')
    .replace(/^(timestamp|time)\(\d\)/, '$1');
}

const kinds: ReadonlyMap<string, Storage> = new Map<string, Storage>([
  ['smallint', { kind: 'integer', unsigned: false, bits: 16 }],
  ['integer', { kind: 'integer', unsigned: false, bits: 32 }],
  ['bigint', { kind: 'integer', unsigned: false, bits: 64 }],
  ['boolean', { kind: 'bool' }],
  ['real', { kind: 'float' }],
  ['double precision', { kind: 'double' }],
  ['numeric', { kind: 'decimal' }],
  ['date', { kind: 'date', isUnlimited: true }],
  ['timestamp without time zone', { kind: 'datetime', isUnlimited: true }],
  ['timestamp with time zone', { kind: 'datetime', isUnlimited: true }],
  ['time without time zone', { kind: 'time' }],
  ['uuid', { kind: 'uuid' }],
  ['json', { kind: 'json' }],
  ['jsonb', { kind: 'json' }],
  ['bytea', { kind: 'bytes' }],
  ['bit', { kind: 'bit' }],
  ['bit varying', { kind: 'bit' }],
  ['point', { kind: 'geometry' }],
]);

/** Whatever is not known (enums, arrays, intervals, inet ...) is read as its text. */
function storage(type: string): Storage {
  return kinds.get(type.replace(/\(\d+(?:,\d+)?\)/, '')) ?? { kind: 'text' };
}

/** The types of PostgreSQL, as `format_type` spells them. */
export const postgresTypes: ColumnTypes = {
  storage,
  printed,
  // All texts lack U+0000.
  charset: () => 'PostgreSQL',
  /** The expression as the server prints it; those of character types in double quotes. */
  printedDefault: (type, value) => (/^char(?:acter|\()|^varchar\(/.test(type) ? `"${value}"` : value),
};
