import { beforeAll, describe, expect, test } from 'vitest';
import { type JsonValue, parseJson } from '../../packages/server/src/parse/json.ts';
import { encodeRestriction } from '../support/api.ts';
import { type DescribedTable, describeSchema, read } from './described-table.ts';
import type { Interop } from './matrix.ts';
import { canonicalJson, floatText, isOpaqueType, jsonOf, type PythonCell, recordText } from './python-cell.ts';

interface RecordAnswer {
  readonly recordHeader: readonly string[];
  readonly records: readonly (readonly JsonValue[])[];
  readonly totalCount: number;
}

/** What Python declares and inserts is what the API shows. */
export function describeReading(interop: () => Interop): void {
  describe('what Python wrote', () => {
    const schemas: string[] = [];
    /** By schema. */
    const described = new Map<string, readonly DescribedTable[]>();

    beforeAll(async () => {
      const { python, createSchema } = interop();
      const [types, pipeline, other] = [
        await createSchema('types'),
        await createSchema('lab'),
        await createSchema('rig'),
      ];
      await python.ask('declare_types', { schema: types, filled: true });
      await python.ask('declare_pipeline', { schema: pipeline, other, populated: true });
      for (const schema of [types, pipeline, other]) {
        schemas.push(schema);
        described.set(schema, await describeSchema(interop(), schema));
      }
    });

    /** Asks Python's description and the API the same of every table; the answers by table. */
    async function compareTables(
      ours: (schema: string, table: DescribedTable) => Promise<unknown>,
      pythons: (table: DescribedTable) => unknown,
    ): Promise<void> {
      const answers: Record<string, unknown> = {};
      const expected: Record<string, unknown> = {};
      for (const [schema, tables] of described) {
        for (const table of tables) {
          answers[`${schema}.${table.name}`] = await ours(schema, table);
          expected[`${schema}.${table.name}`] = pythons(table);
        }
      }
      expect(Object.keys(expected).length).toBeGreaterThan(15);
      expect(answers).toEqual(expected);
    }

    test('is listed in its tier, and nothing hidden is', async () => {
      const { client, backend, generation } = interop();
      const { schemaNames } = JSON.parse((await client.get('/schema')).text) as { schemaNames: string[] };
      expect(schemaNames).toEqual(expect.arrayContaining(schemas));
      for (const [schema, tables] of described) {
        const tiers = ['manual', 'lookup', 'computed', 'imported', 'part'];
        const names = (tier: string): string[] =>
          tables.flatMap((table) => (table.tier === tier ? [table.name] : [])).sort();
        const { text } = await client.get(`/schema/${schema}/table`);
        expect(JSON.parse(text)).toEqual({ tableTypes: Object.fromEntries(tiers.map((tier) => [tier, names(tier)])) });
      }
      // They are there: jobs (one of them failed), log and lineage.
      const stored = await backend.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN (?) AND table_name LIKE '~%'",
        [schemas],
      );
      const hidden = generation === 'legacy' ? ['~jobs', '~log'] : ['~lineage', '~~recording', '~~spikes'];
      expect([...new Set(stored.map(({ name }) => name))].sort()).toEqual(hidden);
      for (const name of hidden) {
        const { status, text } = await client.get(`/schema/${schemas[1]}/table/${encodeURIComponent(name)}/record`);
        expect([name, status, text]).toEqual([name, 500, expect.stringContaining('Table does not exist')]);
      }
    });

    test('has columns that the library keeps for itself', async () => {
      const { backend } = interop();
      const columns = await backend.query<{ name: string }>(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = ? AND column_name LIKE '\\_%'",
        [schemas[1]],
      );
      expect(columns.length).toBeGreaterThan(0);
      for (const { name } of columns) {
        for (const { attributes, definition } of described.get(schemas[1] ?? '') ?? []) {
          expect(attributes.map(([attribute]) => attribute)).not.toContain(name);
          expect(definition).not.toContain(name);
        }
      }
    });

    test('has the same attributes', async () => {
      await compareTables(
        async (schema, { name }) => {
          const { attributes } = JSON.parse(await read(interop(), schema, name, 'attribute'));
          return attributes;
        },
        ({ attributes, primaryKey }) => ({
          primary: attributes.filter(([name]) => primaryKey.includes(name)),
          secondary: attributes.filter(([name]) => !primaryKey.includes(name)),
        }),
      );
    });

    test('has the same definition', async () => {
      await compareTables(
        (schema, { name }) => read(interop(), schema, name, 'definition'),
        ({ definition }) => definition,
      );
    });

    test('has the same records', async () => {
      await compareTables(
        async (schema, table) => {
          const answer = parseJson(await read(interop(), schema, table.name, 'record')) as unknown as RecordAnswer;
          return { ...answer, records: comparableRecords(answer, table) };
        },
        (table) => ({
          recordHeader: table.attributes.map(([name]) => name),
          records: expectedRecords(table),
          totalCount: table.rows.length,
        }),
      );
    });

    test('shows 32-bit floats with more digits than Python does, and the same first six', async () => {
      await compareTables(
        async (schema, table) => {
          const answer = parseJson(await read(interop(), schema, table.name, 'record')) as unknown as RecordAnswer;
          const six = (cell: JsonValue): string => (cell === null ? 'null' : sixDigits(String(cell)));
          return floatColumns(table).map(({ index }) => answer.records.map((row) => six(row[index] ?? null)));
        },
        (table) =>
          floatColumns(table).map(({ index }) =>
            table.rows.map((row) => {
              const cell = row[index];
              return cell !== null && cell !== undefined && 'float' in cell ? sixDigits(cell.float) : 'null';
            }),
          ),
      );
    });

    test('is found by each of its texts', async () => {
      const [types = ''] = schemas;
      const records = async (query: string): Promise<RecordAnswer> =>
        parseJson(await read(interop(), types, 'Texts', 'record', query)) as unknown as RecordAnswer;
      const { recordHeader, records: all } = await records('');
      const by = (attributeName: string, value: unknown): string =>
        `?restriction=${encodeRestriction([{ attributeName, operation: '=', value }])}`;
      for (const row of all) {
        for (const [index, attributeName] of recordHeader.entries()) {
          const value = row[index];
          const found = (await records(by(attributeName, value))).records.map(([id]) => id);
          expect([attributeName, value, found]).toEqual([attributeName, value, expect.arrayContaining([row[0]])]);
        }
      }
      // A character that a column cannot hold is in none of its rows.
      for (const attributeName of ['latin', 'basic']) {
        expect([attributeName, (await records(by(attributeName, '\u{1f42d}'))).totalCount]).toEqual([attributeName, 0]);
      }
    });

    test('is found by its keys, as Python prints them and as the API does', async () => {
      await compareTables(
        async (schema, table) => {
          const found: number[] = [];
          const answer = parseJson(await read(interop(), schema, table.name, 'record')) as unknown as RecordAnswer;
          for (const [row, record] of answer.records.entries()) {
            const printed = (name: string): string => jsonText(record[answer.recordHeader.indexOf(name)] ?? null);
            const pythons = (name: string): string => {
              const index = table.attributes.findIndex((attribute) => attribute[0] === name);
              return jsonOf(table.rows[row]?.[index] ?? null);
            };
            for (const value of [printed, pythons]) {
              const items = table.primaryKey.map(
                (name) => `{"attributeName": ${JSON.stringify(name)}, "operation": "=", "value": ${value(name)}}`,
              );
              const query = `?restriction=${encodeRestriction(`[${items.join(', ')}]`)}`;
              const { totalCount } = JSON.parse(await read(interop(), schema, table.name, 'record', query));
              found.push(totalCount);
            }
          }
          return found;
        },
        ({ rows }) => rows.flatMap(() => [1, 1]),
      );
    });
  });
}

/** Columns of 32-bit floats. */
function floatColumns({ attributes, exactFloats }: DescribedTable): readonly { name: string; index: number }[] {
  return attributes.flatMap(([name], index) => (name in exactFloats ? [{ name, index }] : []));
}

/** Six digits, of the nearest 32-bit float. */
function sixDigits(text: string): string {
  return floatText(Math.fround(Number(text)).toPrecision(6));
}

function expectedRecords(table: DescribedTable): string[][] {
  return table.rows.map((row, number) =>
    row.map((cell, index) => {
      const [name = '', type = ''] = table.attributes[index] ?? [];
      const exact = table.exactFloats[name];
      return exact === undefined ? recordText(cell, type) : single(exact[number] ?? null);
    }),
  );
}

function single(cell: PythonCell): string {
  return cell !== null && 'float' in cell ? floatText(String(Math.fround(Number(cell.float)))) : 'null';
}

/** Each cell as JSON text, in one spelling where JSON allows several. */
function comparableRecords({ records }: RecordAnswer, table: DescribedTable): string[][] {
  return records.map((record) =>
    record.map((value, index) => {
      const [name = '', type = ''] = table.attributes[index] ?? [];
      if (value !== null && name in table.exactFloats) return floatText(String(Math.fround(Number(value))));
      if (value !== null && /^(?:double|real|float64)/.test(type)) return floatText(String(value));
      if (typeof value === 'string' && isJson(table, index)) return canonicalJson(parseJson(value));
      return jsonText(value);
    }),
  );
}

/** Python reads the column as JSON, whatever the type is called. */
function isJson({ attributes, rows }: DescribedTable, index: number): boolean {
  const type = attributes[index]?.[1] ?? '';
  return (
    !isOpaqueType(type) && (type === 'json' || rows.some((row) => JSON.stringify(row[index]).startsWith('{"dict"')))
  );
}

/** A text, or a number as it was written. */
function jsonText(value: JsonValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
