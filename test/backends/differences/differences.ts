import type { Family, Product } from '../../support/products.ts';

/** What is asked of a table with the key `id`, the column `value` and, where something is stored, rows 1 and up. */
export type Ask =
  /** The value as a record prints it. */
  | { readonly read: true }
  /** Goes into a new row: what a record prints then, or the error. JSON text. */
  | { readonly insert: string }
  /** Operation and value: the rows that are found, or the error. */
  | { readonly restrict: readonly [operation: string, value: string] }
  /** The rows in the order of the values. */
  | { readonly order: true }
  /** What `attribute` says: its type, its default, whether it counts by itself. */
  | { readonly attribute: 'type' | 'default' | 'autoincrement' }
  /** The line of the definition. */
  | { readonly definition: RegExp };

/** Something that is not the same on all databases, and cannot be. */
export interface Difference {
  /** The heading of the page under which it stands. */
  readonly about: string;
  readonly what: string;
  /** The column `value` as SQL; absent where the family has no such type. */
  readonly column: Partial<Record<Family, string>>;
  /** As DataJoint 2 declares it. */
  readonly declared?: string;
  /** Further lines of the declaration. */
  readonly constraint?: string;
  /** Values as SQL. */
  readonly stored?: readonly string[];
  readonly ask: Ask;
  /** By family, or by product where a family does not agree. */
  readonly answers: Partial<Record<Family | Product, string>>;
}

const both = (type: string): Difference['column'] => ({ mysql: type, postgresql: type });
const enumeration = { mysql: "enum('b','a')", postgresql: 'pharus_differ.letter' } as const;
const json = { mysql: 'json', postgresql: 'jsonb' } as const;

export const differences: readonly Difference[] = [
  {
    about: 'What tables say of themselves',
    what: 'The type of an integer without a marker',
    column: both('int'),
    ask: { attribute: 'type' },
    answers: { mysql: 'int', postgresql: 'integer' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The type of a double without a marker',
    column: both('double precision'),
    ask: { attribute: 'type' },
    answers: { mysql: 'double', postgresql: 'double precision' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The type of a time',
    column: both('time(6)'),
    ask: { attribute: 'type' },
    answers: { mysql: 'time(6)', postgresql: 'time without time zone' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The type of a timestamp',
    column: both('timestamp NULL'),
    ask: { attribute: 'type' },
    answers: { mysql: 'timestamp', postgresql: 'timestamp without time zone' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The type of a number without decimals',
    column: both('numeric(20)'),
    ask: { attribute: 'type' },
    answers: { mysql: 'decimal(20,0)', postgresql: 'decimal(20)' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The type of an enum without a marker',
    column: enumeration,
    ask: { attribute: 'type' },
    answers: { mysql: "enum('b','a')", postgresql: 'letter' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The default of an integer',
    column: both("bigint NOT NULL DEFAULT '7'"),
    declared: 'int64',
    ask: { attribute: 'default' },
    answers: { mysql: '7', postgresql: "'7'::bigint" },
  },
  {
    about: 'What tables say of themselves',
    what: 'The default of a truth value',
    column: { mysql: 'tinyint NOT NULL DEFAULT 1', postgresql: 'boolean NOT NULL DEFAULT true' },
    declared: 'bool',
    ask: { attribute: 'default' },
    answers: { mysql: '1', postgresql: 'true' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The default of a text',
    column: both("varchar(8) NOT NULL DEFAULT 'x'"),
    declared: 'varchar(8)',
    ask: { attribute: 'default' },
    answers: { mysql: '"x"', postgresql: '"\'x\'::character varying"' },
  },
  {
    about: 'What tables say of themselves',
    what: 'The default of a date',
    column: both("date NOT NULL DEFAULT '2024-01-01'"),
    declared: 'date',
    ask: { attribute: 'default' },
    answers: { mysql: '2024-01-01', postgresql: "'2024-01-01'::date" },
  },
  {
    about: 'What tables say of themselves',
    what: 'The time of the insert as a default',
    column: {
      mysql: 'datetime NOT NULL DEFAULT CURRENT_TIMESTAMP',
      postgresql: 'timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP',
    },
    declared: 'datetime',
    ask: { attribute: 'default' },
    answers: { mariadb: 'current_timestamp()', mysql: 'CURRENT_TIMESTAMP', postgresql: 'CURRENT_TIMESTAMP' },
  },
  {
    about: 'What tables say of themselves',
    what: 'Whether a column counts by itself',
    column: { mysql: 'int NOT NULL AUTO_INCREMENT', postgresql: 'serial' },
    constraint: 'UNIQUE (value)',
    ask: { attribute: 'autoincrement' },
    answers: { mysql: 'true', postgresql: 'false' },
  },
  {
    about: 'What tables say of themselves',
    what: 'Indexes in a definition',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    constraint: 'UNIQUE (value)',
    ask: { definition: /^.*INDEX.*$/m },
    answers: { mysql: 'UNIQUE INDEX (value)', postgresql: 'none' },
  },
  {
    about: 'What tables say of themselves',
    what: 'A parent in another schema in a definition',
    column: both('varchar(8) NOT NULL'),
    constraint: 'FOREIGN KEY (value) REFERENCES pharus_differ_other.parent (parent)',
    ask: { definition: /^->.*$/m },
    answers: {
      mysql: '-> `pharus_differ_other`.`parent`.proj(value="parent")',
      postgresql: '-> "pharus_differ_other"."parent".proj(value="parent")',
    },
  },
  {
    about: 'What tables say of themselves',
    what: 'A truth value in the words of a conflict',
    column: { mysql: 'tinyint', postgresql: 'boolean' },
    declared: 'bool',
    constraint: 'CONSTRAINT one_of_each UNIQUE (value)',
    stored: ['TRUE'],
    ask: { insert: 'true' },
    answers: {
      mysql: 'datajoint.errors.DuplicateError: A row with this unique key one_of_each (1) exists already.',
      postgresql: 'datajoint.errors.DuplicateError: A row with this unique key one_of_each (t) exists already.',
    },
  },
  {
    about: 'Texts',
    what: 'Texts in another case',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ["'a'"],
    ask: { restrict: ['=', '"A"'] },
    answers: { mysql: '1', postgresql: 'none' },
  },
  {
    about: 'Texts',
    what: 'Patterns in another case',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ["'a'"],
    ask: { restrict: ['LIKE', '"A%"'] },
    answers: { mysql: '1', postgresql: 'none' },
  },
  {
    about: 'Texts',
    what: 'Blanks at the end of a text',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ["'a'"],
    ask: { restrict: ['=', '"a "'] },
    answers: { mariadb: '1', mysql: 'none', postgresql: 'none' },
  },
  {
    about: 'Texts',
    what: 'Blanks at the end of a text of a fixed length',
    column: both('char(8)'),
    declared: 'char(8)',
    stored: ["'a'"],
    ask: { restrict: ['=', '"a "'] },
    answers: { mariadb: '1', mysql: 'none', postgresql: '1' },
  },
  {
    about: 'Texts',
    what: "The order of texts (here `B`, `_`, `a` are stored as 1, 2, 3): that of the column's collation",
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ["'B'", "'_'", "'a'"],
    ask: { order: true },
    answers: { mariadb: '3, 1, 2', mysql: '2, 3, 1', postgresql: '1, 2, 3' },
  },
  {
    about: 'Texts',
    what: 'The character U+0000 in a text',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    ask: { insert: '"a\\u0000b"' },
    answers: {
      mysql: '"a\\u0000b"',
      postgresql: 'InvalidValueError: Attribute `value` (varchar(8)) expects characters of PostgreSQL; got "\\u0000".',
    },
  },
  {
    about: 'Texts',
    what: 'A value of an enum in another case',
    column: enumeration,
    declared: "enum('b','a')",
    ask: { insert: '"A"' },
    answers: {
      mysql: '"a"',
      postgresql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
    },
  },
  {
    about: 'Texts',
    what: 'A value of an enum by its number',
    column: enumeration,
    declared: "enum('b','a')",
    ask: { insert: '1' },
    answers: {
      mysql: '"b"',
      postgresql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
    },
  },
  {
    about: 'Dates and times',
    what: 'A restriction by a date that is none',
    column: both('date'),
    declared: 'date',
    stored: ["'2024-01-01'"],
    ask: { restrict: ['=', '"2024-02-30"'] },
    answers: { mysql: 'none', postgresql: 'InvalidValueError: A value does not have the format of its type.' },
  },
  {
    about: 'Dates and times',
    what: 'A restriction by the zero date',
    column: both('date'),
    declared: 'date',
    stored: ["'2024-01-01'"],
    ask: { restrict: ['>', '"0000-00-00"'] },
    answers: { mysql: '1', postgresql: 'InvalidValueError: A value does not have the format of its type.' },
  },
  {
    about: 'Dates and times',
    what: 'Dates without end',
    column: both('date'),
    declared: 'date',
    ask: { insert: '"infinity"' },
    answers: {
      mysql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
      postgresql: '"infinity"',
    },
  },
  {
    about: 'Dates and times',
    what: 'Years beyond 9999',
    column: both('date'),
    declared: 'date',
    ask: { insert: '"10000-01-01"' },
    answers: {
      mysql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
      postgresql: '"10000-01-01"',
    },
  },
  {
    about: 'Dates and times',
    what: 'Years before our era',
    column: both('date'),
    declared: 'date',
    ask: { insert: '"0044-03-15 BC"' },
    answers: {
      mysql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
      postgresql: '"0044-03-15 BC"',
    },
  },
  {
    about: 'Dates and times',
    what: 'Times of a day and longer',
    column: both('time'),
    ask: { insert: '"25:00:00"' },
    answers: {
      mysql: '90000',
      postgresql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
    },
  },
  {
    about: 'Dates and times',
    what: 'Times below zero',
    column: both('time'),
    ask: { insert: '"-00:00:01"' },
    answers: {
      mysql: '-1',
      postgresql: 'InvalidValueError: The value of attribute value does not have the format of its type.',
    },
  },
  {
    about: 'Dates and times',
    what: 'Fractions of a second in a `datetime` without decimals',
    column: { mysql: 'datetime', postgresql: 'timestamp' },
    declared: 'datetime',
    ask: { insert: '"2021-01-02 03:04:05.5"' },
    answers: { mariadb: '1609556645', mysql: '1609556646', postgresql: '1609556645.5' },
  },
  {
    about: 'Dates and times',
    what: 'More decimals of a second than six',
    column: { mysql: 'datetime(6)', postgresql: 'timestamp(6)' },
    declared: 'datetime(6)',
    ask: { insert: '"2021-01-02 03:04:05.9999995"' },
    answers: { mariadb: '1609556645.999999', mysql: '1609556646', postgresql: '1609556646' },
  },
  {
    about: 'JSON',
    what: 'The spelling of JSON: order of names, blanks, decimals',
    column: json,
    declared: 'json',
    ask: { insert: '"{\\"bb\\":1.50,\\"a\\":1e2}"' },
    answers: {
      mariadb: '"{\\"bb\\":1.50,\\"a\\":1e2}"',
      mysql: '"{\\"a\\": 100.0, \\"bb\\": 1.5}"',
      postgresql: '"{\\"a\\": 100, \\"bb\\": 1.50}"',
    },
  },
  {
    about: 'JSON',
    what: 'Numbers in JSON beyond 64 bits',
    column: json,
    declared: 'json',
    ask: { insert: '123456789012345678901234567890' },
    answers: {
      mariadb: '"123456789012345678901234567890"',
      mysql: '"1.2345678901234568e29"',
      postgresql: '"123456789012345678901234567890"',
    },
  },
  {
    about: 'JSON',
    what: 'Exponents in JSON',
    column: json,
    declared: 'json',
    ask: { insert: '1e20' },
    answers: { mysql: '"1e20"', postgresql: '"100000000000000000000"' },
  },
  {
    about: 'JSON',
    what: 'The character U+0000 in JSON',
    column: json,
    declared: 'json',
    ask: { insert: '{"a": "\\u0000"}' },
    answers: {
      mysql: '"{\\"a\\": \\"\\\\u0000\\"}"',
      postgresql: 'InvalidValueError: The value of attribute value holds characters the database cannot store.',
    },
  },
  {
    about: 'Types of one family',
    what: 'Unsigned integers',
    column: { mysql: 'bigint unsigned' },
    ask: { insert: '18446744073709551615' },
    answers: { mysql: '18446744073709551615' },
  },
  {
    about: 'Types of one family',
    what: 'Years',
    column: { mysql: 'year' },
    ask: { insert: '2024' },
    answers: { mysql: '2024' },
  },
  {
    about: 'Types of one family',
    what: 'Sets',
    column: { mysql: "set('a','b')" },
    ask: { insert: '"a,b"' },
    answers: { mysql: '"a,b"' },
  },
  {
    about: 'Types of one family',
    what: 'Columns that hold the characters of one character set',
    column: { mysql: 'varchar(8) CHARACTER SET latin1' },
    ask: { insert: '"\u{1f42d}"' },
    answers: { mysql: 'InvalidValueError: Attribute `value` (varchar(8)) expects characters of latin1; got "🐭".' },
  },
  {
    about: 'Types of one family',
    what: 'Numbers that are none',
    column: { postgresql: 'double precision' },
    declared: 'float64',
    stored: ["'NaN'"],
    ask: { read: true },
    answers: { postgresql: '"nan"' },
  },
  {
    about: 'Types of one family',
    what: 'Infinite numbers',
    column: { postgresql: 'real' },
    declared: 'float32',
    stored: ["'-Infinity'"],
    ask: { read: true },
    answers: { postgresql: '"-inf"' },
  },
  {
    about: 'Types of one family',
    what: 'Times with a zone',
    column: { postgresql: 'timestamptz' },
    stored: ["'2024-01-01 00:00:00+02'"],
    ask: { read: true },
    answers: { postgresql: '1704060000' },
  },
  {
    about: 'Types of one family',
    what: 'Lists',
    column: { postgresql: 'int[]' },
    stored: ["'{1,NULL,3}'"],
    ask: { read: true },
    answers: { postgresql: '"{1,NULL,3}"' },
  },
  {
    about: 'Types of one family',
    what: 'Lengths of time',
    column: { postgresql: 'interval' },
    stored: ["'1 day 02:03:04.5'"],
    ask: { read: true },
    answers: { postgresql: '"1 day 02:03:04.5"' },
  },
];
