import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { CancelledError } from '../errors.ts';
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
