import { type Sql, sql } from '../../sql/sql.ts';
import type { Family } from './tokenize.ts';
import type { ValueType } from './value-type.ts';
import * as values from './value-type.ts';

/** A type that a value can be turned into, as a family writes it. */
export interface CastType {
  readonly name: Sql;
  /** As it was asked for. */
  readonly text: string;
  readonly type: ValueType;
}

interface Castable {
  readonly mysql?: string;
  readonly postgresql?: string;
  readonly type: ValueType;
  /** How many numbers in parentheses it may have. */
  readonly numbers?: number;
}

const signed: Castable = { mysql: 'SIGNED', postgresql: 'BIGINT', type: values.integer64 };
const unsigned: Castable = { mysql: 'UNSIGNED', postgresql: 'BIGINT', type: values.integer64 };
const integer: Castable = { mysql: 'SIGNED', postgresql: 'INTEGER', type: values.integer64 };
const decimal: Castable = { mysql: 'DECIMAL', postgresql: 'NUMERIC', type: values.decimal, numbers: 2 };
const characters: Castable = { mysql: 'CHAR', postgresql: 'VARCHAR', type: values.text, numbers: 1 };
const double: Castable = { mysql: 'DOUBLE', postgresql: 'DOUBLE PRECISION', type: values.double };
const moment: Castable = { mysql: 'DATETIME', postgresql: 'TIMESTAMP', type: values.datetime, numbers: 1 };

const castables: Readonly<Record<string, Castable>> = {
  SIGNED: signed,
  'SIGNED INTEGER': signed,
  UNSIGNED: unsigned,
  'UNSIGNED INTEGER': unsigned,
  BIGINT: signed,
  INT: integer,
  INTEGER: integer,
  SMALLINT: { ...integer, postgresql: 'SMALLINT' },
  DECIMAL: decimal,
  NUMERIC: decimal,
  CHAR: characters,
  VARCHAR: characters,
  'CHARACTER VARYING': characters,
  TEXT: { mysql: 'CHAR', postgresql: 'TEXT', type: values.text },
  DOUBLE: double,
  'DOUBLE PRECISION': double,
  FLOAT: double,
  REAL: { mysql: 'DOUBLE', postgresql: 'REAL', type: values.float },
  DATE: { mysql: 'DATE', postgresql: 'DATE', type: values.date },
  DATETIME: moment,
  TIMESTAMP: moment,
  TIME: { mysql: 'TIME', postgresql: 'TIME', type: values.time, numbers: 1 },
  BINARY: { mysql: 'BINARY', type: values.bytes, numbers: 1 },
  BOOLEAN: { postgresql: 'BOOLEAN', type: values.boolean },
  BOOL: { postgresql: 'BOOLEAN', type: values.boolean },
  UUID: { postgresql: 'UUID', type: { storage: { kind: 'uuid' }, databaseType: 'uuid' } },
  JSON: { postgresql: 'JSONB', type: values.json },
  JSONB: { postgresql: 'JSONB', type: values.json },
};

/** The type of this name, in upper case and with single blanks; undefined where the family has none such. */
export function castType(name: string, numbers: readonly number[], family: Family): CastType | undefined {
  const castable = Object.hasOwn(castables, name) ? castables[name] : undefined;
  const written = castable?.[family];
  if (castable === undefined || written === undefined || numbers.length > (castable.numbers ?? 0)) return undefined;
  // A real number is a double where MySQL is asked for one, and CHAR of no length is any text in PostgreSQL.
  const type = family === 'mysql' && castable.type === values.float ? values.double : castable.type;
  const isAnyText = written === 'VARCHAR' && numbers.length === 0;
  const word = sql.word(isAnyText ? 'TEXT' : written);
  const precise = type === values.datetime && family === 'mysql' ? `datetime(${numbers[0] ?? 0})` : type.databaseType;
  return {
    text: numbers.length === 0 ? name : `${name}(${numbers.join(', ')})`,
    name: numbers.length === 0 ? word : sql`${word}(${sql.join(numbers.map(sql.integer))})`,
    type: family === 'postgresql' && castable === integer ? values.integer32 : { ...type, databaseType: precise },
  };
}

/** Whether some type's name begins with this word. */
export function beginsCastType(word: string): boolean {
  return Object.keys(castables).some((name) => name === word || name.startsWith(`${word} `));
}
