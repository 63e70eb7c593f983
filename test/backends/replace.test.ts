import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, DuplicateError, runOperations, type Schema } from '../../packages/datajoint/src/index.ts';
import { describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';

const schemaName = 'pharus_replace';

describeEachBackend((backend) => {
  let database: Database;
  let lab: Schema;

  beforeAll(() => {
    database = openDatabase(backend);
  });
  afterAll(async () => {
    await backend.dropSchemas(schemaName);
    await database.close();
  });
  beforeEach(async () => {
    await backend.dropSchemas(schemaName);
    lab = await database.createSchema(schemaName, { generation: '2' });
    const definition =
      'subject : int32\n---\ncode=null : varchar(8)\nweight=1.5 : decimal(4,2)\nnote="none" : varchar(20)\nUNIQUE INDEX (code)';
    await lab.declare('Subject', definition);
    await lab.declare('Session', '-> Subject\nsession : int32');
    await lab.declare('Setting', '---\nvalue=1 : int32\nnote="none" : varchar(20)');
    await lab.declare('Word', 'word : varchar(8)');
    await (await lab.table('Subject')).insert([
      { subject: 1, code: 'one', weight: 20, note: 'first' },
      { subject: 2, code: 'two', weight: 21, note: 'second' },
    ]);
    await (await lab.table('Session')).insert1({ subject: 1, session: 1 });
  });

  const subjects = async (): Promise<unknown[]> =>
    (await (await lab.table('Subject')).first({}).fetch()).map((row) => Object.values(row).join(' '));

  test('replacing a row resets what is not given to its default, and keeps what refers to it', async () => {
    const table = await lab.table('Subject');
    await table.insert([{ subject: 1, note: 'again' }], { replace: true });
    expect(await subjects()).toEqual(['1  1.50 again', '2 two 21.00 second']);
    expect(await (await lab.table('Session')).length()).toBe(1);
  });

  test('new rows and old go together, and of a key that comes twice the last counts', async () => {
    const table = await lab.table('Subject');
    const rows = [
      { subject: 3, code: 'three' },
      { subject: 2, code: 'deux' },
      { subject: 3, code: 'trois' },
    ];
    await table.insert(rows, { replace: true });
    expect(await subjects()).toEqual(['1 one 20.00 first', '2 deux 1.50 none', '3 trois 1.50 none']);
  });

  test.each(['replace', 'skipDuplicates'] as const)(
    '%s changes no row but that of the key: the unique value of another is an error',
    async (option) => {
      const table = await lab.table('Subject');
      const rows = [
        { subject: 3, code: 'three' },
        { subject: 4, code: 'two' },
      ];
      for (const given of [rows, rows.slice(1)]) {
        const refusal = await table.insert(given, { [option]: true }).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(DuplicateError);
        expect((refusal as DuplicateError).details).toMatchObject({ record: given.length - 1 });
      }
      expect(await subjects()).toEqual(['1 one 20.00 first', '2 two 21.00 second']);
    },
  );

  test('a table of one row, and one of keys alone', async () => {
    const setting = await lab.table('Setting');
    await setting.insert([{ value: 2, note: 'given' }]);
    await setting.insert([{ value: 3 }], { skipDuplicates: true });
    expect(await setting.fetch()).toMatchObject([{ value: 2, note: 'given' }]);
    await setting.insert([{ value: 3 }], { replace: true });
    expect(await setting.fetch()).toMatchObject([{ value: 3, note: 'none' }]);
    const word = await lab.table('Word');
    await word.insert([{ word: 'a' }]);
    await word.insert([{ word: 'a' }, { word: 'b' }], { replace: true });
    await word.insert([{ word: 'b' }, { word: 'c' }], { skipDuplicates: true });
    expect(await word.length()).toBe(3);
  });

  test('a transaction counts the rows it passed over as none', async () => {
    const table = await lab.table('Subject');
    const rows = [{ subject: '1' }, { subject: 7 }, { subject: 7 }, { subject: 8 }];
    const [[inserted] = []] = await runOperations(
      database.connection,
      [{ kind: 'insert', table, rows, options: { skipDuplicates: true } }],
      { isDryRun: true },
    );
    expect(inserted?.count).toBe(2);
    const setting = await lab.table('Setting');
    const once = { kind: 'insert', table: setting, rows: [{}], options: { skipDuplicates: true } } as const;
    const results = await runOperations(database.connection, [once, once]);
    expect(results.map(([result]) => result?.count)).toEqual([1, 0]);
  });
});
