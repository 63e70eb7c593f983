import { pack } from '@pharus/datajoint/blob';
import type { Family } from '../../support/products.ts';

/** A value as the tests hand it to the database, and as a record prints it. */
type Sample = readonly [stored: string | number | Uint8Array, json: string];

/** A type that both families have, and values that both hold. */
export interface AttributeType {
  /** The column. */
  readonly name: string;
  /** As DataJoint 2 declares it, in the marker of the comment; absent for the databases' own types. */
  readonly declared?: string;
  readonly column: Readonly<Record<Family, string>>;
  readonly samples: readonly Sample[];
  /** Whether records show it. */
  readonly isOpaque?: true;
  /** Texts that the families' collations order alike, or numbers and times; others are only found by `=` and its like. */
  readonly isOrdered?: boolean;
}

const both = (type: string): AttributeType['column'] => ({ mysql: type, postgresql: type });
const json = { mysql: 'json', postgresql: 'jsonb' } as const;
const blob = { mysql: 'longblob', postgresql: 'bytea' } as const;
const bytes = Buffer.from([0, 1, 254, 255]);

/** Numbers that print themselves. */
const numbers = (...texts: readonly string[]): Sample[] => texts.map((text) => [text, text]);
const texts = (...values: readonly string[]): Sample[] => values.map((value) => [value, JSON.stringify(value)]);
const hidden = (stored: Uint8Array): Sample => [stored, '"=BLOB="'];
const times = (...samples: readonly (readonly [string, string])[]): readonly Sample[] => samples;

/** The types of DataJoint 2 itself, and its codecs. */
export const coreTypes: readonly AttributeType[] = [
  {
    name: 'a_int8',
    declared: 'int8',
    column: { mysql: 'tinyint', postgresql: 'smallint' },
    samples: numbers('-128', '0', '127'),
  },
  { name: 'a_int16', declared: 'int16', column: both('smallint'), samples: numbers('-32768', '0', '32767') },
  { name: 'a_int32', declared: 'int32', column: both('int'), samples: numbers('-2147483648', '0', '2147483647') },
  {
    name: 'a_int64',
    declared: 'int64',
    column: both('bigint'),
    samples: numbers('-9223372036854775808', '9007199254740993', '9223372036854775807', '0'),
  },
  {
    name: 'a_float32',
    declared: 'float32',
    column: { mysql: 'float', postgresql: 'real' },
    samples: [
      ['0.10000000149011612', '0.1'],
      ['-1.5', '-1.5'],
      ['16777216', '16777216'],
      ['3.4028234663852886e38', '3.4028235e+38'],
      ['1.1754943508222875e-38', '1.1754944e-38'],
    ],
  },
  {
    name: 'a_float64',
    declared: 'float64',
    column: { mysql: 'double', postgresql: 'double precision' },
    samples: [
      ...numbers('0.1', '-123456.78901234567', '1.7976931348623157e+308', '5e-324', '1e+21'),
      ['9007199254740993', '9007199254740992'],
    ],
  },
  {
    name: 'a_bool',
    declared: 'bool',
    column: { mysql: 'tinyint', postgresql: 'boolean' },
    samples: [
      ['1', '1'],
      ['0', '0'],
    ],
  },
  {
    name: 'a_decimal',
    declared: 'decimal(10,3)',
    column: { mysql: 'decimal(10,3)', postgresql: 'numeric(10,3)' },
    samples: texts('0.000', '0.500', '-9999999.999', '1234567.001'),
  },
  {
    name: 'a_long_decimal',
    declared: 'decimal(65,30)',
    column: { mysql: 'decimal(65,30)', postgresql: 'numeric(65,30)' },
    samples: texts('99999999999999999999999999999999999.999999999999999999999999999999', `-0.${'0'.repeat(29)}1`),
  },
  {
    name: 'a_char',
    declared: 'char(8)',
    column: both('char(8)'),
    samples: texts('', 'a', 'abcdefgh', ' lead'),
  },
  {
    name: 'a_varchar',
    declared: 'varchar(40)',
    column: both('varchar(40)'),
    samples: texts('', 'alpha', 'beta', '12', '1e3', 'null'),
  },
  {
    name: 'a_word',
    declared: 'varchar(60)',
    column: both('varchar(60)'),
    samples: texts(
      'mouse \u{1f42d} caf\u00e9 \u4f60\u597d',
      'it\'s "quoted" `ticked` \\ back\\nslash',
      '100% _ %s {0} -- ; # $1 ? :x',
      'tab\tline\nend',
    ),
    isOrdered: false,
  },
  {
    name: 'a_enum',
    declared: "enum('b','a','c d')",
    column: { mysql: "enum('b','a','c d')", postgresql: 'pharus_same.mood' },
    samples: texts('b', 'a', 'c d'),
  },
  {
    name: 'a_date',
    declared: 'date',
    column: both('date'),
    samples: times(
      ['1000-01-01', '-30610224000'],
      ['1582-10-10', '-12219724800'],
      ['1969-12-31', '-86400'],
      ['1970-01-01', '0'],
      ['2024-02-29', '1709164800'],
      ['9999-12-31', '253402214400'],
    ),
  },
  {
    name: 'a_datetime',
    declared: 'datetime',
    column: { mysql: 'datetime', postgresql: 'timestamp' },
    samples: times(
      ['1969-12-31 23:59:59', '-1'],
      ['2024-03-10 02:30:00', '1710037800'],
      ['9999-12-31 23:59:59', '253402300799'],
    ),
  },
  {
    name: 'a_datetime6',
    declared: 'datetime(6)',
    column: { mysql: 'datetime(6)', postgresql: 'timestamp(6)' },
    samples: times(
      ['1582-10-15 12:00:00.5', '-12219249599.5'],
      ['1969-12-31 23:59:59.999999', '-0.000001'],
      ['1970-01-01 00:00:00', '0'],
      ['9999-12-31 23:59:59.999999', '253402300799.999999'],
    ),
  },
  {
    name: 'a_uuid',
    declared: 'uuid',
    column: { mysql: 'binary(16)', postgresql: 'uuid' },
    samples: texts(
      '00000000-0000-0000-0000-000000000000',
      '5c27c27c-0a00-4000-8000-0d0a1a5c2722',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ),
  },
  {
    name: 'a_json',
    declared: 'json',
    column: json,
    samples: texts('{"a": 1, "b": [true, null, "x"]}', '[]', '{}', '12', '"a text"', 'true'),
    isOrdered: false,
  },
  { name: 'a_bytes', declared: 'bytes', column: blob, samples: [[bytes, '"=BLOB="']], isOpaque: true },
  {
    name: 'a_blob',
    declared: '<blob>',
    column: blob,
    samples: [bytes, pack({ values: Float64Array.of(0.5, -1, 2, 1e300), note: 'text' }), pack(null)].map(hidden),
    isOpaque: true,
  },
  {
    name: 'a_attach',
    declared: '<attach>',
    column: blob,
    samples: [bytes, Buffer.from('notes.txt\0what was seen')].map(hidden),
    isOpaque: true,
  },
  ...['<blob@local>', '<attach@>', '<hash@local>', '<object@local>', '<npy@>', '<filepath@local>'].map(
    (declared): AttributeType => ({
      name: `a_${declared.replace(/\W+/g, '_').slice(1, -1)}_stored`,
      declared,
      column: json,
      samples: [['{"path": "x"}', '"=BLOB="']],
      isOpaque: true,
    }),
  ),
];

/** The databases' own types that both know by one name. They have no marker, and print other names. */
export const nativeTypes: readonly AttributeType[] = [
  {
    name: 'a_time',
    column: both('time'),
    samples: times(['00:00:00', '0'], ['00:00:01', '1'], ['12:34:56', '45296'], ['23:59:59', '86399']),
  },
  {
    name: 'a_time6',
    column: both('time(6)'),
    samples: times(['00:00:00.000001', '0.000001'], ['12:34:56.5', '45296.5'], ['23:59:59.999999', '86399.999999']),
  },
  {
    name: 'a_timestamp',
    column: both('timestamp'),
    samples: times(['1999-07-01 12:00:00', '930830400'], ['2038-01-18 00:00:00', '2147385600']),
  },
  { name: 'a_text', column: both('text'), samples: texts('alpha', 'beta', 'x'.repeat(5000)) },
];

/** As a family stores a sample. */
export function storedAs({ declared }: AttributeType, family: Family, value: unknown): unknown {
  const isBytes = declared === 'uuid' && family === 'mysql' && typeof value === 'string';
  return isBytes ? Buffer.from(value.replaceAll('-', ''), 'hex') : value;
}
