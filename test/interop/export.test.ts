import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';
import { createEveryType, typedColumns } from '../support/every-type.ts';
import { pythonFiles } from '../support/python.ts';
import { PythonSession } from './python-session.ts';

interface Answer {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly unknown[])[];
}

describeEachBackend((backend) => {
  const columns = typedColumns(backend);
  let api: Api;
  let client: ApiClient;
  let python: PythonSession;
  let directory: string;

  beforeAll(async () => {
    await createEveryType(backend);
    api = await startApi();
    client = await api.login(backend);
    python = await PythonSession.start(await pythonFiles(), 'files.py');
    directory = await mkdtemp(join(tmpdir(), 'pharus-export-'));
  });
  afterAll(async () => {
    await python?.close();
    await api?.close();
    await backend.dropSchemas('every_type');
    await rm(directory, { recursive: true, force: true });
  });

  const read = async (form: string, reader: string): Promise<Answer> => {
    const answer = await client.get(`${tablePath('every_type', 'Sample', 'export')}?format=${form}`);
    expect(answer.status, answer.text).toBe(200);
    const path = join(directory, `sample.${form}`);
    await writeFile(path, answer.bytes);
    return await python.ask<Answer>(reader, { path, form });
  };

  const expected = (reader?: 'pandas' | 'duckdb'): unknown[][] =>
    [0, 1, 2].map((row) => [
      String(row),
      ...columns.map(({ python: values, otherwise }) => {
        return ((reader && otherwise?.[reader]) ?? values)[row] ?? null;
      }),
    ]);

  for (const form of ['arrow', 'parquet'] as const) {
    test(`pyarrow reads every type from ${form}`, async () => {
      const { types, rows } = await read(form, 'pyarrow');
      expect(types).toEqual({
        key_id: 'int32',
        ...Object.fromEntries(columns.map(({ name, arrow }) => [name, arrow])),
      });
      expect(rows).toEqual(expected());
    });

    test(`pandas reads every type from ${form}`, async () => {
      expect((await read(form, 'pandas')).rows).toEqual(expected('pandas'));
    });

    test(`DuckDB reads every type from ${form}`, async () => {
      const { types, rows } = await read(form, 'duckdb');
      if (form === 'parquet') {
        expect(types).toEqual({
          key_id: 'INTEGER',
          ...Object.fromEntries(columns.map(({ name, duckdb }) => [name, duckdb])),
        });
      }
      expect(rows).toEqual(expected(form === 'parquet' ? 'duckdb' : undefined));
    });
  }
});
