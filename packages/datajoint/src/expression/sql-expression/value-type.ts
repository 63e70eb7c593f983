import type { Storage } from '../../dialect/storage.ts';
import type { Family } from './tokenize.ts';

/** What an expression's values are, in the terms in which attributes are read, written and compared. */
export interface ValueType {
  readonly storage: Storage;
  /** As the database would report it, as far as reading depends on it. */
  readonly databaseType: string;
  /** Set for NULL itself, which is of every type. */
  readonly isNull?: true;
}

const type = (kind: Exclude<Storage['kind'], 'integer' | 'year'>, databaseType: string = kind): ValueType => ({
  storage: { kind },
  databaseType,
});

export const integer32: ValueType = {
  storage: { kind: 'integer', unsigned: false, bits: 32 },
  databaseType: 'integer',
};
export const integer64: ValueType = { storage: { kind: 'integer', unsigned: false, bits: 64 }, databaseType: 'bigint' };
export const decimal = type('decimal', 'numeric');
export const float = type('float', 'real');
export const double = type('double', 'double precision');
export const text = type('text');
export const date = type('date');
export const datetime = type('datetime', 'timestamp without time zone');
export const time = type('time', 'time without time zone');
export const json = type('json');
export const bytes = type('bytes');
export const boolean = type('bool', 'boolean');
export const nothing: ValueType = { ...text, isNull: true };

/** What a comparison answers: PostgreSQL has truth values, MySQL 0 and 1. */
export const truth = (family: Family): ValueType => (family === 'mysql' ? integer32 : boolean);

const integers: ReadonlySet<Storage['kind']> = new Set(['integer', 'year', 'bool']);

export const isInteger = ({ storage }: ValueType): boolean => integers.has(storage.kind);
export const isNumber = (value: ValueType): boolean =>
  isInteger(value) || ['decimal', 'float', 'double'].includes(value.storage.kind);
export const isApproximate = ({ storage }: ValueType): boolean => storage.kind === 'float' || storage.kind === 'double';
export const isBinary = ({ storage }: ValueType): boolean =>
  ['bytes', 'blob', 'uuid', 'attach', 'external', 'bit'].includes(storage.kind);
export const isMoment = ({ storage }: ValueType): boolean => storage.kind === 'date' || storage.kind === 'datetime';

/** The type of a sum, difference or product. */
export function arithmetic(values: readonly ValueType[], family: Family): ValueType {
  const known = values.filter(({ isNull }) => isNull !== true);
  if (known.every(isInteger)) return family === 'mysql' ? integer64 : widest(known);
  if (family === 'postgresql' && known.every(({ storage }) => storage.kind === 'float')) return float;
  if (known.some(isApproximate)) return double;
  // Dates and times count as their digits; other texts as numbers of any sort.
  if (known.every((value) => isNumber(value) || isMoment(value) || value.storage.kind === 'time')) return decimal;
  return double;
}

/** Integers of PostgreSQL keep to the wider of two. */
function widest(values: readonly ValueType[]): ValueType {
  const is64 = values.some(({ storage }) => 'bits' in storage && storage.bits === 64);
  return is64 ? integer64 : integer32;
}

/** The type of what may be any of several values: CASE, IF, COALESCE. */
export function common(values: readonly ValueType[], family: Family): ValueType {
  const known = values.filter(({ isNull }) => isNull !== true);
  const [first] = known;
  if (first === undefined) return nothing;
  if (known.every(({ storage }) => storage.kind === first.storage.kind)) {
    if (first.storage.kind !== 'integer') return first;
    return family === 'mysql' ? integer64 : widest(known);
  }
  if (known.every(isNumber)) return arithmetic(known, family);
  if (known.every(isMoment)) return datetime;
  return known.some(isBinary) && family === 'mysql' ? bytes : text;
}
