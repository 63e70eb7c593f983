import { describe, expect, test } from 'vitest';
import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { DependencyGraph } from '../dependencies/dependency-graph.ts';
import type { ForeignKey, TableName } from '../dependencies/foreign-key.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { AccessError, DataJointError } from '../errors.ts';
import { compileWhere } from '../expression/compile.ts';
import { always, type Condition } from '../expression/condition.ts';
import { makeCondition, type Restriction } from '../expression/restriction.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { CascadePlan } from './cascade-plan.ts';
import type { Catalog } from './catalog.ts';
import { loadDownstream } from './downstream.ts';
import { planCascade } from './plan-cascade.ts';

const name = (table: string): TableName => ({ schema: 'lab', table });

function refers(child: string, parent: string, attributes: ForeignKey['attributes']): ForeignKey {
  return { constraint: `${child}_${attributes[0]?.[0]}`, child: name(child), parent: name(parent), attributes };
}

const column = (attribute: string, key = ''): ColumnRow => [attribute, 'int', null, 'NO', key, null, '', '', ''];
const heading = readHeading([column('id', 'PRI'), column('x')], '', 'legacy', mysqlTypes);

/** Answers the statements it is asked, in turn; fails on any other. */
function scripted(...answers: readonly (readonly [text: string, params: readonly unknown[], rows: Cell[][]])[]) {
  const left = [...answers];
  const executor: Executor = {
    dialect: mysqlDialect,
    execute: (sql) => {
      const statement = sql.toStatement(mysqlDialect.syntax);
      const answer = left.shift();
      expect([statement.text, statement.params]).toEqual(answer === undefined ? 'nothing' : [answer[0], answer[1]]);
      return Promise.resolve({ columns: [], rows: answer?.[2] ?? [], affectedRows: 0 });
    },
    stream: () => {
      throw new Error('Nothing is streamed here.');
    },
  };
  return { executor, left };
}

function knowing(foreignKeys: readonly ForeignKey[], known = heading): Catalog {
  return {
    downstream: () => Promise.resolve(new DependencyGraph(foreignKeys)),
    find: (schema: string, [table = '']: string[]) =>
      Promise.resolve({ tables: [{ name: { schema, table }, comment: '', isView: false }], generation: 'legacy' }),
    heading: () => Promise.resolve(known),
  } as unknown as Catalog;
}

const { executor: silent } = scripted();

async function plan(
  table: string,
  restriction: Restriction,
  foreignKeys: readonly ForeignKey[],
  executor = silent,
): Promise<CascadePlan> {
  const downstream = await loadDownstream(name(table), knowing(foreignKeys));
  return planCascade(name(table), makeCondition(restriction, heading), downstream, executor);
}

function where(condition: Condition): string {
  const { text, params } = compileWhere(condition, mysqlDialect).toStatement(mysqlDialect.syntax);
  let index = 0;
  return text.replaceAll('?', () => String(params[index++])).replace(' WHERE ', '');
}

const wheres = ({ steps }: CascadePlan): object =>
  Object.fromEntries(steps.map(({ name: { table }, condition }) => [table, where(condition)]));

describe('conditions are carried along foreign keys', () => {
  test('that share the key: the child’s own attributes take the place of the parent’s', async () => {
    const chain = [refers('b', 'a', [['id', 'id']]), refers('c', 'b', [['id', 'id']])];
    expect(wheres(await plan('a', { id: 5 }, chain))).toEqual({
      a: '`id` = 5',
      b: '(NOT (`id` IS NULL) AND `id` = 5)',
      c: expect.stringMatching(/^\((?:NOT \(`id` IS NULL\) AND )+`id` = 5\)$/),
    });
  });

  test('that rename it', async () => {
    const pair = [
      ['subject', 'id'],
      ['other', 'y'],
    ] as const;
    expect(wheres(await plan('a', { id: 5 }, [refers('b', 'a', pair)]))).toEqual({
      a: '`id` = 5',
      b: '(NOT (`subject` IS NULL) AND NOT (`other` IS NULL) AND `subject` = 5)',
    });
  });

  test('two to the same table: rows that refer by either', async () => {
    const keys = [refers('b', 'a', [['one', 'id']]), refers('b', 'a', [['two', 'id']])];
    expect(wheres(await plan('a', { id: 5 }, keys))).toEqual({
      a: '`id` = 5',
      b: '((NOT (`one` IS NULL) AND `one` = 5) OR (NOT (`two` IS NULL) AND `two` = 5))',
    });
  });

  test('a condition on anything else is asked of the parent', async () => {
    const chain = [refers('b', 'a', [['id', 'id']]), refers('c', 'b', [['id', 'id']])];
    const inA = '(`id`) IN (SELECT `id` FROM `lab`.`a` WHERE `x` = 7)';
    expect(wheres(await plan('a', { x: 7 }, chain))).toEqual({
      a: '`x` = 7',
      b: expect.stringContaining(inA),
      // What b matches is a matter of its key alone, which c has.
      c: `(NOT (\`id\` IS NULL) AND ${inA})`,
    });
  });

  test('no condition is every row that refers at all', async () => {
    const keys = [refers('b', 'a', [['parent', 'id']])];
    expect(wheres(await plan('a', true, keys))).toEqual({ a: '', b: 'NOT (`parent` IS NULL)' });
  });

  test('no rows have no dependents', async () => {
    const keys = [refers('b', 'a', [['id', 'id']]), refers('c', 'b', [['id', 'id']])];
    expect(wheres(await plan('a', false, keys))).toEqual({ a: '1 = 0', b: '1 = 0', c: '1 = 0' });
  });

  test('foreign keys from tables that lose nothing do not count', async () => {
    const keys = [refers('b', 'a', [['id', 'id']]), refers('b', 'lookup', [['method', 'method']])];
    expect(wheres(await plan('a', { id: 5 }, keys))).toEqual({ a: '`id` = 5', b: '(NOT (`id` IS NULL) AND `id` = 5)' });
  });
});

describe('diamonds', () => {
  const diamond = (top: string, bottom: string, via: readonly string[]): ForeignKey[] =>
    via.flatMap((middle) => [refers(middle, top, [['id', 'id']]), refers(bottom, middle, [['id', 'id']])]);

  test('do not double what meets again', async () => {
    const keys = diamond('a', 'd', ['b', 'c']);
    expect(wheres(await plan('a', { id: 5 }, keys))).toMatchObject({
      d: expect.stringMatching(/^\((?:NOT \(`id` IS NULL\) AND )+`id` = 5\)$/),
    });
    expect(wheres(await plan('a', { x: 5 }, keys))).toMatchObject({
      d: '(NOT (`id` IS NULL) AND (`id`) IN (SELECT `id` FROM `lab`.`a` WHERE `x` = 5))',
    });
  });

  test('in a row grow no faster than the row', async () => {
    const keys = Array.from({ length: 20 }, (_, level) =>
      diamond(`t${level}`, `t${level + 1}`, [`b${level}`, `c${level}`]),
    ).flat();
    const planned = await plan('t0', { id: 5, x: 6 }, keys);
    expect(planned.steps).toHaveLength(61);
    expect(where(planned.step(name('t20'))?.condition ?? always).length).toBeLessThan(5000);
  });

  test.each([{ id: 5 }, { x: 6 }])('with sides of unequal length do not either: %j', async (restriction) => {
    const keys = Array.from({ length: 18 }, (_, level) => [
      refers(`t${level + 1}`, `t${level}`, [['id', 'id']]),
      refers(`t${level + 2}`, `t${level}`, [['id', 'id']]),
    ]).flat();
    const planned = await plan('t0', restriction, keys);
    expect(where(planned.step(name('t18'))?.condition ?? always).length).toBeLessThan(5000);
  });
});

describe('circles', () => {
  const rows = 'SELECT `id` FROM `lab`.';

  test('a table on itself: keys are gathered until no new one comes', async () => {
    const keys = [refers('a', 'a', [['parent', 'id']]), refers('b', 'a', [['id', 'id']])];
    const { executor, left } = scripted(
      [`${rows}\`a\` WHERE \`id\` = ?`, [1n], [[1]]],
      [`${rows}\`a\` WHERE (NOT (\`parent\` IS NULL) AND \`parent\` = ?)`, [1n], [[2], [3]]],
      [
        `${rows}\`a\` WHERE (NOT (\`parent\` IS NULL) AND \`parent\` IN (?, ?))`,
        [2n, 3n],
        // A row that is known already ends the search.
        [[1], [2]],
      ],
    );
    const planned = await plan('a', { id: 1 }, keys, executor);
    expect(left).toEqual([]);
    expect(wheres(planned)).toEqual({
      a: '`id` IN (1, 2, 3)',
      b: '(NOT (`id` IS NULL) AND `id` IN (1, 2, 3))',
    });
    expect(planned.steps.map(({ circle }) => circle?.id)).toEqual([0, undefined]);
  });

  test('two tables on each other', async () => {
    const keys = [refers('b', 'a', [['a_id', 'id']]), refers('a', 'b', [['b_id', 'id']])];
    const { executor, left } = scripted(
      [`${rows}\`a\` WHERE \`x\` = ?`, [9n], [[1]]],
      [`${rows}\`b\` WHERE (NOT (\`a_id\` IS NULL) AND \`a_id\` = ?)`, [1n], [[10]]],
      [`${rows}\`a\` WHERE (NOT (\`b_id\` IS NULL) AND \`b_id\` = ?)`, [10n], [[1]]],
    );
    const planned = await plan('a', { x: 9 }, keys, executor);
    expect(left).toEqual([]);
    expect(wheres(planned)).toEqual({ a: '`id` = 1', b: '`id` = 10' });
    expect(new Set(planned.steps.map(({ circle }) => circle?.id)).size).toBe(1);
  });

  test('without rows to start from nothing is read', async () => {
    expect(wheres(await plan('a', false, [refers('a', 'a', [['parent', 'id']])]))).toEqual({ a: '1 = 0' });
  });

  test('too many rows are refused', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => [index]);
    const { executor } = scripted([`${rows}\`a\``, [], many]);
    await expect(plan('a', true, [refers('a', 'a', [['parent', 'id']])], executor)).rejects.toThrow(
      /More than 10000 rows/,
    );
  });

  test('a table without a primary key is refused', async () => {
    const catalog = knowing(
      [refers('a', 'a', [['parent', 'id']])],
      readHeading([column('id')], '', 'legacy', mysqlTypes),
    );
    const downstream = await loadDownstream(name('a'), catalog);
    await expect(planCascade(name('a'), always, downstream, silent)).rejects.toThrow(DataJointError);
  });
});

describe('counting a plan', () => {
  const keys = [refers('b', 'a', [['id', 'id']])];

  function counting(answer: (text: string) => number | number[]): Executor {
    return {
      ...silent,
      execute: async (sql) => {
        const { text } = sql.toStatement(mysqlDialect.syntax);
        return { columns: [], rows: [[answer(text)].flat().map(String)], affectedRows: 0 };
      },
    };
  }

  test('asks every table, several with one statement', async () => {
    const planned = await plan('a', { id: 5 }, keys);
    const statements: string[] = [];
    const counted = await planned.count(
      counting((text) => {
        statements.push(text);
        return [1, 12];
      }),
    );
    expect(statements).toEqual([
      'SELECT (SELECT COUNT(*) FROM `lab`.`a` WHERE `id` = ?), ' +
        '(SELECT COUNT(*) FROM `lab`.`b` WHERE (NOT (`id` IS NULL) AND `id` = ?))',
    ]);
    expect(counted).toEqual([
      { name: name('a'), count: 1, isAccessible: true },
      { name: name('b'), count: 12, isAccessible: true },
    ]);
  });

  test('a table that may not be read has no count', async () => {
    const planned = await plan('a', { id: 5 }, keys);
    const refusing = counting((text) => {
      if (text.includes('`b`')) throw new AccessError('no');
      return 1;
    });
    expect((await planned.count(refusing))[1]).toEqual({ name: name('b'), count: null, isAccessible: false });
  });

  test('one on the way may not be read, the table itself may', async () => {
    const planned = await plan('a', { x: 5 }, keys);
    const refusing = counting((text) => {
      if (text.includes('COUNT') && text.includes('`a`')) throw new AccessError('no');
      return 1;
    });
    expect((await planned.count(refusing))[1]).toEqual({ name: name('b'), count: null, isAccessible: true });
  });

  test('any other error is an error', async () => {
    const planned = await plan('a', { id: 5 }, keys);
    const failing = counting(() => {
      throw new DataJointError('broken');
    });
    await expect(planned.count(failing)).rejects.toThrow('broken');
  });
});
