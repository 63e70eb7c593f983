import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { AccessError, CancelledError } from '../errors.ts';
import { Catalog } from './catalog.ts';

/** A database that answers by what a statement's parameters name. */
function answering(answer: (text: string, params: readonly unknown[]) => Cell[][]) {
  const sent: string[] = [];
  const execute: Executor['execute'] = async (sql) => {
    const { text, params } = sql.toStatement(mysqlDialect.syntax);
    sent.push(text);
    await Promise.resolve();
    return { columns: [], rows: answer(text, params), affectedRows: 0 };
  };
  return { executor: { dialect: mysqlDialect, execute } as Executor, sent };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('what is known of the database', () => {
  test('is asked once for all who ask at the same time, and again after its time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { executor, sent } = answering(() => [['b'], ['a']]);
    const catalog = new Catalog(executor, { maxAge: 1000 });
    expect(await Promise.all([catalog.schemas(), catalog.schemas()])).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(999);
    await catalog.schemas();
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await catalog.schemas();
    expect(sent).toHaveLength(2);
    catalog.invalidate();
    await catalog.schemas();
    expect(sent).toHaveLength(3);
  });

  test('is told to who stays when another who asked before leaves', async () => {
    let answer = (): void => undefined;
    const given: (AbortSignal | undefined)[] = [];
    const execute: Executor['execute'] = (_, options) => {
      given.push(options?.signal);
      return new Promise((resolve) => {
        answer = () => resolve({ columns: [], rows: [['a']], affectedRows: 0 });
      });
    };
    const catalog = new Catalog({ dialect: mysqlDialect, execute } as Executor);
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const [first, second] = [leaving, staying].map(({ signal }) => catalog.schemas({ signal }));
    leaving.abort();
    await expect(first).rejects.toThrow(CancelledError);
    expect([given.length, given[0]?.aborted]).toEqual([1, false]);
    answer();
    expect(await second).toEqual(['a']);
    const alone = catalog.pipeline(['a'], { signal: staying.signal });
    staying.abort();
    await expect(alone).rejects.toThrow(CancelledError);
    expect(given[1]?.aborted).toBe(true);
  });

  test('is not kept when asking failed', async () => {
    let fails = true;
    const { executor, sent } = answering(() => {
      if (fails) throw new Error('broken');
      return [['a']];
    });
    const catalog = new Catalog(executor);
    await expect(catalog.schemas()).rejects.toThrow('broken');
    fails = false;
    expect(await catalog.schemas()).toEqual(['a']);
    expect(sent).toHaveLength(2);
  });

  test('names are taken as they are, whatever the collation of the server found', async () => {
    const catalog = new Catalog(answering(() => [['LAB']]).executor);
    expect(await catalog.hasSchema('lab')).toBe(false);
    expect(await catalog.hasSchema('LAB')).toBe(true);
  });

  test('a schema with a lineage is of DataJoint 2', async () => {
    const rows: Cell[][] = [
      ['session', 'a session', 0],
      ['~lineage', '', '0'],
      ['#view', 'VIEW', 1],
    ];
    const modern = await new Catalog(answering(() => rows).executor).find('lab', ['session', '#view']);
    expect(modern).toEqual({
      generation: '2',
      tables: [
        { name: { schema: 'lab', table: 'session' }, comment: 'a session', isView: false },
        { name: { schema: 'lab', table: '#view' }, comment: 'VIEW', isView: true },
      ],
    });
    const legacy = await new Catalog(answering(() => rows.slice(0, 1)).executor).find('lab', ['session']);
    expect(legacy.generation).toBe('legacy');
  });
});

describe('foreign keys downstream', () => {
  const keys: Readonly<Record<string, Cell[][]>> = {
    a: [
      ['fk1', 'a', 'y', 'id', 'a', 'x', 'id'],
      ['fk2', 'b', 'z', 'id', 'a', 'y', 'id'],
      ['fk3', 'd', 'other', 'id', 'a', 'unrelated', 'id'],
    ],
    b: [['fk4', 'c', 'w', 'id', 'b', 'z', 'id']],
    c: [['fk5', 'a', 'back', 'id', 'c', 'w', 'id']],
  };

  test('are followed through every schema they lead to, each asked once, and no other', async () => {
    const asked: unknown[] = [];
    const { executor } = answering((_text, params) => {
      asked.push(params[0]);
      return keys[String(params[0])] ?? [];
    });
    const graph = await new Catalog(executor).downstream({ schema: 'a', table: 'x' });
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(graph.descendants({ schema: 'a', table: 'x' }).map(({ schema, table }) => `${schema}.${table}`)).toEqual([
      'a.x',
      'a.y',
      'b.z',
      'c.w',
      'a.back',
    ]);
  });
});

describe('the heading of a table that is written to', () => {
  const found = { name: { schema: 'lab', table: 'session' }, comment: '', isView: false };
  const column = (name: string, type: string): Cell[] => [name, type, null, 'NO', 'PRI', null, '', '', ''];
  const declared = (columns: string, counter = ''): Cell[] => [
    'session',
    `CREATE TABLE \`session\` (\n  ${columns}\n) ENGINE=InnoDB${counter} DEFAULT CHARSET=utf8mb4`,
  ];
  let columns: Cell[][];
  let declaration: () => Cell[];
  const database = () =>
    answering((text) => {
      if (text.startsWith('SHOW FULL COLUMNS')) return columns;
      if (text.startsWith('SHOW CREATE TABLE')) return [declaration()];
      throw new Error(`Unexpected: ${text}`);
    });
  const words = (sent: readonly string[]): readonly string[] =>
    sent.map((text) => text.split(' ').slice(0, 2).join(' '));

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    columns = [column('id', 'int')];
    declaration = () => declared('`id` int');
  });

  test('is read again when the table is declared otherwise, and for the rest of a second not', async () => {
    const { executor, sent } = database();
    const catalog = new Catalog(executor);
    const heading = () => catalog.heading(found, 'legacy', { fresh: true });
    const first = await heading();
    expect(await heading()).toBe(first);
    expect(words(sent)).toEqual(['SHOW FULL', 'SHOW CREATE', 'SHOW FULL']);
    sent.length = 0;
    for (const counter of [' AUTO_INCREMENT=7', ' AUTO_INCREMENT=8']) {
      declaration = () => declared('`id` int', counter);
      expect(await heading()).toBe(first);
    }
    expect(words(sent)).toEqual(['SHOW CREATE', 'SHOW CREATE']);
    sent.length = 0;
    columns = [column('id', 'bigint')];
    declaration = () => declared('`id` bigint');
    expect((await heading()).get('id')?.type).toBe('bigint');
    expect(words(sent)).toEqual(['SHOW CREATE', 'SHOW FULL']);
    sent.length = 0;
    vi.advanceTimersByTime(1000);
    const later = await heading();
    expect(await heading()).toBe(later);
    expect(words(sent)).toEqual(['SHOW FULL', 'SHOW CREATE', 'SHOW FULL']);
  });

  test('is read each time where the declaration is not told, which is asked for once', async () => {
    const { executor, sent } = database();
    const catalog = new Catalog(executor);
    declaration = () => {
      throw new AccessError('Not for you.');
    };
    for (const type of ['int', 'bigint', 'tinyint']) {
      columns = [column('id', type)];
      expect((await catalog.heading(found, 'legacy', { fresh: true })).get('id')?.type).toBe(type);
    }
    expect(words(sent)).toEqual(['SHOW FULL', 'SHOW CREATE', 'SHOW FULL', 'SHOW FULL']);
  });

  test('is another where only the comment or the generation changes', async () => {
    const catalog = new Catalog(database().executor);
    const first = await catalog.heading(found, 'legacy', { fresh: true });
    const [commented, modern] = [
      await catalog.heading({ ...found, comment: 'new' }, 'legacy', { fresh: true }),
      await catalog.heading(found, '2', { fresh: true }),
    ];
    expect([first.comment, commented.comment, modern.generation]).toEqual(['', 'new', '2']);
  });
});
