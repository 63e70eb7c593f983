import type { PythonCell } from './python-cell.ts';

const int = (value: string): PythonCell => ({ int: value });
const float = (value: string): PythonCell => ({ float: value });
const str = (value: string): PythonCell => ({ str: value });
const list = (...items: readonly PythonCell[]): PythonCell => ({ list: items });
const dict = (entries: Readonly<Record<string, PythonCell>>): PythonCell => ({
  dict: Object.entries(entries).map(([key, value]) => [str(key), value]),
});
const yes: PythonCell = { bool: 'True' };
const no: PythonCell = { bool: 'False' };

/** Values that JSON can say and a blob can hold, as Python has them. */
export const blobValues: readonly PythonCell[] = [
  int('0'),
  int('-1'),
  int('127'),
  int('-128'),
  int('255'),
  int('65536'),
  int('9007199254740993'),
  int('-9223372036854775808'),
  int('18446744073709551616'),
  int('123456789012345678901234567890'),
  float('0.0'),
  float('-0.0'),
  float('1.0'),
  float('0.1'),
  float('5e-324'),
  float('1.7976931348623157e+308'),
  float('1e+22'),
  yes,
  no,
  str(''),
  str('it\'s "quoted" \\ \n \u0000 mouse \u{1f42d} é'),
  str('NaN'),
  str('x'.repeat(5000)),
  list(),
  list(list(), list(list(null))),
  list(null, yes, no, int('1'), float('1.0'), str('1'), list(int('2')), dict({ a: int('3') })),
  list(...Array.from({ length: 2000 }, (_, index) => int(String(index)))),
  dict({}),
  dict({ z: int('1'), a: int('2'), '': null, 'b c': dict({ deep: list(dict({ er: float('2.5') })) }) }),
  dict({ __proto: int('1'), constructor: str('x'), '\u{1f42d}': yes }),
];

/** One way to write a value among several. */
interface Spelling {
  readonly table: string;
  /** The row's key, as it stands in a record. */
  readonly key: string;
  readonly attribute: string;
  readonly json: string;
  /** What Python fetches. */
  readonly cell: PythonCell;
}

function of(
  table: string,
  attribute: string,
  spelled: readonly (readonly [string, PythonCell])[],
): readonly Spelling[] {
  return spelled.map(([json, cell]) => ({ table, key: '"id": 1', attribute, json, cell }));
}

/** Other ways than the plain one to write values. */
export const spellings: readonly Spelling[] = [
  ...of('Integers', 'absent', [
    ['"16"', int('16')],
    ['"-9223372036854775808"', int('-9223372036854775808')],
    ['9223372036854775807', int('9223372036854775807')],
    ['true', int('1')],
    ['1.0', int('1')],
    ['1e3', int('1000')],
    ['null', null],
    ['NaN', null],
    ['""', null],
  ]),
  // Null is the default where there is one.
  ...of('Integers', 'seven', [
    ['8', int('8')],
    ['null', int('7')],
  ]),
  ...of('Decimals', 'exact', [
    ['0.123456789012345678901234567890', { decimal: '0.123456789012345678901234567890' }],
    ['"12345678901234567890123456789012345.5"', { decimal: `12345678901234567890123456789012345.5${'0'.repeat(29)}` }],
    ['-1e-30', { decimal: `-0.${'0'.repeat(29)}1` }],
  ]),
  ...of('Decimals', 'money', [
    ['12', { decimal: '12.00' }],
    ['"12.5"', { decimal: '12.50' }],
    ['null', { decimal: '0.50' }],
  ]),
  ...of('Floats', 'twofold', [
    ['"0.1"', float('0.1')],
    ['12', float('12.0')],
    ['1.7976931348623157e308', float('1.7976931348623157e+308')],
  ]),
  ...of('Moments', 'day', [
    ['"2021-01-02"', { date: '2021-01-02' }],
    ['20210102', { date: '2021-01-02' }],
    ['"0001-01-01"', { date: '0001-01-01' }],
  ]),
  ...of('Moments', 'micro', [
    ['"2021-01-02"', { datetime: '2021-01-02 00:00:00' }],
    ['"2021-01-02T03:04:05"', { datetime: '2021-01-02 03:04:05' }],
    ['"2021-01-02T03:04:05.000001Z"', { datetime: '2021-01-02 03:04:05.000001' }],
    ['"2021-01-02T03:04:05.25+05:30"', { datetime: '2021-01-01 21:34:05.250000' }],
    ['"1969-12-31T23:00:00-01:00"', { datetime: '1970-01-01 00:00:00' }],
    ['20210102030405', { datetime: '2021-01-02 03:04:05' }],
  ]),
  ...of('Moments', 'stamp', [['"2024-07-01 12:00:00"', { datetime: '2024-07-01 12:00:00' }]]),
  ...of('Moments', 'clock_micro', [
    ['"1:02:03.5"', { microseconds: '3723500000' }],
    ['"235959.999999"', { microseconds: '86399999999' }],
    ['12', { microseconds: '12000000' }],
  ]),
  ...of('Texts', 'variable', [
    ['12.50', str('12.50')],
    ['"\\ud83d\\udc2d"', str('\u{1f42d}')],
    ['"\'; DROP TABLE texts; -- \\" \\\\"', str('\'; DROP TABLE texts; -- " \\')],
  ]),
  ...of('Documents', 'tag', [
    ['"00112233445566778899AABBCCDDEEFF"', { uuid: '00112233-4455-6677-8899-aabbccddeeff' }],
    ['"{5C27C27C-0A00-4000-8000-0D0A1A5C2722}"', { uuid: '5c27c27c-0a00-4000-8000-0d0a1a5c2722' }],
    ['"urn:uuid:00000000-0000-0000-0000-000000000000"', { uuid: '00000000-0000-0000-0000-000000000000' }],
    ['null', null],
  ]),
  ...of('Texts', 'phrase', [['null', str('it is')]]),
  ...of('Texts', 'kind', [['"it\'s"', str("it's")]]),
];

/** Types of MySQL alone. */
export const mysqlSpellings: readonly Spelling[] = [
  ...of('Moments', 'clock_micro', [
    ['"-1:02:03.5"', { microseconds: '-3723500000' }],
    ['"838:59:58.999999"', { microseconds: '3020398999999' }],
  ]),
  ...of('Moments', 'model', [
    ['"1999"', int('1999')],
    ['2155', int('2155')],
  ]),
];
