import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Attribute, cellWriter, type Database, isOpaque, type Table } from '../../packages/datajoint/src/index.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { createEveryType } from '../support/every-type.ts';

const schema = 'pharus_record_text';

/** A column of its own for each type, and values as SQL that are hard to write as JSON. */
interface Hard {
  readonly type: string;
  readonly values: readonly string[];
  readonly comment?: string;
}

/** Every character up to U+02FF but NUL, and the odd ones beyond. */
const characters = [
  ...Array.from({ length: 0x2ff }, (_, index) => String.fromCodePoint(index + 1)),
  ...'\u2028\u2029\ufeff\ufffd😀/',
];
const runs = Array.from({ length: Math.ceil(characters.length / 40) }, (_, index) =>
  characters.slice(index * 40, (index + 1) * 40).join(''),
);
const texts = [
  ...runs,
  '',
  ' both ',
  'NaN',
  'Infinity',
  'nan -Infinity \\NaN \nNaN',
  '\\u000B',
  '\\\\u000B',
  '\\\u000b\\u000B\u001f',
  '\\n"\\"',
  'null',
  '","',
  "it's",
];

function hard({ family }: Backend): readonly Hard[] {
  const asSql = (text: string): string =>
    `'${(family === 'mysql' ? text.replaceAll('\\', '\\\\') : text).replaceAll("'", "''")}'`;
  const written = texts.map(asSql);
  const days = ['0001-01-01', '0999-12-31', '1582-10-10', '1969-12-31', '1970-01-01', '2000-02-29', '9999-12-31'];
  const clocks = ['00:00:00', '12:34:56', '23:59:59'];
  const daysAs = family === 'mysql' ? mysqlDays : ["'infinity'", "'-infinity'", "'10000-01-01'", "'0001-01-01 BC'"];
  const moments = days.flatMap((day) => clocks.map((clock) => `'${day} ${clock}'`));
  const integers = ['0', '-1', '1', '127', '-128'];
  const decimals = ['0', '-0.001', '12345678901234567.891', '-99999999999999999.999'];
  const shared: readonly Hard[] = [
    { type: 'varchar(200)', values: written },
    { type: 'text', values: written },
    { type: 'char(45)', values: written.filter((_, index) => (texts[index] as string).length <= 45) },
    { type: 'smallint', values: integers },
    { type: 'bigint', values: [...integers, '9223372036854775807', '-9223372036854775808'] },
    { type: 'decimal(20,3)', values: decimals },
    { type: 'date', values: [...days.map((day) => `'${day}'`), ...daysAs] },
  ];
  const binaries = ["X'00000000000000000000000000000000'", "X'ffeeddccbbaa99887766554433221100'"];
  const ofFamily: readonly Hard[] =
    family === 'mysql'
      ? [
          { type: 'tinyint unsigned zerofill', values: ['0', '7', '255'] },
          { type: 'int(6) zerofill', values: ['0', '42', '1234567'] },
          { type: 'decimal(8,2) zerofill', values: ['0', '3.5'] },
          { type: 'bigint unsigned', values: ['0', '18446744073709551615'] },
          { type: 'tinyint', values: integers, comment: ':bool:' },
          { type: 'year', values: ['0', '1901', '2155'] },
          { type: 'binary(16)', values: binaries, comment: ':uuid:' },
          { type: 'varbinary(16)', values: binaries, comment: ':uuid:' },
          { type: 'char(36)', values: ["'FFEEDDCC-BBAA-9988-7766-554433221100'"], comment: ':uuid:' },
          { type: 'datetime', values: [...moments, ...mysqlMoments] },
          { type: 'datetime(3)', values: [...moments, "'1969-12-31 23:59:59.999'", ...mysqlMoments] },
          { type: 'timestamp', values: ["'1970-01-02 00:00:01'", "'2037-12-31 23:59:59'", "'0000-00-00 00:00:00'"] },
          { type: 'time', values: ["'-838:59:59'", "'00:00:00'", "'838:59:59'"] },
          { type: 'float', values: ['0.1', '-0e0', '16777217', '3.4028234e38', '1e-45'] },
          { type: 'double', values: ['0.1', '-0e0', '1e21', '1.7976931348623157e308', '5e-324'] },
          { type: "enum('a\"b','NaN','')", values: [`'a"b'`, "'NaN'", "''", '0'] },
          { type: "set('a','ü','c\\\\d')", values: ["''", "'a,ü'", "'c\\\\d'"] },
          { type: 'varchar(40) CHARACTER SET latin1', values: ["'é€ \\\\ \"'", "X'8190'", "'NaN'"] },
          { type: 'varchar(40) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin', values: ["'日本 \"'", "'\\t'"] },
          { type: 'varchar(40) CHARACTER SET ucs2', values: ["'日本 \"'"] },
          { type: 'varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', values: ["'😀'"] },
          { type: 'tinytext', values: written.filter((_, index) => (texts[index] as string).length <= 80) },
          { type: 'longtext', values: written },
          { type: 'json', values: [`'{"a": "NaN"}'`, `'"x\\\\u000b"'`], comment: ':json:' },
          { type: 'bit(9)', values: ["b'101'"] },
          { type: 'blob', values: ["X'00ff'"] },
        ]
      : [
          { type: 'boolean', values: ['true', 'false'] },
          { type: 'numeric', values: ["'NaN'", ...decimals] },
          { type: 'uuid', values: ["'ffeeddcc-bbaa-9988-7766-554433221100'"] },
          { type: 'timestamp', values: [...moments, "'infinity'", "'2000-01-01 00:00:00.100000'"] },
          { type: 'timestamp with time zone', values: [...moments, "'-infinity'"] },
          { type: 'time', values: ["'00:00:00'", "'24:00:00'", "'12:00:00.5'"] },
          { type: 'real', values: ['0.1', "'-0'", '16777216', '3.4028234e38', "'NaN'", "'Infinity'"] },
          { type: 'double precision', values: ['0.1', "'-0'", '1e21', '1.7976931348623157e308', "'-Infinity'"] },
          { type: 'json', values: [`'{"a" : "NaN"}'`, `'"x\\u000b"'`] },
          { type: 'jsonb', values: [`'{"a" : "NaN"}'`] },
          { type: 'text[]', values: [`'{a,"b c",NULL}'`] },
          { type: 'inet', values: ["'10.0.0.1'"] },
          { type: 'interval', values: ["'1 day 02:03:04.5'"] },
          { type: 'bytea', values: ["'\\x00ff'"] },
        ];
  return [...shared, ...ofFamily];
}

/** What the session of the tests is told to take: days that do not exist, and none. */
const mysqlDays = [
  "'0000-00-00'",
  "'0000-01-01'",
  "'0000-02-28'",
  "'0000-03-01'",
  "'2021-02-29'",
  "'2021-02-31'",
  "'2021-00-05'",
  "'2021-05-00'",
  "'0000-05-00'",
];
const mysqlMoments = mysqlDays.map((day) => `${day.slice(0, -1)} 01:02:03'`);

/** The rows, each as the codec writes the cells that come without the database's help. */
async function byCodec(table: Table, attributes: readonly Attribute[]): Promise<string[]> {
  const read = attributes.filter((attribute) => !isOpaque(attribute));
  const rows: string[] = [];
  for await (const batch of table.first({}).cells(read.map(({ name }) => name))) {
    for (const row of batch) {
      const cells = attributes.map((attribute) => cellWriter(attribute)(row[read.indexOf(attribute)] ?? null));
      rows.push(`[${cells.join(',')}]`);
    }
  }
  return rows;
}

const textOf = (json: string | Uint8Array): string => Buffer.from(json as Uint8Array).toString();

async function asRecords(table: Table, attributes: readonly Attribute[]): Promise<string> {
  const batches: string[] = [];
  for await (const { json } of table.first({}).records(attributes)) batches.push(textOf(json));
  return batches.join(',');
}

describeEachBackend((backend) => {
  let database: Database;
  const columns = hard(backend);
  const length = Math.max(...columns.map(({ values }) => values.length));

  beforeAll(async () => {
    await createEveryType(backend);
    await backend.createSchemas(schema);
    const isMysql = backend.family === 'mysql';
    for (const table of ['nullable', 'filled']) {
      const isNullable = table === 'nullable';
      const declared = columns.map(
        ({ type, comment = '' }, index) =>
          `c${index} ${type} ${isNullable ? 'NULL' : 'NOT NULL'}${isMysql ? ` COMMENT '${comment}'` : ''}`,
      );
      const values = Array.from({ length: length + 1 }, (_, row) => {
        const cells = columns.map(({ values: some }) => (isNullable ? (some[row] ?? 'NULL') : some[row % some.length]));
        return `(${row}, ${cells.join(', ')})`;
      });
      const mode = isMysql ? "SET SESSION sql_mode = 'ALLOW_INVALID_DATES,ANSI_QUOTES'; " : '';
      await backend.query(
        `${mode}CREATE TABLE ${schema}.${table} (id int NOT NULL, ${declared.join(', ')}, PRIMARY KEY (id));
         INSERT INTO ${schema}.${table} VALUES ${values.join(', ')}`,
      );
    }
    database = openDatabase(backend);
  });
  afterAll(async () => {
    await database?.close();
    await backend.dropSchemas(schema, 'every_type');
  });

  test.each([
    [schema, 'Nullable'],
    [schema, 'Filled'],
    ['every_type', 'Sample'],
  ])('%s.%s: records are what the codec writes of the cells', async (name, className) => {
    const table = await database.schema(name).table(className);
    const { attributes } = table.heading;
    const expected = await byCodec(table, attributes);
    expect(await asRecords(table, attributes)).toBe(expected.join(','));
    expect(expected.length).toBe(name === schema ? length + 1 : 3);
  });

  test('each attribute alone, in any order, and none', async () => {
    const table = await database.schema(schema).table('Nullable');
    const { attributes } = table.heading;
    for (const attribute of attributes) {
      expect(await asRecords(table, [attribute]), attribute.type).toBe((await byCodec(table, [attribute])).join(','));
    }
    const turned = [...attributes].reverse();
    expect(await asRecords(table, turned)).toBe((await byCodec(table, turned)).join(','));
    expect(await asRecords(table, [])).toBe((await byCodec(table, [])).join(','));
  });

  test('columns named like ours do not change the order', async () => {
    await backend.query(
      `CREATE TABLE ${schema}.named (id int NOT NULL, "x_0" int NOT NULL, PRIMARY KEY (id));
       INSERT INTO ${schema}.named VALUES (1, 3), (2, 2), (3, 1)`,
    );
    const table = await database.schema(schema).table('Named');
    const batches = [];
    for await (const { json } of table.first({ order: 'x_0' }).records(table.heading.attributes)) {
      batches.push(textOf(json));
    }
    expect(batches.join(',')).toBe('[3,1],[2,2],[1,3]');
  });

  test('a page far from the beginning has the rows that the order gives it', async () => {
    const rows = Array.from({ length: 1300 }, (_, id) => `(${id}, 'b', ${id % 7 === 0 ? 'NULL' : id % 5})`);
    await backend.query(
      `CREATE TABLE ${schema}.many (id int NOT NULL, part varchar(9) NOT NULL, x int NULL, PRIMARY KEY (id, part));
       INSERT INTO ${schema}.many VALUES ${rows.join(', ')}`,
    );
    const table = await database.schema(schema).table('Many');
    const { attributes, names } = table.heading;
    for (const order of ['KEY', 'KEY DESC', 'x DESC, KEY', 'x, KEY DESC'] as const) {
      const page = table.restrict({ part: 'b' }).first({ order, limit: 50, offset: 1100 });
      const expected: string[] = [];
      for await (const batch of page.cells(names)) expected.push(...batch.map(([id, , x]) => `[${id},"b",${x}]`));
      const texts: string[] = [];
      for await (const { json } of page.records(attributes)) texts.push(textOf(json));
      expect(texts.join(','), order).toBe(expected.join(','));
      expect(expected.length).toBe(50);
    }
  });
});
