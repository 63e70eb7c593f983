import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { quoted } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';

const schema = 'pharus_exact';
const path = tablePath(schema, 'Value', 'record');

interface Case {
  readonly attribute: string;
  /** The value as JSON, as it is inserted. */
  readonly given: string;
  /** The value as JSON, as `record` prints it. */
  readonly printed: string;
  /** What the database says the value is, by `CAST(... AS CHAR)`. */
  readonly stored: string;
}

const same = (attribute: string, text: string): Case => ({ attribute, given: text, printed: text, stored: text });
const text = (attribute: string, value: string): Case => {
  const json = JSON.stringify(value);
  return { attribute, given: json, printed: json, stored: value };
};
const temporal = (attribute: string, stored: string, printed: string): Case => ({
  attribute,
  given: JSON.stringify(stored),
  printed,
  stored,
});

const texts = [
  "O'Brien",
  'a "quoted" word',
  'back`tick and back\\slash \\n \\\\ \\0',
  'line\nbreak\ttab\r\n',
  '%_%',
  '   spaces before and after   ',
  'NaN Infinity -Infinity nan',
  'null',
  '1',
  '01',
  '1e3',
  '日本語 العربية עברית',
  '😀 𝒳 🏳️‍🌈 👨‍👩‍👧‍👦',
  '\u00e9',
  'e\u0301',
  '\u202eright to left\u202c',
  '\ufeffbyte order mark',
  '\ufffd \ufffe',
];

/** What both families hold. */
const shared: readonly Case[] = [
  ...['0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993'].map((n) => same('signed', n)),
  ...['0.000000000000000000000000000001', '99999999999999999999999999999999999.999999999999999999999999999999'].map(
    (n): Case => ({ attribute: 'decimal', given: n, printed: `"${n}"`, stored: n }),
  ),
  {
    attribute: 'decimal',
    given: '"-12345678901234567890123456789012345.123456789012345678901234567891"',
    printed: '"-12345678901234567890123456789012345.123456789012345678901234567891"',
    stored: '-12345678901234567890123456789012345.123456789012345678901234567891',
  },
  temporal('day', '1969-12-31', '-86400'),
  temporal('day', '1582-10-04', '-12220243200'),
  temporal('day', '1582-10-15', '-12219292800'),
  temporal('day', '1000-01-01', '-30610224000'),
  temporal('day', '9999-12-31', '253402214400'),
  temporal('day', '2024-02-29', '1709164800'),
  temporal('moment', '1969-12-31 23:59:59.999999', '-0.000001'),
  temporal('moment', '1969-12-31 23:59:58.500000', '-1.5'),
  temporal('moment', '1500-03-01 12:00:00.000001', '-14826628799.999999'),
  temporal('moment', '9999-12-31 23:59:59.999999', '253402300799.999999'),
  temporal('moment', '2024-05-06 07:08:09.123456', '1714979289.123456'),
  temporal('moment', '2024-05-06 07:08:09.100000', '1714979289.1'),
  temporal('span', '23:59:59.999999', '86399.999999'),
  temporal('span', '00:00:00.000000', '0'),
  ...['0', '1', '-1.5', '0.1', '123456.79', '16777216', '3.4028235e+38'].map(
    (n): Case => ({ attribute: 'single', given: n, printed: n, stored: '' }),
  ),
  ...['0.1', '-1.7976931348623157e+308', '2.2250738585072014e-308', '123456789.12345679', '1e+21'].map(
    (n): Case => ({ attribute: 'double', given: n, printed: n, stored: '' }),
  ),
  ...texts.map((value) => text('wide', value)),
  ...['\u00e9', 'it\'s "x"', 'a`b', '😀'].map((value) => text('choice', value)),
  {
    attribute: 'tag',
    given: '"00112233445566778899AABBCCDDEEFF"',
    printed: '"00112233-4455-6677-8899-aabbccddeeff"',
    stored: '',
  },
];

/** What one family holds and the other does not. */
const special: Readonly<Record<Backend['family'], readonly Case[]>> = {
  mysql: [
    ...['0', '18446744073709551615', '9223372036854775808', '9007199254740993'].map((n) => same('unsigned', n)),
    temporal('day', '0000-00-00', '"0000-00-00"'),
    temporal('moment', '0000-00-00 00:00:00.000000', '"0000-00-00 00:00:00.000000"'),
    temporal('span', '838:59:59.000000', '3020399'),
    temporal('span', '-838:59:59.000000', '-3020399'),
    temporal('span', '25:00:00.000001', '90000.000001'),
    temporal('span', '-00:00:00.500000', '-0.5'),
    temporal('span', '-01:00:00.000000', '-3600'),
    text('wide', 'a\u0000b'),
    ...["caf\u00e9 \u00ff 'x'", '\u20ac', 'plain'].map((value) => text('narrow', value)),
    same('year', '2155'),
  ],
  postgresql: [
    temporal('day', '0001-01-01', '-62135596800'),
    temporal('day', '0044-03-15 BC', '"0044-03-15 BC"'),
    temporal('day', 'infinity', '"infinity"'),
    temporal('moment', '-infinity', '"-infinity"'),
    temporal('span', '24:00:00.000000', '86400'),
    { attribute: 'whole', given: '1e30', printed: `"1${'0'.repeat(30)}"`, stored: `1${'0'.repeat(30)}` },
    text('list', '{1,NULL,3}'),
    text('stretch', '1 year 2 days 03:04:05.678901'),
    text('net', '10.0.0.0/8'),
    { attribute: 'flag', given: 'true', printed: '1', stored: 'true' },
    { attribute: 'flag', given: '0', printed: '0', stored: 'false' },
  ],
};

/** The columns, in the spelling of each family. */
const columns: Readonly<Record<Backend['family'], Readonly<Record<string, string>>>> = {
  mysql: {
    signed: 'bigint',
    unsigned: 'bigint unsigned',
    decimal: 'decimal(65,30)',
    day: 'date',
    moment: 'datetime(6)',
    span: 'time(6)',
    single: 'float',
    double: 'double',
    wide: 'varchar(200)',
    narrow: 'varchar(200) CHARACTER SET latin1 COLLATE latin1_bin',
    year: 'year',
    choice: `enum('\u00e9', 'it''s "x"', 'a\`b', '😀')`,
    tag: 'binary(16)',
  },
  postgresql: {
    signed: 'bigint',
    decimal: 'numeric(65,30)',
    day: 'date',
    moment: 'timestamp(6)',
    span: 'time(6)',
    single: 'real',
    double: 'double precision',
    wide: 'varchar(200)',
    choice: `${schema}.choice`,
    tag: 'uuid',
    whole: 'numeric',
    list: 'integer[]',
    stretch: 'interval',
    net: 'inet',
    flag: 'boolean',
  },
};

/** Sessions have DataJoint's own SQL mode, which reads zero dates and takes no new ones. */
const isZero = ({ stored }: Case): boolean => stored.startsWith('0000-00-00');

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  const { family } = backend;
  const numbered = [...shared, ...special[family]].map((given, id) => ({ id, ...given }));
  const attributes = Object.keys(columns[family]);

  /** The value as it is written in SQL, sent by a way that is not ours. */
  const literal = ({ attribute, stored, given }: Case): string => {
    const hex = Buffer.from(stored).toString('hex');
    if (family === 'postgresql') {
      const value = stored === '' ? given.replaceAll('"', "'") : `convert_from('\\x${hex}', 'UTF8')`;
      return `CAST(${value} AS ${columns.postgresql[attribute]})`;
    }
    if (attribute === 'tag') return `UNHEX(${given.replaceAll('"', "'")})`;
    return stored === '' ? given : `CONVERT(X'${hex}' USING utf8mb4)`;
  };

  beforeAll(async () => {
    // Compared byte by byte: what is equal to another text by its collation is not what is tested here.
    const bytewise = { mariadb: 'utf8mb4_nopad_bin', mysql: 'utf8mb4_0900_bin', postgres: '', pglite: '' }[
      backend.name
    ];
    const collation = bytewise === '' ? '' : ` DEFAULT COLLATE ${bytewise}`;
    const definitions = attributes.map((name) => `${quoted(name)} ${columns[family][name]} DEFAULT NULL`);
    const comment = family === 'mysql' ? " COMMENT ':uuid:'" : '';
    const table = (name: string): string =>
      `CREATE TABLE ${schema}.${quoted(name)} (id int NOT NULL, ${definitions.join(', ')}${comment}, PRIMARY KEY (id))${collation};`;
    await backend.createSchemas(schema);
    if (family === 'postgresql') {
      await backend.query(`CREATE TYPE ${schema}.choice AS ENUM ('\u00e9', 'it''s "x"', 'a\`b', '😀')`);
    }
    await backend.query(`${table('value')} ${table('#value_by_sql')}`);
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(() => api?.close());

  const insertBySql = async (table: string, entry: Case & { readonly id: number }): Promise<void> => {
    const values = `${entry.id}, ${literal(entry)}`;
    const insert = `INSERT INTO ${schema}.${quoted(table)} (id, ${quoted(entry.attribute)}) VALUES (${values})`;
    // A zero date goes in where no mode forbids it.
    const lenient = `SET SESSION sql_mode = 'ANSI_QUOTES'; ${insert};
      SET SESSION sql_mode = CONCAT(@@GLOBAL.sql_mode, ',ANSI_QUOTES')`;
    await backend.query(family === 'mysql' ? lenient : insert);
  };
  /** What stands in the table by the database's own word. */
  const stored = async (table: string): Promise<Map<number, Record<string, string | null>>> => {
    const texts = attributes.map((name) => {
      const text =
        family === 'postgresql'
          ? `CAST(${quoted(name)} AS text)`
          : name === 'tag'
            ? 'tag'
            : `CONVERT(CAST(${quoted(name)} AS CHAR CHARACTER SET utf8mb4) USING utf8mb4)`;
      return `${text} AS ${quoted(name)}`;
    });
    const rows = await backend.query<Record<string, string | null>>(
      `SELECT id, ${texts.join(', ')} FROM ${schema}.${quoted(table)}`,
    );
    return new Map(rows.map((row) => [Number(row.id), row]));
  };
  /** Each value as the API prints it, as JSON text. */
  const printed = async (table: string): Promise<Map<number, string[]>> => {
    const answer = await client.get(tablePath(schema, table, 'record'));
    expect(answer.status, answer.text).toBe(200);
    const rows = [...answer.text.matchAll(/\[(\d+),((?:"(?:[^"\\]|\\.)*"|[^[\]"])*)\]/g)];
    return new Map(rows.map(([, id, rest = '']) => [Number(id), rest.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? []]));
  };

  test('what is inserted through the API is what the database holds, and what is printed', async () => {
    for (const entry of numbered) {
      const { id, attribute, given } = entry;
      if (isZero(entry)) {
        await insertBySql('value', entry);
        continue;
      }
      const body = `{"records":[{"id":${id},${JSON.stringify(attribute)}:${given}}]}`;
      const answer = await client.post(path, body);
      expect.soft(answer.text, body).toContain('Insert Successful');
    }
    const held = await stored('value');
    const shown = await printed('Value');
    const header = (await client.get(path)).json() as { recordHeader: string[] };
    for (const { id, attribute, printed: expected, stored: own, given } of numbered) {
      // PostgreSQL leaves out the zeros at the end of a fraction of a second.
      const isTime = family === 'postgresql' && /^(?:moment|span)$/.test(attribute);
      const spelled = isTime ? own.replace(/\.?0+$/, '') : own;
      if (own !== '') expect.soft(held.get(id)?.[attribute], `${attribute} ${given}`).toBe(spelled);
      const cell = shown.get(id)?.[header.recordHeader.indexOf(attribute) - 1] ?? '';
      if (expected.startsWith('"')) expect.soft(JSON.parse(cell)).toBe(JSON.parse(expected));
      else expect.soft(cell.replace(/^(-?\d+)e\+?/, '$1e+'), `${attribute} ${given}`).toBe(expected);
    }
  });

  test('what is inserted by SQL is printed the same', async () => {
    for (const entry of numbered) {
      await insertBySql('#value_by_sql', entry);
    }
    expect(await printed('ValueBySql')).toEqual(await printed('Value'));
  });

  test('each printed value, sent back, restricts to the rows that hold it', async () => {
    for (const { id, attribute, printed: value } of numbered) {
      const restriction = `[{"attributeName":${JSON.stringify(attribute)},"operation":"=","value":${value}}]`;
      const answer = await client.get(`${path}?restriction=${encodeRestriction(restriction)}`);
      const page = answer.status === 200 ? (answer.json() as { records: number[][] }) : { records: [] };
      expect
        .soft(
          page.records.map(([found]) => found),
          `${attribute} ${value}: ${answer.text}`,
        )
        .toEqual([id]);
    }
  });

  test('each printed value, sent back in an update, leaves the row as it is', async () => {
    const before = await stored('value');
    for (const entry of numbered) {
      const { id, attribute, printed: value } = entry;
      const isSeconds = ['day', 'moment', 'span'].includes(attribute) && !value.startsWith('"');
      // Numbers for temporal attributes are read as digits, 20210102, as documented.
      if (isSeconds || isZero(entry)) continue;
      const answer = await client.patch(path, `{"records":[{"id":${id},${JSON.stringify(attribute)}:${value}}]}`);
      expect.soft(answer.text, `${attribute} ${value}`).toContain('Update Successful');
    }
    expect(await stored('value')).toEqual(before);
  });

  test('what a type cannot hold is refused, not bent', async () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['signed', '9223372036854775808'],
      ['signed', '1e30'],
      ['signed', '"12abc"'],
      ['day', '"2023-02-30"'],
      ['day', '"yesterday"'],
      ['moment', '"2024-01-01 25:00:00"'],
      ['span', '"900:00:00"'],
      ['wide', JSON.stringify('x'.repeat(201))],
      ['wide', '"\\ud800"'],
      ['choice', '"none of them"'],
      ['tag', '"not a uuid"'],
      ['single', '1e39'],
      ['double', '1e309'],
      ['wide', '{"a":1}'],
      ['signed', '[1]'],
      ...{
        mysql: [
          ['unsigned', '-1'],
          ['unsigned', '18446744073709551616'],
          ['narrow', '"😀"'],
          ['narrow', '"日本"'],
          ['year', '1800'],
        ] as const,
        postgresql: [
          ['wide', '"a\\u0000b"'],
          ['choice', '"a\\u0000b"'],
          ['span', '"25:00:00"'],
          ['span', '"-01:00:00"'],
          ['day', '"0000-00-00"'],
          ['list', '"1,2"'],
          ['stretch', '"soon"'],
          ['net', '"somewhere"'],
          ['flag', '2'],
        ] as const,
      }[family],
    ];
    const before = await stored('value');
    for (const [attribute, value] of wrong) {
      for (const send of [client.post, client.patch]) {
        const id = send === client.post ? 5000 : 0;
        const answer = await send(path, `{"records":[{"id":${id},"${attribute}":${value}}]}`);
        expect
          .soft([answer.status, answer.text], `${attribute} ${value}`)
          .toEqual([500, expect.stringContaining(attribute)]);
      }
    }
    expect(await stored('value')).toEqual(before);
  });
});
