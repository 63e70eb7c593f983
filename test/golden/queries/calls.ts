import { StoredReference } from '../../../packages/datajoint/src/heading/codec/object-writer.ts';
import type { InputRow, InsertOptions, QueryExpression, Table } from '../../../packages/datajoint/src/index.ts';
import { PackedBlob, trusted } from '../../../packages/datajoint/src/index.ts';
import type { RecordedCall } from './recorded-queries.ts';

/** Loads a table of the pipeline as it is now. */
type LoadTable = (className: string) => Promise<Table>;

/** Rows, where the call answers any: compared with those of the recorded query. */
type Answer = QueryExpression | number | undefined;

/** A recorded call as it is written here; what it answers, or an error. */
export type Call = (load: LoadTable, recorded: RecordedCall) => Promise<Answer>;

const mouse = (subject_id: number, more: object = {}): InputRow => ({
  subject_id,
  species: 'mouse',
  sex: 'M',
  dob: '2020-01-01',
  ...more,
});

const insert =
  (className: string, rows: readonly InputRow[], options: InsertOptions = {}): Call =>
  async (load) => {
    await (await load(className)).insert(rows, options);
    return undefined;
  };

const update =
  (row: Parameters<Table['update1']>[0]): Call =>
  async (load) => {
    await (await load('Subject')).update1(row);
    return undefined;
  };

/** Deletes with all dependents; answers how many rows of the table itself went. */
const remove =
  (className: string, condition: string): Call =>
  async (load) => {
    const [first] = await (await load(className)).restrict(trusted(condition)).delete();
    return first?.count;
  };

const after =
  (first: Call, second: Call): Call =>
  async (load, recorded) => {
    await first(load, recorded);
    return await second(load, recorded);
  };

/** The values the call sent, by the names it sent them under: what Python makes of its arguments is not ours to test. */
const insertRecorded =
  (className: string): Call =>
  async (load, { statements }) => {
    const [{ sql, params }] = statements as [RecordedCall['statements'][number]];
    const [, names = ''] = /\(([^)]*)\) VALUES/.exec(sql) ?? [];
    const row: Record<string, unknown> = Object.fromEntries(
      names.split(',').map((name, index) => [name.replaceAll(/[`"]/g, ''), params[index]]),
    );
    const { heading } = await load(className);
    // What is recorded is what the columns hold: no store is asked, and blobs are packed already.
    for (const [name, value] of Object.entries(row)) {
      const kind = heading.get(name)?.storage.kind;
      if (kind === 'external') row[name] = new StoredReference(String(value));
      if (kind === 'blob' && value instanceof Uint8Array) row[name] = new PackedBlob(value);
    }
    await (await load(className)).insert1(row as InputRow);
    return undefined;
  };

const fetch =
  (className: string, build: (table: Table) => QueryExpression): Call =>
  async (load) =>
    build(await load(className));

const sessions: readonly InputRow[] = [
  { subject_id: 1, session: 1, username: 'alice', reviewer: 'bob', session_date: '2021-01-01' },
  { subject_id: 1, session: 2, username: null, reviewer: 'bob', session_date: '2021-01-02' },
  { subject_id: 2, session: 1, username: null, reviewer: 'alice', session_date: '2021-01-01' },
];
const trials = [0, 1, 2].map((trial) => ({ subject_id: 1, session: 1, trial, outcome: 'hit' }));
const sessionOfBob = { subject_id: 3, session: 1, reviewer: 'bob', session_date: '2021-01-01' };
const users = [{ username: 'alice' }, { username: 'bob' }];
const uuid = '12345678-1234-5678-9abc-def012345678';

/** Calls of DataJoint 0.14. */
export const legacyCalls: Readonly<Record<string, Call>> = {
  'insert1 minimal': insert('Subject', [mouse(1)]),
  'insert1 duplicate': insert('Subject', [mouse(1)]),
  'insert1 skip_duplicates': insert('Subject', [mouse(1)], { skipDuplicates: true }),
  'insert1 replace': insert('Subject', [mouse(1, { note: 'x' })], { replace: true }),
  'insert1 extra field': insert('Subject', [mouse(2, { foo: 1 })]),
  'insert1 extra field ignored': insert('Subject', [mouse(2, { foo: 1 })], { ignoreExtraFields: true }),
  'insert1 None values -> DEFAULT': insert('Subject', [mouse(3, { sex: null, weight: null, note: null })]),
  'insert many': insert('Subject', [mouse(4, { weight: 1.5 }), mouse(5, { weight: Number.NaN })]),
  'insert many different fields': insert('Subject', [mouse(6, { weight: 1.5 }), mouse(7)]),
  'insert positional': insert('Subject', [[8, 'mouse', 'F', '2020-01-01', null, 'n', null]]),
  'insert missing required': insert('Subject', [{ subject_id: 9, species: 'mouse' }]),
  'insert fk violation': insert('Subject', [mouse(9, { species: 'cat' })]),
  'insert empty list': insert('Subject', []),
  user: insert('User', users),
  sessions: insert('Session', sessions),
  trials: insert('Session.Trial', trials),
  'insert uuid': insert('OnlyUuid', [{ id: uuid }]),
  'insert uuid str': insert('OnlyUuid', [{ id: 'aaaaaaaa123456789abcdef012345678' }]),
  'insert all types': insertRecorded('AllTypes'),
  update1: update({ subject_id: 1, note: 'upd', weight: null }),
  'update1 missing pk': update({ note: 'upd' }),
  'update1 unknown attr': update({ subject_id: 1, foo: 1 }),
  'update1 no such row': update({ subject_id: 99, note: 'upd' }),
  'update1 restricted': async (load) => {
    await (await load('Subject')).restrict(trusted('subject_id=1')).update1({ subject_id: 1, note: 'upd' });
    return undefined;
  },
  'fetch KEY order': fetch('Session', (table) => table.first({ order: 'KEY DESC', limit: 2 })),
  'fetch attrs': fetch('Session', (table) => table.first({ order: 'session_date' })),
  'fetch as_dict': fetch('Session', (table) => table.restrict(trusted('session=1'))),
  'fetch1 KEY': fetch('Session', (table) => table.restrict(trusted('subject_id=2'))),
  'fetch1 many': async (load) => {
    await (await load('Session')).fetch1();
    return undefined;
  },
  'fetch offset only': fetch('Session', (table) => table.first({ offset: 1 })),
  'fetch all types': fetch('AllTypes', (table) => table.first({ limit: 1 })),
  head: fetch('Session', (table) => table.first({ limit: 2 })),
  tail: fetch('Session', (table) => table.first({ order: 'KEY DESC', limit: 2 })),
  contains: async (load) => Number(!(await (await load('Subject')).restrict({ subject_id: 1 }).isEmpty())),
  'delete_quick parent blocked': async (load) => (await load('Subject')).restrict({ subject_id: 1 }).deleteQuick(),
  'delete cascade subject 1': remove('Subject', 'subject_id=1'),
  'delete part directly (FreeTable) without master': after(
    insert('Session.Trial', [{ subject_id: 2, session: 1, trial: 1, outcome: 'hit' }]),
    remove('Session.Trial', 'subject_id=2'),
  ),
  'delete via secondary-attribute restriction': remove('Subject', 'sex="M"'),
  'delete renamed fk: User bob': after(insert('Session', [sessionOfBob]), remove('User', 'username="bob"')),
  'delete none': remove('Subject', 'subject_id=1000'),
  'delete_quick count': async (load) => (await load('User')).restrict({ username: 'zzz' }).deleteQuick(),
};

/** Calls of DataJoint 2; those of the same name are the same. */
export const modernCalls: Readonly<Record<string, Call>> = {
  insert1: insert('Subject', [mouse(1)]),
  dup: insert('Subject', [mouse(1)]),
  skip_duplicates: insert('Subject', [mouse(1)], { skipDuplicates: true }),
  replace: insert('Subject', [mouse(1, { note: 'x' })], { replace: true }),
  'None/NaN': insert('Subject', [
    mouse(2, { weight: null }),
    mouse(3, { weight: Number.NaN }),
    mouse(4, { weight: 1.5 }),
  ]),
  'fk violation': insert('Subject', [mouse(9, { species: 'cat' })]),
  'missing required': insert('Subject', [{ subject_id: 9, species: 'mouse' }]),
  user: insert('User', users),
  sessions: insert('Session', sessions),
  trials: insert('Session.Trial', trials),
  uuid: insert('OnlyUuid', [{ id: uuid }]),
  'uuid fetch': fetch('OnlyUuid', (table) => table),
  'uuid restrict': fetch('OnlyUuid', (table) => table.restrict({ id: uuid })),
  'singleton insert': insert('Singleton', [{ param: 1.5 }]),
  'singleton insert again': insert('Singleton', [{ param: 2.5 }]),
  'singleton fetch1': fetch('Singleton', (table) => table),
  'insert all types': insertRecorded('AllTypes'),
  'fetch all types': fetch('AllTypes', (table) => table),
  update1: update({ subject_id: 1, note: 'upd', weight: null }),
  'keys order': fetch('Session', (table) => table.first({ order: 'KEY DESC', limit: 2 })),
  'fetch1 KEY': fetch('Session', (table) => table.restrict(trusted('subject_id=2'))),
  to_arrays: fetch('Session', (table) => table.first({})),
  head: fetch('Session', (table) => table.first({ limit: 2 })),
  tail: fetch('Session', (table) => table.first({ order: 'KEY DESC', limit: 2 })),
  'insert into computed': insert('Analysis', [{ subject_id: 1, session: 1, method: 'c', result: 1 }]),
  'delete cascade subject 1': remove('Subject', 'subject_id=1'),
  'delete part w/o master via FreeTable': after(
    insert('Session.Trial', [{ subject_id: 2, session: 1, trial: 1, outcome: 'hit' }]),
    remove('Session.Trial', 'subject_id=2'),
  ),
  'delete part class': remove('Session.Trial', 'subject_id=2'),
  'delete renamed fk': after(insert('Session', [sessionOfBob]), remove('User', "username='bob'")),
  'delete secondary restriction': remove('Subject', "sex='M'"),
  'delete none': remove('Subject', 'subject_id=1000'),
};

/** Calls whose part of the library is still to come; the recorded statements run on both sides. */
export const later: Readonly<Record<string, string>> = {
  'insert from query': 'insert of a query',
  'insert from query skip_duplicates': 'insert of a query',
  'insert from query ignore_extra': 'insert of a query',
  'insert from query skip': 'insert of a query',
  'populate progress before': 'populate',
  'populate reserve_jobs': 'populate',
  progress: 'populate',
  'jobs.refresh': 'populate',
  'jobs.progress': 'populate',
  'delete part_integrity cascade': 'cascades that take masters along',
};

/** Calls that fail in Python for reasons of its own, and leave nothing behind. */
export const pythonOnly: Readonly<Record<string, string>> = {
  'insert json on MariaDB (v0.14 does not detect json)': 'its driver takes no dictionaries',
  'insert all types: numpy & bool': "numpy's booleans are written as words",
  'update1 no change attr': 'sends an UPDATE without assignments, which the server refuses',
  'blob@store on MariaDB': 'its driver takes no dictionaries',
  'singleton len': 'counts no columns at all',
};
