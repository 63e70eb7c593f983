import { beforeAll, describe, expect, test } from 'vitest';
import { encodeRestriction, tablePath } from '../support/api.ts';
import { read } from './described-table.ts';
import type { Interop } from './matrix.ts';
import type { PythonCell } from './python-cell.ts';
import { PythonError } from './python-session.ts';

interface Deletion {
  readonly table: string;
  /** As Python takes it; null for none. */
  readonly python: unknown;
  /** As the API takes it. */
  readonly restriction: unknown;
  readonly cascade: boolean;
  /** What the API answers; the rows that are left are compared in any case. */
  readonly status: 200 | 409 | 500;
}

/** The rows of all tables of a pipeline, each row in a line. */
type Rows = Readonly<Record<string, readonly string[]>>;

const first = '00000000-0000-0000-0000-000000000001';
const second = '00000000-0000-0000-0000-000000000002';
const third = '00000000-0000-0000-0000-000000000003';
const rat = 'rat \u{1f400}';

const is = (attributeName: string, value: unknown, operation = '='): unknown => ({ attributeName, operation, value });

const deletions: readonly Deletion[] = [
  // Through every table, in both schemas, along plain, nullable and renamed keys.
  {
    table: 'Subject',
    python: { subject: first },
    restriction: [is('subject', first)],
    cascade: true,
    status: 200,
  },
  { table: 'Subject', python: { subject: third }, restriction: [is('subject', third)], cascade: true, status: 200 },
  {
    table: 'Subject',
    python: { species: 'mouse' },
    restriction: [is('species', 'mouse')],
    cascade: true,
    status: 200,
  },
  {
    table: 'Subject',
    python: 'username is null',
    restriction: [is('username', null)],
    cascade: true,
    status: 200,
  },
  { table: 'Species', python: null, restriction: undefined, cascade: true, status: 200 },
  { table: 'Species', python: { species: 'dodo' }, restriction: [is('species', 'dodo')], cascade: true, status: 200 },
  { table: 'Person', python: { username: 'bob' }, restriction: [is('username', 'bob')], cascade: true, status: 200 },
  { table: 'Person', python: { username: 'dan' }, restriction: [is('username', 'dan')], cascade: true, status: 200 },
  {
    table: 'Session',
    python: "`day` < '1970-01-01'",
    restriction: [is('day', '1970-01-01', '<')],
    cascade: true,
    status: 200,
  },
  {
    table: 'Session',
    python: { subject: first, session: 2 },
    restriction: [is('subject', first), is('session', '2')],
    cascade: true,
    status: 200,
  },
  {
    table: 'Session',
    python: { day: '2024-02-29' },
    restriction: [is('day', 1_709_164_800)],
    cascade: true,
    status: 200,
  },
  { table: 'Recording', python: { session: 1 }, restriction: [is('session', 1)], cascade: true, status: 200 },
  { table: 'Spikes', python: 'total > 0', restriction: [is('total', 0, '>')], cascade: true, status: 200 },
  { table: 'Pair', python: 'third is not null', restriction: [is('third', null, '!=')], cascade: true, status: 200 },
  { table: 'Report', python: { species: null }, restriction: [is('species', null)], cascade: false, status: 200 },
  // Parts alone, where nothing depends on them; and where something does.
  { table: 'Session.Trial', python: { trial: 2 }, restriction: [is('trial', 2)], cascade: false, status: 200 },
  { table: 'Session.Trial', python: { trial: 1 }, restriction: [is('trial', 1)], cascade: false, status: 409 },
  // Rows that others depend on stay without cascade.
  { table: 'Subject', python: { subject: second }, restriction: [is('subject', second)], cascade: false, status: 409 },
  { table: 'Species', python: { species: rat }, restriction: [is('species', rat)], cascade: false, status: 409 },
  { table: 'Spikes', python: null, restriction: [], cascade: false, status: 409 },
  // Parts do not lose rows whose masters stay.
  { table: 'Person', python: { username: 'cyd' }, restriction: [is('username', 'cyd')], cascade: true, status: 500 },
  { table: 'Person', python: null, restriction: [], cascade: true, status: 200 },
  { table: 'Session.Trial', python: { trial: 2 }, restriction: [is('trial', 2)], cascade: true, status: 500 },
  // Nothing there.
  { table: 'Subject', python: { species: 'dodo' }, restriction: [is('species', 'dodo')], cascade: true, status: 500 },
  { table: 'Subject', python: { species: 'dodo' }, restriction: [is('species', 'dodo')], cascade: false, status: 500 },
];

/** Our deletes leave the rows that Python's own deletes leave on a copy of the same data. */
export function describeDeleting(interop: () => Interop): void {
  describe('deletes', () => {
    let ours = '';
    let pythons = '';
    let all: Rows = {};

    beforeAll(async () => {
      const { python, createSchema } = interop();
      ours = await createSchema('ours');
      pythons = await createSchema('pythons');
      for (const schema of [ours, pythons]) {
        const other = await createSchema(`${schema === ours ? 'ours' : 'pythons'}_other`);
        await python.ask('declare_pipeline', { schema, other, populated: false });
      }
    });

    for (const deletion of deletions) {
      const { table, restriction, cascade, status } = deletion;
      const title = `${table} ${JSON.stringify(deletion.python)}${cascade ? ' with cascade' : ''}: ${status}`;
      test(title, async () => {
        const { python, client } = interop();
        await python.ask('refill', { schemas: [ours, pythons] });
        all = await allRows(interop(), ours);
        expect(await allRows(interop(), pythons)).toEqual(all);

        const schema = table === 'Report' ? `${ours}_other` : ours;
        const query = restriction === undefined ? '' : `restriction=${encodeRestriction(restriction)}`;
        const counted = await dependents(interop(), schema, table, query);
        const path = `${tablePath(schema, table, 'record')}?${[query, cascade ? 'cascade=True' : ''].filter(Boolean).join('&')}`;
        const answer = await client.delete(path);
        const pythonsAnswer = await deleteWithPython(interop(), pythons, deletion);

        const left = await allRows(interop(), ours);
        const leftByPython = await allRows(interop(), pythons);
        expect(left).toEqual(leftByPython);
        expect([answer.status, answer.text, pythonsAnswer]).toEqual([status, expect.anything(), pythonsAnswer]);
        expect(pythonsAnswer).toBe(agreed(status, answer.text));
        if (status !== 200) expect(left).toEqual(all);
        else if (cascade) expect(counted).toEqual(deletedRows(all, left));
      });
    }
  });
}

async function allRows({ python }: Interop, schema: string): Promise<Rows> {
  const tables = await python.ask<Record<string, readonly (readonly PythonCell[])[]>>('rows', { schema });
  const line = (row: readonly PythonCell[]): string =>
    row.map((cell) => (cell === null ? 'null' : Object.values(cell).join())).join(' ');
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.map(line)]));
}

/** The counts of the dependency route, but for zeros, by the names in `rows`. */
async function dependents(
  interop: Interop,
  schema: string,
  table: string,
  query: string,
): Promise<Readonly<Record<string, number>>> {
  const { dependencies } = JSON.parse(await read(interop, schema, table, 'dependency', `?${query}`)) as {
    dependencies: { table: string; count: number }[];
  };
  return Object.fromEntries(
    dependencies.flatMap(({ table: stored, count }) => (count === 0 ? [] : [[className(stored), count]])),
  );
}

/** The pipeline's tables are called by one word each. */
function className(stored: string): string {
  return stored
    .replace(/^[#_]+/, '')
    .split('__')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('.');
}

function deletedRows(before: Rows, after: Rows): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(before).flatMap(([table, rows]) => {
      const deleted = rows.length - (after[table]?.length ?? 0);
      return deleted === 0 ? [] : [[table, deleted]];
    }),
  );
}

/** What came of Python's own delete, in a word or two. */
async function deleteWithPython(
  { python }: Interop,
  schema: string,
  { table, python: restriction, cascade }: Deletion,
): Promise<string> {
  try {
    const count = await python.ask<number>('delete', { schema, table, restriction, cascade });
    return count === 0 ? 'nothing' : 'deleted';
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    if (error.message.startsWith('IntegrityError')) return 'conflict';
    return /part/i.test(error.message) ? 'part' : error.message;
  }
}

/** The same words for what we answered. */
function agreed(status: number, text: string): string {
  if (status === 200) return 'deleted';
  if (status === 409) return 'conflict';
  return text.includes('Nothing to delete') ? 'nothing' : 'part';
}
