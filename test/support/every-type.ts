import type { Backend } from './backends.ts';

/** A column of a table that has every type of attribute, with values at the edges of the type. */
export interface TypedColumn {
  readonly name: string;
  /** As the database declares it. */
  readonly type: string;
  /** DataJoint's marker, which stands in the comment. */
  readonly marker?: string;
  /** Two values as SQL; a third row holds NULL. */
  readonly sql: readonly [string, string];
  /** The same as CSV, without quotes. */
  readonly csv: readonly [string, string];
  /** The same as JSON. */
  readonly json: readonly [string, string];
  /** The same as Python prints what pyarrow reads. */
  readonly python: readonly [unknown, unknown];
  /** The type of the column as Arrow has it. */
  readonly arrow: string;
  /** The type DuckDB reads from Parquet. */
  readonly duckdb: string;
  /** What pandas reads, or DuckDB from Parquet, where it is not what pyarrow reads. */
  readonly otherwise?: { readonly pandas?: readonly unknown[]; readonly duckdb?: readonly unknown[] };
}

function integer(name: string, type: string, least: string, most: string, arrow: string, duckdb: string): TypedColumn {
  const values = [least, most] as const;
  return { name, type, sql: values, csv: values, json: values, python: values, arrow, duckdb };
}

const text = (
  name: string,
  type: string,
  first: string,
  second: string,
  more: Partial<TypedColumn> = {},
): TypedColumn => ({
  name,
  type,
  sql: [`'${first.replaceAll("'", "''")}'`, `'${second.replaceAll("'", "''")}'`],
  csv: [first, second],
  json: [JSON.stringify(first), JSON.stringify(second)],
  python: [first, second],
  arrow: 'string',
  duckdb: 'VARCHAR',
  ...more,
});

const tricky = 'say "hi", =1+1\n\tünï😀';
const uuids = ['00000000-0000-0000-0000-000000000001', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'] as const;

/** The columns that either family can hold. */
export function typedColumns({ family }: Pick<Backend, 'family'>): readonly TypedColumn[] {
  const isMysql = family === 'mysql';
  const pick = <T>(mysql: T, postgres: T): T => (isMysql ? mysql : postgres);
  const bytes = (hex: string): string => pick(`X'${hex}'`, `'\\x${hex}'::bytea`);
  const base64 = ['AP8=', ''] as const;
  return [
    ...(isMysql
      ? [
          integer('i8', 'tinyint', '-128', '127', 'int8', 'TINYINT'),
          integer('u8', 'tinyint unsigned', '0', '255', 'uint8', 'UTINYINT'),
          integer('u16', 'smallint unsigned', '0', '65535', 'uint16', 'USMALLINT'),
          integer('i24', 'mediumint', '-8388608', '8388607', 'int32', 'INTEGER'),
          integer('u32', 'int unsigned', '0', '4294967295', 'uint32', 'UINTEGER'),
          integer('u64', 'bigint unsigned', '0', '18446744073709551615', 'uint64', 'UBIGINT'),
          integer('y', 'year', '1901', '2155', 'uint16', 'USMALLINT'),
          { ...integer('bits', 'bit(9)', '0', '511', 'uint64', 'UBIGINT'), json: ['"0"', '"511"'] as const },
          text('a_set', "set('a','b')", 'a,b', ''),
          text('latin', 'varchar(20) CHARACTER SET latin1', 'é€', 'x'),
        ]
      : []),
    integer('i16', 'smallint', '-32768', '32767', 'int16', 'SMALLINT'),
    integer('i32', pick('int', 'integer'), '-2147483648', '2147483647', 'int32', 'INTEGER'),
    integer('i64', 'bigint', '-9223372036854775808', '9223372036854775807', 'int64', 'BIGINT'),
    {
      name: 'truth',
      type: pick('tinyint', 'boolean'),
      marker: ':bool:',
      sql: pick(['0', '1'], ['false', 'true']),
      csv: ['false', 'true'],
      json: ['false', 'true'],
      python: [false, true],
      arrow: 'bool',
      duckdb: 'BOOLEAN',
    },
    {
      name: 'f32',
      type: pick('float', 'real'),
      sql: ['0.1', '-3.4028234e38'],
      csv: ['0.1', '-3.4028235e+38'],
      json: ['0.1', '-3.4028235e+38'],
      python: ['0.10000000149011612', '-3.4028234663852886e+38'],
      arrow: 'float',
      duckdb: 'FLOAT',
    },
    {
      name: 'f64',
      type: pick('double', 'double precision'),
      sql: ['0.1', '-1.7976931348623157e308'],
      csv: ['0.1', '-1.7976931348623157e+308'],
      json: ['0.1', '-1.7976931348623157e+308'],
      python: ['0.1', '-1.7976931348623157e+308'],
      arrow: 'double',
      duckdb: 'DOUBLE',
    },
    ...(
      [
        ['d9', 'decimal(9,2)', '-1234567.89', '0.01', 'decimal128(9, 2)', 'DECIMAL(9,2)'],
        ['d18', 'decimal(18,0)', '999999999999999999', '-1', 'decimal128(18, 0)', 'DECIMAL(18,0)'],
        [
          'd38',
          'decimal(38,10)',
          '-1234567890123456789012345678.0123456789',
          '0.0000000001',
          'decimal128(38, 10)',
          'DECIMAL(38,10)',
        ],
      ] as const
    ).map(
      ([name, type, first, second, arrow, duckdb]): TypedColumn => ({
        name,
        type,
        sql: [first, second],
        csv: [first, second],
        json: [`"${first}"`, `"${second}"`],
        // Python writes one ten-billionth with an exponent; the value is the same.
        python: [first, second === '0.0000000001' ? '1E-10' : second],
        arrow,
        duckdb,
      }),
    ),
    text('fixed', 'char(5)', 'ab', ''),
    text('words', 'varchar(60)', tricky, ''),
    text('long_text', 'text', 'NULL', 'NaN Infinity \\N'),
    {
      ...text('choice', pick("enum('it''s','b,c','')", '"every_type"."enum_choice"'), "it's", 'b,c'),
      marker: `:enum('it''s','b,c',''):`,
      arrow: 'dictionary<values=string, indices=int32, ordered=0>',
      duckdb: 'VARCHAR',
    },
    text('day', 'date', '1000-01-01', '9999-12-31', { arrow: 'date32[day]', duckdb: 'DATE' }),
    text('moment', pick('datetime(6)', 'timestamp'), '1969-12-31 23:59:59.999999', '9999-12-31 23:59:59.000001', {
      arrow: 'timestamp[us]',
      duckdb: 'TIMESTAMP',
    }),
    text('clock', pick('time(6)', 'time'), pick('-838:59:58.999999', '00:00:00.000001'), '23:59:59.999999', {
      arrow: 'duration[us]',
      duckdb: 'BIGINT',
      python: [pick('-3020398999999 us', '1 us'), '86399999999 us'],
      otherwise: { duckdb: [pick('-3020398999999', '1'), '86399999999'] },
    }),
    {
      name: 'id',
      type: pick('binary(16)', 'uuid'),
      marker: ':uuid:',
      sql: isMysql
        ? [`X'${uuids[0].replaceAll('-', '')}'`, `X'${uuids[1].replaceAll('-', '')}'`]
        : [`'${uuids[0]}'`, `'${uuids[1]}'`],
      csv: uuids,
      json: [`"${uuids[0]}"`, `"${uuids[1]}"`],
      python: uuids,
      arrow: 'extension<arrow.uuid>',
      duckdb: 'UUID',
      otherwise: { pandas: uuids.map((id) => `0x${id.replaceAll('-', '')}`) },
    },
    {
      name: 'document',
      type: pick('json', 'jsonb'),
      marker: ':json:',
      sql: [`'{"a": [1, 2.5, null], "b": "x"}'`, `'"7"'`],
      csv: ['{"a": [1, 2.5, null], "b": "x"}', '"7"'],
      json: ['{"a": [1, 2.5, null], "b": "x"}', '"7"'],
      python: ['{"a": [1, 2.5, null], "b": "x"}', '"7"'],
      arrow: 'extension<arrow.json>',
      duckdb: 'VARCHAR',
    },
    {
      name: 'raw',
      type: pick('longblob', 'bytea'),
      marker: ':bytes:',
      sql: [bytes('00ff'), bytes('')],
      csv: base64,
      json: [`"${base64[0]}"`, `"${base64[1]}"`],
      python: ['0x00ff', '0x'],
      arrow: 'binary',
      duckdb: 'BLOB',
    },
    ...(isMysql
      ? []
      : [
          text('zoned', 'timestamp with time zone', '2026-01-31 12:00:00.000001+00:00', '1999-12-31 23:59:59+00:00', {
            arrow: 'timestamp[us, tz=UTC]',
            duckdb: 'TIMESTAMP WITH TIME ZONE',
            python: ['2026-01-31 12:00:00.000001+00:00', '1999-12-31 23:59:59.000000+00:00'],
          }),
          {
            ...text('special', 'double precision', 'nan', '-inf'),
            sql: ["'NaN'", "'-Infinity'"],
            arrow: 'double',
            duckdb: 'DOUBLE',
          } as TypedColumn,
          text('free', 'numeric', '123456789012345678901234567890.5', '-0.000000000000000001'),
        ]),
  ];
}

/** Makes the schema `every_type` with the table `sample`, filled, and an empty copy of it, `copy`. */
export async function createEveryType(backend: Backend): Promise<void> {
  const columns = typedColumns(backend);
  const isMysql = backend.family === 'mysql';
  await backend.createSchemas('every_type');
  if (!isMysql) await backend.query(`CREATE TYPE every_type.enum_choice AS ENUM ('it''s', 'b,c', '')`);
  for (const table of ['sample', 'copy']) {
    const declared = columns.map(
      ({ name, type, marker }) =>
        `"${name}" ${type} ${isMysql ? 'NULL DEFAULT NULL' : ''}${isMysql && marker ? ` COMMENT '${marker.replaceAll("'", "''")}'` : ''}`,
    );
    await backend.query(
      `CREATE TABLE every_type.${table} (key_id integer NOT NULL, ${declared.join(', ')}, PRIMARY KEY (key_id))`,
    );
    if (isMysql) continue;
    for (const { name, marker } of columns) {
      if (marker)
        await backend.query(`COMMENT ON COLUMN every_type.${table}."${name}" IS '${marker.replaceAll("'", "''")}'`);
    }
  }
  const written = (sql = ''): string => (isMysql ? sql.replaceAll('\\', '\\\\') : sql);
  const rows = [0, 1].map((row) => `(${row}, ${columns.map(({ sql }) => written(sql[row])).join(', ')})`);
  rows.push(`(2, ${columns.map(() => 'NULL').join(', ')})`);
  await backend.query(`INSERT INTO every_type.sample VALUES ${rows.join(', ')}`);
}
