import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../packages/server/src/parse/json.ts';
import { encodeRestriction, tablePath } from '../support/api.ts';
import type { Backend } from '../support/backends.ts';
import {
  cellText,
  contents,
  names,
  parentsFirst,
  recordOf,
  rotate,
  withoutWhatJsonCannotSay,
} from './described-rows.ts';
import { type DescribedTable, describeSchema, read } from './described-table.ts';
import type { Generation, Interop } from './matrix.ts';
import { canonicalJson, jsonOf, type PythonCell } from './python-cell.ts';
import { blobValues, mysqlSpellings, spellings } from './written-values.ts';

/** What is inserted and updated through the API is what Python fetches. */
export function describeWriting(interop: () => Interop): void {
  describe('what we write', () => {
    let copy = '';
    /** What Python inserted elsewhere, to be written here as well. */
    let tables: readonly DescribedTable[] = [];

    beforeAll(async () => {
      const { python, createSchema } = interop();
      const source = await createSchema('source');
      copy = await createSchema('copy');
      await python.ask('declare_types', { schema: source, filled: true });
      await python.ask('declare_types', { schema: copy, filled: false });
      tables = (await describeSchema(interop(), source)).map(withoutWhatJsonCannotSay).sort(parentsFirst);
    });

    async function send(method: 'POST' | 'PATCH', table: string, records: readonly string[]): Promise<string> {
      const { client } = interop();
      const path = tablePath(copy, table, 'record');
      const { status, text } = await client.request({ method, path, body: `{"records": [${records.join(', ')}]}` });
      return `${status} ${text.trim()}`;
    }

    /** The rows that Python finds in the copy, as it described the source. */
    async function written(): Promise<Readonly<Record<string, unknown>>> {
      return contents((await describeSchema(interop(), copy)).map(withoutWhatJsonCannotSay));
    }

    test('by inserts, in every type', async () => {
      for (const table of tables) {
        const records = table.rows.map((_, row) => recordOf(table, row, names(table)));
        expect([table.name, await send('POST', table.name, records)]).toEqual([
          table.name,
          '200 {"response":"Insert Successful"}',
        ]);
      }
      expect(await written()).toEqual(contents(tables));
    });

    test('by updates, in every type', async () => {
      // Every row takes over what the next one holds, but for what has to be unique.
      const updated = tables.map((table) => {
        const secondary = names(table).filter((name) => !table.primaryKey.includes(name) && !unique.has(name));
        if (secondary.length === 0 || table.primaryKey.length === 0) return { table, secondary: [] };
        return { table: rotate(table, secondary), secondary };
      });
      for (const { table, secondary } of updated) {
        if (secondary.length === 0) continue;
        const records = table.rows.map((_, row) => recordOf(table, row, [...table.primaryKey, ...secondary]));
        for (const _again of [1, 2]) {
          // Updating rows to what they are is no error.
          expect([table.name, await send('PATCH', table.name, records)]).toEqual([
            table.name,
            '200 {"response":"Update Successful"}',
          ]);
        }
      }
      expect(await written()).toEqual(contents(updated.map(({ table }) => table)));
    });

    test('with the defaults that Python gets, at the time that Python has', async () => {
      const { python } = interop();
      for (const table of ['Decimals', 'Floats', 'Moments', 'Documents', 'Opaque']) {
        expect(await send('POST', table, ['{"id": 3000}'])).toBe('200 {"response":"Insert Successful"}');
        await python.ask('insert', { schema: copy, table, row: { id: 3001 } });
        const [ours, pythons] = await python.ask<Record<string, PythonCell>[]>('fetch', {
          schema: copy,
          table,
          restriction: 'id >= 3000',
        });
        const plain = ({ id: _id, made: _made, made_micro: _micro, ...rest }: Record<string, PythonCell>): unknown =>
          rest;
        expect([table, plain(ours ?? {})]).toEqual([table, plain(pythons ?? {})]);
        for (const name of ['made', 'made_micro']) {
          const [first, second] = [ours?.[name], pythons?.[name]].map(millisecondsOf);
          if (first === undefined || second === undefined) continue;
          expect(Math.abs(first - second)).toBeLessThan(60_000);
        }
      }
    });

    test('in any spelling that the API takes', async () => {
      const { python, backend } = interop();
      const all = backend.family === 'mysql' ? [...spellings, ...mysqlSpellings] : spellings;
      for (const { table, key, attribute, json, cell } of all) {
        const record = `{${key}, ${JSON.stringify(attribute)}: ${json}}`;
        const said = await send('PATCH', table, [record]);
        const [row] = await python.ask<Record<string, PythonCell>[]>('fetch', {
          schema: copy,
          table,
          restriction: JSON.parse(`{${key}}`),
        });
        expect([record, said, row?.[attribute]]).toEqual([record, '200 {"response":"Update Successful"}', cell]);
      }
    });

    test('as blobs, from JSON, with the types of its values', async () => {
      const { python, generation } = interop();
      const attributes = blobAttributes[generation];
      const records = blobValues.map((value, number) => {
        const fields = attributes.map((name) => `"${name}": ${jsonOf(value)}`);
        return `{"id": ${1000 + number}, ${fields.join(', ')}}`;
      });
      expect(await send('POST', 'Opaque', records)).toBe('200 {"response":"Insert Successful"}');
      const rows = await python.ask<Record<string, PythonCell>[]>('fetch', {
        schema: copy,
        table: 'Opaque',
        restriction: 'id between 1000 and 1999',
      });
      expect(rows.map((row) => attributes.map((name) => row[name]))).toEqual(
        blobValues.map((value) => attributes.map(() => value)),
      );
      // A value takes the place of another, and null that of a value.
      const [first = ''] = attributes;
      expect(
        await send('PATCH', 'Opaque', [`{"id": 1001, "${first}": [null]}`, `{"id": 1002, "${first}": null}`]),
      ).toBe('200 {"response":"Update Successful"}');
      const updated = await python.ask<Record<string, PythonCell>[]>('fetch', {
        schema: copy,
        table: 'Opaque',
        restriction: 'id in (1001, 1002)',
      });
      expect(updated.map((row) => row[first])).toEqual([{ list: [null] }, null]);
    });

    test('as JSON, with the types of its values', async () => {
      const { python, generation, backend } = interop();
      const values = blobValues.filter(holdsInJson[backend.family]);
      const records = values.map((value, number) => `{"id": ${1000 + number}, "document": ${jsonOf(value)}}`);
      expect(await send('POST', 'Documents', records)).toBe('200 {"response":"Insert Successful"}');
      const rows = await python.ask<Record<string, PythonCell>[]>('fetch', {
        schema: copy,
        table: 'Documents',
        restriction: 'id between 1000 and 1999',
      });
      const documents = rows.map(({ document = null }) => document);
      if (generation === 'legacy' && backend.name === 'mariadb') {
        // Where the database has no type for it, this generation fetches the JSON text itself.
        const texts = documents.map((document) => (document !== null && 'str' in document ? document.str : ''));
        expect(texts.map((text) => canonicalJson(parseJson(text)))).toEqual(
          values.map((value) => canonicalJson(parseJson(jsonOf(value)))),
        );
      } else expect(documents.map(cellText)).toEqual(values.map(cellText));
    });

    test('never as bytes or files that JSON cannot hold', async () => {
      const { generation } = interop();
      for (const name of refusedAttributes[generation]) {
        const before = await read(interop(), copy, 'Opaque', 'record');
        const said = await send('POST', 'Opaque', [`{"id": 5000, "${name}": "/etc/hostname"}`]);
        expect([name, said]).toEqual([name, expect.stringMatching(new RegExp(`^500 .*\`${name}\``))]);
        expect(await read(interop(), copy, 'Opaque', 'record')).toBe(before);
      }
    });

    test('is all there or not at all', async () => {
      const before = await written();
      const failing = ['{"id": 2000, "word": "no such attribute"}', '{"id": 2000}, {"id": 2001, "exact": "ten"}'];
      for (const records of failing) expect(await send('POST', 'Decimals', [records])).toMatch(/^500 /);
      expect(await send('POST', 'Decimals', ['{"id": 2000}', '{"id": 2000}'])).toMatch(/^500 \S*DuplicateError/);
      expect(await send('PATCH', 'Decimals', ['{"id": 0, "money": 1}', '{"id": 2000, "money": 1}'])).toMatch(/^500 /);
      expect(await written()).toEqual(before);
    });
  });

  test('what we enter is populated by Python; what it populates refuses our inserts as it refuses its users', async () => {
    const { python, client, createSchema } = interop();
    const schema = await createSchema('entered');
    await python.ask('declare_pipeline', { schema, other: await createSchema('entered_other'), populated: false });
    const sent = async (method: 'POST' | 'PATCH', table: string, record: object): Promise<string> => {
      const path = tablePath(schema, table, 'record');
      const { status, text } = await client.request({ method, path, body: { records: [record] } });
      return `${table} ${status} ${status === 200 ? '' : text}`;
    };
    const subject = 'ffffffff-0000-4000-8000-00000000000a';
    const key = { subject, session: 1 };
    const entries: readonly (readonly [string, object])[] = [
      ['Person', { username: 'ann' }],
      ['Subject', { subject, species: 'rat \u{1f400}', username: null, caretaker: 'ann', owner: 'ann' }],
      ['Session', { ...key, day: '1582-10-15' }],
      ['Session.Trial', { ...key, trial: 1 }],
      ['Session.Trial', { ...key, trial: 2, outcome: 'hit' }],
    ];
    for (const [table, record] of entries) expect(await sent('POST', table, record)).toBe(`${table} 200 `);
    await python.ask('populate', { schema });
    const query = `?restriction=${encodeRestriction([{ attributeName: 'subject', operation: '=', value: subject }])}`;
    expect(JSON.parse(await read(interop(), schema, 'Spikes.Unit', 'record', query))).toEqual({
      recordHeader: ['subject', 'session', 'unit', 'trial'],
      records: [[subject, 1, 1, 1]],
      totalCount: 1,
    });

    await sent('POST', 'Session', { subject, session: 2, day: '2024-03-10' });
    const second = { subject, session: 2 };
    for (const [table, row] of [
      ['Recording', { ...second, rate: 1 }],
      ['Spikes', { ...second, total: 5 }],
    ] as const) {
      await expect(python.ask('insert', { schema, table, row })).rejects.toThrow(/auto-populated/);
      expect(await sent('POST', table, row)).toMatch(new RegExp(`^${table} 500 .*auto-populated`));
    }
    expect(await sent('PATCH', 'Spikes', { ...key, total: 12 })).toBe('Spikes 200 ');
    expect(await sent('PATCH', 'Recording', { ...key, rate: 0.1 })).toBe('Recording 200 ');
    expect(await sent('POST', 'Spikes.Unit', { ...key, unit: 2, trial: 2 })).toBe('Spikes.Unit 200 ');
    const fetch = (table: string): Promise<Record<string, PythonCell>[]> =>
      python.ask('fetch', { schema, table, restriction: { subject } });
    expect(await fetch('Spikes')).toEqual([expect.objectContaining({ total: { int: '12' } })]);
    expect(await fetch('Recording')).toEqual([expect.objectContaining({ rate: { float: '0.1' } })]);
    expect((await fetch('Spikes.Unit')).map(({ unit }) => unit)).toEqual([{ int: '1' }, { int: '2' }]);
    expect((await fetch('Session.Trial')).map(({ outcome }) => outcome)).toEqual([{ str: 'miss' }, { str: 'hit' }]);
  });
}

/** In unique indexes. */
const unique = new Set(['tiny', 'small']);

const blobAttributes: Readonly<Record<Generation, readonly string[]>> = {
  legacy: ['medium', 'long'],
  current: ['packed'],
};

const refusedAttributes: Readonly<Record<Generation, readonly string[]>> = {
  legacy: ['file', 'graph', 'label'],
  current: ['raw', 'long', 'file', 'graph', 'label'],
};

function millisecondsOf(cell: PythonCell | undefined): number | undefined {
  return cell !== null && cell !== undefined && 'datetime' in cell ? Date.parse(`${cell.datetime}Z`) : undefined;
}

/** MySQL makes doubles of larger whole numbers; PostgreSQL writes out every exponent and has neither -0 nor NUL. */
const holdsInJson: Readonly<Record<Backend['family'], (cell: PythonCell) => boolean>> = {
  mysql: (cell) => cell === null || !('int' in cell) || BigInt.asIntN(64, BigInt(cell.int)) === BigInt(cell.int),
  postgresql: (cell) =>
    cell === null || ('float' in cell ? !/e\+|^-0/.test(cell.float) : !JSON.stringify(cell).includes('\\u0000')),
};
