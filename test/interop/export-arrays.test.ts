import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dtype, NdArray, pack } from '@pharus/datajoint/blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeBackend } from '../support/backends.ts';
import { pythonFiles } from '../support/python.ts';
import { PythonSession } from './python-session.ts';

const schema = 'export_arrays';
const ofType = (dtype: Dtype, data: NdArray['data']) => new NdArray({ dtype, shape: [data.length], data });
const long = Float64Array.from({ length: 400 }, (_, index) => index / 8);

/** For each column its values, what pyarrow says of its type, and what readers make of it. */
const columns = [
  {
    name: 'doubles',
    values: [ofType('float64', Float64Array.of(0.5, -0, Number.NaN)), ofType('float64', long), null],
    type: 'list<item: double not null>',
    read: [['0.5', '-0.0', 'nan'], Array.from(long, (value) => (value % 1 === 0 ? `${value}.0` : String(value))), null],
  },
  {
    name: 'singles',
    values: [ofType('float32', Float32Array.of(1.5)), ofType('float32', Float32Array.of()), null],
    type: 'list<item: float not null>',
    read: [['1.5'], [], null],
  },
  {
    name: 'bytes_',
    values: [ofType('uint8', Uint8Array.of(0, 255)), null, ofType('uint8', Uint8Array.of(7))],
    type: 'list<item: uint8 not null>',
    read: [['0', '255'], null, ['7']],
  },
  {
    name: 'bigs',
    values: [
      ofType('int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
      null,
      ofType('int64', BigInt64Array.of()),
    ],
    type: 'list<item: int64 not null>',
    read: [['-9223372036854775808', '9223372036854775807'], null, []],
  },
  {
    name: 'unsigned_',
    values: [ofType('uint64', BigUint64Array.of(2n ** 64n - 1n)), ofType('uint64', BigUint64Array.of(0n)), null],
    type: 'list<item: uint64 not null>',
    read: [['18446744073709551615'], ['0'], null],
  },
  {
    name: 'truths',
    values: [ofType('bool', Uint8Array.of(1, 0, 1)), ofType('bool', Uint8Array.of(0, 1)), null],
    type: 'list<item: bool not null>',
    read: [[true, false, true], [false, true], null],
  },
  {
    name: 'images',
    values: [
      new NdArray({ dtype: 'int16', shape: [2, 3], order: 'F', data: Int16Array.of(1, 4, 2, 5, 3, 6) }),
      new NdArray({ dtype: 'int16', shape: [1, 2], data: Int16Array.of(7, 8) }),
      null,
    ],
    type: 'struct<data: list<item: int16 not null> not null, shape: list<item: int32 not null> not null>',
    read: [{ data: ['1', '2', '3', '4', '5', '6'], shape: ['2', '3'] }, { data: ['7', '8'], shape: ['1', '2'] }, null],
  },
] as const;
const mixed = [ofType('float64', Float64Array.of(1)), ofType('int8', Int8Array.of(1)), null];

describeBackend('mariadb', (backend) => {
  let api: Api;
  let client: ApiClient;
  let python: PythonSession;
  let directory: string;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    const names = [...columns.map(({ name }) => name), 'mixed'];
    const definitions = names.map((name) => `${name} longblob`).join(', ');
    await backend.query(`CREATE TABLE ${schema}.arrays (id integer NOT NULL, ${definitions}, PRIMARY KEY (id))`);
    for (const row of [0, 1, 2]) {
      const values = [...columns.map(({ values }) => values[row]), mixed[row]];
      const cells = values.map((value) => (value === null || value === undefined ? null : pack(value)));
      await backend.query(`INSERT INTO ${schema}.arrays VALUES (${'?, '.repeat(names.length)}?)`, [row, ...cells]);
    }
    api = await startApi();
    client = await api.login(backend);
    python = await PythonSession.start(await pythonFiles(), 'files.py');
    directory = await mkdtemp(join(tmpdir(), 'pharus-arrays-'));
  });
  afterAll(async () => {
    await python?.close();
    await api?.close();
    await backend.dropSchemas(schema);
    await rm(directory, { recursive: true, force: true });
  });

  for (const form of ['arrow', 'parquet'] as const) {
    test.each(['pyarrow', 'pandas', 'duckdb'])(`%s reads arrays from ${form}`, async (reader) => {
      const answer = await client.get(`${tablePath(schema, 'Arrays', 'export')}?format=${form}&blobs=inline`);
      expect(answer.status, answer.text).toBe(200);
      const path = join(directory, `arrays.${form}`);
      await writeFile(path, answer.bytes);
      const { types, rows } = await python.ask<{ types: Record<string, string>; rows: unknown[][] }>(reader, {
        path,
        form,
      });
      if (reader === 'pyarrow') {
        const shown = (text: string): string => text.replaceAll('element:', 'item:');
        expect(Object.values(types).slice(1, -1).map(shown)).toEqual(columns.map(({ type }) => type));
        expect(types.mixed).toBe('binary');
      }
      const expected = [0, 1, 2].map((row) => columns.map(({ read }) => read[row]));
      expect(rows.map((row) => row.slice(1, -1))).toEqual(expected);
      expect(rows.map((row) => row.at(-1))).toEqual(
        mixed.map((value) => value && `0x${Buffer.from(pack(value)).toString('hex')}`),
      );
    });
  }
});
