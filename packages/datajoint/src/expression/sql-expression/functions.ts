import { type Sql, sql } from '../../sql/sql.ts';
import type { SqlExpression, Unit } from './sql-expression.ts';
import type { Family } from './tokenize.ts';
import type { ValueType } from './value-type.ts';
import * as values from './value-type.ts';

/** An argument, written, with its type. */
interface Written {
  readonly sql: Sql;
  readonly type: ValueType;
}

/** What of a call is no argument. */
interface CallParts {
  readonly distinct: boolean;
  /** ` ORDER BY ...`, or empty. */
  readonly order: Sql;
  readonly separator: string | undefined;
  readonly unit: Unit | undefined;
}

/** A function that expressions may call, as one family knows it. */
export interface SqlFunction {
  readonly args: readonly [least: number, most: number];
  readonly type: (args: readonly ValueType[]) => ValueType;
  /** How it is written; by its own name where absent. */
  readonly write?: (args: readonly Written[], parts: CallParts) => Sql;
  /** Its second argument says how long what it makes is. */
  readonly makesLength?: true;
  /** Of how many parts what it makes may be, where that is more than those of its arguments. */
  readonly growth?: (sizes: readonly number[], args: readonly SqlExpression[]) => number;
  /** Takes many rows together. */
  readonly isAggregate?: true;
  /** Gives another value each time. */
  readonly isVolatile?: true;
  /** The first argument is a unit of time, a word. */
  readonly takesUnit?: true;
}

const many = 64;
const asText = ({ sql: value }: Written): Sql => sql`CAST(${value} AS text)`;
const first = (args: readonly ValueType[]): ValueType => args[0] ?? values.nothing;
const always = (type: ValueType) => (): ValueType => type;

const simple = (name: string, least: number, most: number, type: SqlFunction['type']): [string, SqlFunction] => [
  name,
  { args: [least, most], type },
];

const lengthened = (name: string, args: number): [string, SqlFunction] => [
  name,
  {
    args: [args, args],
    type: always(values.text),
    makesLength: true,
    growth: ([size = 1], [, length]) => size * Math.max(1, length?.kind === 'number' ? Number(length.text) : 1),
  },
];

const aggregate = (name: string, type: SqlFunction['type'], write?: SqlFunction['write']): [string, SqlFunction] => [
  name,
  { args: [1, 1], type, isAggregate: true, ...(write === undefined ? {} : { write }) },
];

/** As long as MariaDB makes a text of many rows, unless it is told otherwise; PostgreSQL would make a gigabyte of it. */
const longestMade = 1_048_576;
const cut = (text: Sql): Sql => sql`LEFT(${text}, ${sql.integer(longestMade)})`;
/** A hundred such texts may be made one; whatever one is made of, it is cut. */
const growsTogether: SqlFunction['growth'] = () => 100;

/** A value kept whole or rounded down to it: integers and decimals stay, floating point is double. */
const rounded = (args: readonly ValueType[]): ValueType => {
  const value = first(args);
  if (values.isInteger(value)) return values.integer64;
  return value.storage.kind === 'decimal' ? values.decimal : values.double;
};
const magnitude = (args: readonly ValueType[]): ValueType =>
  values.isInteger(first(args)) ? values.integer64 : rounded(args);
/** As MySQL counts an average or a sum: exactly as long as the values are exact. */
const exactly = (args: readonly ValueType[]): ValueType =>
  values.isInteger(first(args)) || first(args).storage.kind === 'decimal' ? values.decimal : values.double;

const shared: readonly [string, SqlFunction][] = [
  simple('UPPER', 1, 1, always(values.text)),
  simple('LOWER', 1, 1, always(values.text)),
  simple('TRIM', 1, 1, always(values.text)),
  simple('LTRIM', 1, 1, always(values.text)),
  simple('RTRIM', 1, 1, always(values.text)),
  simple('REVERSE', 1, 1, always(values.text)),
  ['REPLACE', { args: [3, 3], type: always(values.text), growth: ([text = 1, from = 1, to = 1]) => text * to + from }],
  simple('LEFT', 2, 2, always(values.text)),
  simple('RIGHT', 2, 2, always(values.text)),
  lengthened('LPAD', 3),
  lengthened('RPAD', 3),
  lengthened('REPEAT', 2),
  simple('SUBSTRING', 2, 3, always(values.text)),
  simple('SUBSTR', 2, 3, always(values.text)),
  simple('MD5', 1, 1, always(values.text)),
  simple('CHAR_LENGTH', 1, 1, always(values.integer32)),
  simple('ASCII', 1, 1, always(values.integer32)),
  simple('NULLIF', 2, 2, first),
  ...['SQRT', 'EXP', 'LN', 'SIN', 'COS', 'TAN', 'ASIN', 'ACOS', 'ATAN', 'RADIANS', 'DEGREES', 'COT'].map((name) =>
    simple(name, 1, 1, always(values.double)),
  ),
  simple('ATAN2', 2, 2, always(values.double)),
  simple('PI', 0, 0, always(values.double)),
];

const seconds: Readonly<Partial<Record<Unit, number>>> = {
  MICROSECOND: 1e-6,
  SECOND: 1,
  MINUTE: 60,
  HOUR: 3600,
  DAY: 86_400,
  WEEK: 604_800,
};

const mysqlOnly: readonly [string, SqlFunction][] = [
  aggregate('MIN', first),
  aggregate('MAX', first),
  aggregate('SUM', exactly),
  aggregate('AVG', exactly),
  ...['STD', 'STDDEV', 'STDDEV_POP', 'STDDEV_SAMP', 'VARIANCE', 'VAR_POP', 'VAR_SAMP'].map((name) =>
    aggregate(name, always(values.double)),
  ),
  ...['BIT_AND', 'BIT_OR', 'BIT_XOR'].map((name) => aggregate(name, always(values.integer64))),
  [
    'GROUP_CONCAT',
    {
      args: [1, many],
      type: ([value]) => (value !== undefined && values.isBinary(value) ? values.bytes : values.text),
      isAggregate: true,
      growth: growsTogether,
      write: (args, { distinct, order, separator }) => {
        const by = separator === undefined ? sql.empty : sql` SEPARATOR ${sql.hexText(separator)}`;
        return sql`GROUP_CONCAT(${distinct ? sql`DISTINCT ` : sql.empty}${sql.join(args.map((arg) => arg.sql))}${order}${by})`;
      },
    },
  ],
  simple('IF', 3, 3, ([, ...args]) => values.common(args, 'mysql')),
  simple('IFNULL', 2, 2, (args) => values.common(args, 'mysql')),
  simple('COALESCE', 1, many, (args) => values.common(args, 'mysql')),
  simple('GREATEST', 2, many, (args) => values.common(args, 'mysql')),
  simple('LEAST', 2, many, (args) => values.common(args, 'mysql')),
  simple('ISNULL', 1, 1, always(values.integer32)),
  simple('CONCAT', 1, many, (args) => (args.some(values.isBinary) ? values.bytes : values.text)),
  simple('CONCAT_WS', 2, many, (args) => (args.some(values.isBinary) ? values.bytes : values.text)),
  ...['LENGTH', 'CHARACTER_LENGTH', 'BIT_LENGTH', 'OCTET_LENGTH'].map((name) =>
    simple(name, 1, 1, always(values.integer32)),
  ),
  simple('INSTR', 2, 2, always(values.integer32)),
  simple('LOCATE', 2, 3, always(values.integer32)),
  simple('FIELD', 2, many, always(values.integer32)),
  simple('FIND_IN_SET', 2, 2, always(values.integer32)),
  simple('STRCMP', 2, 2, always(values.integer32)),
  simple('UCASE', 1, 1, always(values.text)),
  simple('LCASE', 1, 1, always(values.text)),
  simple('HEX', 1, 1, always(values.text)),
  simple('UNHEX', 1, 1, always(values.bytes)),
  simple('MID', 3, 3, always(values.text)),
  simple('SUBSTRING_INDEX', 3, 3, always(values.text)),
  simple('FORMAT', 2, 2, always(values.text)),
  simple('SHA1', 1, 1, always(values.text)),
  simple('SHA2', 2, 2, always(values.text)),
  simple('ABS', 1, 1, magnitude),
  simple('CEIL', 1, 1, rounded),
  simple('CEILING', 1, 1, rounded),
  simple('FLOOR', 1, 1, rounded),
  simple('ROUND', 1, 2, rounded),
  simple('TRUNCATE', 2, 2, rounded),
  simple('SIGN', 1, 1, always(values.integer32)),
  simple('MOD', 2, 2, (args) => values.arithmetic(args, 'mysql')),
  ...['POW', 'POWER'].map((name) => simple(name, 2, 2, always(values.double))),
  ...['LOG', 'LOG2', 'LOG10'].map((name) => simple(name, 1, name === 'LOG' ? 2 : 1, always(values.double))),
  ['RAND', { args: [0, 1], type: always(values.double), isVolatile: true }],
  ['UUID', { args: [0, 0], type: always(values.text), isVolatile: true }],
  ...['YEAR', 'MONTH', 'DAY', 'DAYOFMONTH', 'DAYOFWEEK', 'DAYOFYEAR', 'WEEKDAY', 'WEEKOFYEAR', 'QUARTER'].map((name) =>
    simple(name, 1, 1, always(values.integer32)),
  ),
  ...['HOUR', 'MINUTE', 'SECOND', 'MICROSECOND'].map((name) => simple(name, 1, 1, always(values.integer32))),
  simple('WEEK', 1, 2, always(values.integer32)),
  simple('DATEDIFF', 2, 2, always(values.integer64)),
  simple('TO_DAYS', 1, 1, always(values.integer64)),
  simple('TIME_TO_SEC', 1, 1, always(values.decimal)),
  simple('UNIX_TIMESTAMP', 0, 1, always(values.decimal)),
  simple('DATE', 1, 1, always(values.date)),
  simple('LAST_DAY', 1, 1, always(values.date)),
  simple('TIME', 1, 1, always(values.time)),
  simple('TIMEDIFF', 2, 2, always(values.time)),
  simple('SEC_TO_TIME', 1, 1, always(values.time)),
  simple('DAYNAME', 1, 1, always(values.text)),
  simple('MONTHNAME', 1, 1, always(values.text)),
  simple('DATE_FORMAT', 2, 2, always(values.text)),
  simple('TIME_FORMAT', 2, 2, always(values.text)),
  simple('STR_TO_DATE', 2, 2, always(values.text)),
  simple('FROM_UNIXTIME', 1, 1, always(values.datetime)),
  simple('TIMESTAMP', 1, 1, always(values.datetime)),
  simple('NOW', 0, 0, always(values.datetime)),
  simple('UTC_TIMESTAMP', 0, 0, always(values.datetime)),
  simple('CURRENT_TIMESTAMP', 0, 0, always(values.datetime)),
  simple('LOCALTIMESTAMP', 0, 0, always(values.datetime)),
  simple('CURDATE', 0, 0, always(values.date)),
  simple('CURRENT_DATE', 0, 0, always(values.date)),
  simple('CURTIME', 0, 0, always(values.time)),
  simple('CURRENT_TIME', 0, 0, always(values.time)),
  [
    'TIMESTAMPDIFF',
    {
      args: [2, 2],
      takesUnit: true,
      type: always(values.integer64),
      write: ([from, to], { unit }) =>
        sql`TIMESTAMPDIFF(${sql.word(unit as Unit)}, ${(from as Written).sql}, ${(to as Written).sql})`,
    },
  ],
  [
    'STRING_AGG',
    {
      args: [1, 2],
      type: always(values.text),
      isAggregate: true,
      growth: growsTogether,
      write: ([value], { distinct, order, separator }) =>
        sql`GROUP_CONCAT(${distinct ? sql`DISTINCT ` : sql.empty}${(value as Written).sql}${order} SEPARATOR ${sql.hexText(separator ?? ',')})`,
    },
  ],
  simple('JSON_VALUE', 2, 2, always(values.text)),
  simple('JSON_EXTRACT', 2, many, always(values.json)),
  simple('JSON_UNQUOTE', 1, 1, always(values.text)),
  simple('JSON_LENGTH', 1, 2, always(values.integer32)),
  simple('JSON_TYPE', 1, 1, always(values.text)),
];

/** What PostgreSQL sums up: small integers in wide ones, wide ones as decimals, truth values as 0 and 1. */
const summed = (args: readonly ValueType[]): ValueType => {
  const { storage } = first(args);
  if (storage.kind === 'bool' || ('bits' in storage && storage.bits < 64)) return values.integer64;
  return storage.kind === 'integer' || storage.kind === 'decimal' ? values.decimal : first(args);
};
const averaged = (args: readonly ValueType[]): ValueType =>
  values.isInteger(first(args)) || first(args).storage.kind === 'decimal' ? values.decimal : values.double;
const extreme = (args: readonly ValueType[]): ValueType =>
  first(args).storage.kind === 'bool' ? values.integer32 : first(args);
const counted = ({ sql: value, type }: Written): Sql =>
  type.storage.kind === 'bool' ? sql`CAST(${value} AS int)` : value;
const over =
  (name: string) =>
  ([value]: readonly Written[], { distinct }: CallParts): Sql =>
    sql`${sql.word(name)}(${distinct ? sql`DISTINCT ` : sql.empty}${counted(value as Written)})`;
const part =
  (unit: string) =>
  ([value]: readonly Written[]): Sql =>
    sql`CAST(EXTRACT(${sql.word(unit)} FROM ${(value as Written).sql}) AS int)`;
const constant = (name: string, type: ValueType, written: string): [string, SqlFunction] => [
  name,
  { args: [0, 0], type: always(type), write: () => sql.word(written) },
];
/** PostgreSQL knows no number of texts as such: every argument is one. */
const ofTexts = (name: string, type: ValueType): [string, SqlFunction] => [
  name,
  {
    args: [1, many],
    type: always(type),
    write: (args) => sql`${sql.word(name)}(${sql.join(args.map(asText))})`,
  },
];
const roundedInPostgres = (args: readonly ValueType[]): ValueType =>
  first(args).storage.kind === 'decimal' ? values.decimal : values.double;

const postgresOnly: readonly [string, SqlFunction][] = [
  ...['MIN', 'MAX'].map((name) => aggregate(name, extreme, over(name))),
  aggregate('SUM', summed, over('SUM')),
  aggregate('AVG', averaged, over('AVG')),
  ...(
    [
      ['STD', 'STDDEV_POP'],
      ['STDDEV', 'STDDEV'],
      ['STDDEV_POP', 'STDDEV_POP'],
      ['STDDEV_SAMP', 'STDDEV_SAMP'],
      ['VARIANCE', 'VARIANCE'],
      ['VAR_POP', 'VAR_POP'],
      ['VAR_SAMP', 'VAR_SAMP'],
    ] as const
  ).map(([name, written]) => aggregate(name, averaged, over(written))),
  aggregate('BOOL_AND', always(values.boolean)),
  aggregate('BOOL_OR', always(values.boolean)),
  ...['GROUP_CONCAT', 'STRING_AGG'].map((name): [string, SqlFunction] => [
    name,
    {
      args: [1, name === 'STRING_AGG' ? 2 : 1],
      type: always(values.text),
      isAggregate: true,
      growth: growsTogether,
      write: ([value], { distinct, order, separator }) =>
        cut(
          sql`STRING_AGG(${distinct ? sql`DISTINCT ` : sql.empty}${asText(value as Written)}, ${separator ?? ','}${order})`,
        ),
    },
  ]),
  [
    'IF',
    {
      args: [3, 3],
      type: ([, ...args]) => values.common(args, 'postgresql'),
      write: ([test, yes, no]) =>
        sql`CASE WHEN ${(test as Written).sql} THEN ${(yes as Written).sql} ELSE ${(no as Written).sql} END`,
    },
  ],
  [
    'IFNULL',
    {
      args: [2, 2],
      type: (args) => values.common(args, 'postgresql'),
      write: (args) => sql`COALESCE(${sql.join(args.map((arg) => arg.sql))})`,
    },
  ],
  [
    'ISNULL',
    {
      args: [1, 1],
      type: always(values.boolean),
      write: ([value]) => sql`(${(value as Written).sql} IS NULL)`,
    },
  ],
  ...shared
    .filter(([name]) => name === 'REPEAT' || name === 'REPLACE')
    .map(([name, definition]): [string, SqlFunction] => [
      name,
      { ...definition, write: (args) => cut(sql`${sql.word(name)}(${sql.join(args.map((arg) => arg.sql))})`) },
    ]),
  simple('COALESCE', 1, many, (args) => values.common(args, 'postgresql')),
  simple('GREATEST', 2, many, (args) => values.common(args, 'postgresql')),
  simple('LEAST', 2, many, (args) => values.common(args, 'postgresql')),
  ofTexts('CONCAT', values.text),
  ofTexts('CONCAT_WS', values.text),
  ofTexts('LENGTH', values.integer32),
  ofTexts('OCTET_LENGTH', values.integer32),
  simple('STRPOS', 2, 2, always(values.integer32)),
  simple('SPLIT_PART', 3, 3, always(values.text)),
  simple('INITCAP', 1, 1, always(values.text)),
  simple('ABS', 1, 1, first),
  ...['CEIL', 'CEILING', 'FLOOR', 'TRUNC', 'SIGN'].map((name) => simple(name, 1, 1, roundedInPostgres)),
  [
    'ROUND',
    {
      args: [1, 2],
      type: (args) => (args.length === 2 ? values.decimal : roundedInPostgres(args)),
      write: ([value, digits]) =>
        digits === undefined
          ? sql`ROUND(${(value as Written).sql})`
          : sql`ROUND(CAST(${(value as Written).sql} AS numeric), ${digits.sql})`,
    },
  ],
  simple('MOD', 2, 2, (args) => values.arithmetic(args, 'postgresql')),
  ...['POW', 'POWER'].map((name) =>
    simple(name, 2, 2, (args) =>
      args.some((arg) => arg.storage.kind === 'decimal') && !args.some(values.isApproximate)
        ? values.decimal
        : values.double,
    ),
  ),
  simple('LOG', 1, 1, (args) => averagedLog(args)),
  ['RANDOM', { args: [0, 0], type: always(values.double), isVolatile: true }],
  ['RAND', { args: [0, 0], type: always(values.double), isVolatile: true, write: () => sql`RANDOM()` }],
  ...['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'QUARTER', 'WEEK'].map((name): [string, SqlFunction] => [
    name,
    { args: [1, 1], type: always(values.integer32), write: part(name) },
  ]),
  ['DAYOFYEAR', { args: [1, 1], type: always(values.integer32), write: part('DOY') }],
  [
    'SECOND',
    {
      args: [1, 1],
      type: always(values.integer32),
      write: ([value]) => sql`CAST(FLOOR(EXTRACT(SECOND FROM ${(value as Written).sql})) AS int)`,
    },
  ],
  [
    'DATE',
    { args: [1, 1], type: always(values.date), write: ([value]) => sql`CAST(${(value as Written).sql} AS date)` },
  ],
  [
    'DATEDIFF',
    {
      args: [2, 2],
      type: always(values.integer32),
      write: ([a, b]) => sql`(CAST(${(a as Written).sql} AS date) - CAST(${(b as Written).sql} AS date))`,
    },
  ],
  [
    'TIMESTAMPDIFF',
    {
      args: [2, 2],
      takesUnit: true,
      type: always(values.integer64),
      write: ([from, to], { unit }) => difference((from as Written).sql, (to as Written).sql, unit as Unit),
    },
  ],
  simple('TO_CHAR', 2, 2, always(values.text)),
  constant('NOW', values.datetime, 'LOCALTIMESTAMP'),
  constant('CURRENT_TIMESTAMP', values.datetime, 'LOCALTIMESTAMP'),
  constant('LOCALTIMESTAMP', values.datetime, 'LOCALTIMESTAMP'),
  constant('CURDATE', values.date, 'CURRENT_DATE'),
  constant('CURRENT_DATE', values.date, 'CURRENT_DATE'),
  constant('CURTIME', values.time, 'LOCALTIME'),
  constant('CURRENT_TIME', values.time, 'LOCALTIME'),
];

function averagedLog(args: readonly ValueType[]): ValueType {
  return first(args).storage.kind === 'decimal' ? values.decimal : values.double;
}

/** Whole units from one moment to another, as MySQL counts them. */
function difference(from: Sql, to: Sql, unit: Unit): Sql {
  const span = sql`(CAST(${to} AS timestamp) - CAST(${from} AS timestamp))`;
  const length = seconds[unit];
  if (length !== undefined) {
    const whole = length < 1 ? sql`* 1000000` : sql`/ ${sql.integer(length)}`;
    return sql`CAST(TRUNC(EXTRACT(EPOCH FROM ${span}) ${whole}) AS bigint)`;
  }
  const age = sql`AGE(CAST(${to} AS timestamp), CAST(${from} AS timestamp))`;
  const years = sql`EXTRACT(YEAR FROM ${age})`;
  if (unit === 'YEAR') return sql`CAST(${years} AS bigint)`;
  const months = sql`(${years} * 12 + EXTRACT(MONTH FROM ${age}))`;
  return unit === 'MONTH' ? sql`CAST(${months} AS bigint)` : sql`CAST(TRUNC(${months} / 3) AS bigint)`;
}

const inBoth: readonly [string, SqlFunction][] = [
  ...shared,
  [
    'COUNT',
    {
      args: [0, many],
      type: always(values.integer64),
      isAggregate: true,
      write: (args, { distinct }) => {
        if (args.length === 0) return sql`COUNT(*)`;
        return sql`COUNT(${distinct ? sql`DISTINCT ` : sql.empty}${sql.join(args.map((arg) => arg.sql))})`;
      },
    },
  ],
];

const byFamily: Readonly<Record<Family, ReadonlyMap<string, SqlFunction>>> = {
  mysql: new Map([...inBoth, ...mysqlOnly]),
  postgresql: new Map([...inBoth, ...postgresOnly]),
};

/** The function of this name, in upper case; undefined where a family has none such that may be called. */
export function functionNamed(name: string, family: Family): SqlFunction | undefined {
  return byFamily[family].get(name);
}

/** Names of all functions that may be called. */
export function functionNames(family: Family): readonly string[] {
  return [...byFamily[family].keys()];
}
