import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masterOf } from '../naming.ts';
import { DependencyGraph } from './dependency-graph.ts';
import { type ForeignKey, isRenamed, readForeignKeys, type TableName } from './foreign-key.ts';

const name = (table: string, schema = 'lab'): TableName => ({ schema, table });

let constraints = 0;
function foreignKey(child: string, parent: string, attributes: ForeignKey['attributes'] = [['id', 'id']]): ForeignKey {
  constraints += 1;
  return { constraint: `fk_${constraints}`, child: name(child), parent: name(parent), attributes };
}

const tablesOf = (names: readonly TableName[]): readonly string[] => names.map(({ table }) => table);

/**
 * A pipeline of masters and parts: a master refers to masters before it or their parts, a part to its own master and to
 * what may come before that.
 */
const pipeline = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(11), { maxLength: 3 }),
      parts: fc.array(fc.array(fc.nat(11), { maxLength: 2 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((masters) => {
    const tables: string[] = [];
    const foreignKeys: ForeignKey[] = [];
    const refer = (child: string, parents: readonly number[], before: readonly string[]): void => {
      for (const parent of parents) {
        const table = before[parent % Math.max(1, before.length)];
        if (table !== undefined) foreignKeys.push(foreignKey(child, table));
      }
    };
    for (const [index, { parents, parts }] of masters.entries()) {
      const before = [...tables];
      const master = `t${'abcdef'[index]}`;
      tables.push(master);
      refer(master, parents, before);
      for (const [place, others] of parts.entries()) {
        const part = `${master}__p${'ab'[place]}`;
        tables.push(part);
        foreignKeys.push(foreignKey(part, master));
        refer(part, others, before);
      }
    }
    return { tables, foreignKeys };
  })
  .chain(({ tables, foreignKeys }) =>
    fc.record({
      tables: fc.constant(tables),
      foreignKeys: fc.shuffledSubarray(foreignKeys, { minLength: foreignKeys.length }),
    }),
  );

function reached(start: string, foreignKeys: readonly ForeignKey[], from: 'parent' | 'child'): Set<string> {
  const to = from === 'parent' ? 'child' : 'parent';
  const found = new Set([start]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const entry of foreignKeys) if (found.has(entry[from].table)) found.add(entry[to].table);
  }
  return found;
}

function isTopological(order: readonly string[], foreignKeys: readonly ForeignKey[]): boolean {
  return foreignKeys.every(({ parent, child }) => {
    const [before, after] = [order.indexOf(parent.table), order.indexOf(child.table)];
    return before < 0 || after < 0 || before < after;
  });
}

function haveMastersBefore(order: readonly string[]): boolean {
  return order.every((table, index) => {
    const master = masterOf(table);
    if (master === undefined || !order.includes(master)) return true;
    const before = order[index - 1] as string;
    return before === master || masterOf(before) === master;
  });
}

describe('the graph of a pipeline', () => {
  test('orders descendants: the table, then parents first, parts right after their masters', () => {
    fc.assert(
      fc.property(pipeline, ({ tables, foreignKeys }) => {
        const graph = new DependencyGraph(foreignKeys);
        for (const table of tables) {
          const order = tablesOf(graph.descendants(name(table)));
          expect(order[0]).toBe(table);
          expect(new Set(order)).toEqual(reached(table, foreignKeys, 'parent'));
          expect(order).toHaveLength(new Set(order).size);
          expect(isTopological(order, foreignKeys)).toBe(true);
          expect(haveMastersBefore(order.slice(1))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('orders ancestors: the table, then the nearest first', () => {
    fc.assert(
      fc.property(pipeline, ({ tables, foreignKeys }) => {
        const graph = new DependencyGraph(foreignKeys);
        for (const table of tables) {
          const order = tablesOf(graph.ancestors(name(table)));
          expect(order[0]).toBe(table);
          expect(new Set(order)).toEqual(reached(table, foreignKeys, 'child'));
          expect(isTopological([...order].reverse(), foreignKeys)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('orders all tables, and the components of a delete', () => {
    fc.assert(
      fc.property(pipeline, ({ tables, foreignKeys }) => {
        const graph = new DependencyGraph(foreignKeys);
        const order = tablesOf(graph.tables());
        expect(isTopological(order, foreignKeys)).toBe(true);
        expect(haveMastersBefore(order)).toBe(true);
        for (const table of tables) {
          const components = graph.components(name(table));
          expect(components.every(({ length }) => length === 1)).toBe(true);
          expect(new Set(tablesOf(components.flat()))).toEqual(reached(table, foreignKeys, 'parent'));
          expect(isTopological(tablesOf(components.flat()), foreignKeys)).toBe(true);
        }
      }),
    );
  });
});

describe('foreign keys that make no tree', () => {
  test('two between the same tables are both there, the table comes once', () => {
    const keys = [foreignKey('b', 'a', [['x', 'id']]), foreignKey('b', 'a', [['y', 'id']])];
    const graph = new DependencyGraph(keys);
    expect(graph.parents(name('b'))).toEqual(keys);
    expect(graph.children(name('a'))).toEqual(keys);
    expect(tablesOf(graph.descendants(name('a')))).toEqual(['a', 'b']);
  });

  test('one of a table on itself', () => {
    const graph = new DependencyGraph([foreignKey('a', 'a', [['parent_id', 'id']]), foreignKey('b', 'a')]);
    expect(tablesOf(graph.descendants(name('a')))).toEqual(['a', 'b']);
    expect(tablesOf(graph.ancestors(name('a')))).toEqual(['a']);
    expect(graph.components(name('a')).map(tablesOf)).toEqual([['a'], ['b']]);
  });

  test('a circle has one component, with what hangs on it behind', () => {
    const keys = [foreignKey('b', 'a'), foreignKey('c', 'b'), foreignKey('a', 'c'), foreignKey('d', 'b')];
    const graph = new DependencyGraph(keys);
    for (const start of ['a', 'b', 'c']) {
      expect(new Set(tablesOf(graph.descendants(name(start))))).toEqual(new Set(['a', 'b', 'c', 'd']));
      const components = graph.components(name(start)).map((component) => [...tablesOf(component)].sort());
      expect(components).toEqual([['a', 'b', 'c'], ['d']]);
    }
  });

  test('tables of the same name in two schemas are two', () => {
    const key: ForeignKey = {
      constraint: 'x',
      child: name('t', 'b'),
      parent: name('t', 'a'),
      attributes: [['id', 'id']],
    };
    const graph = new DependencyGraph([key]);
    expect(graph.descendants(name('t', 'a'))).toEqual([name('t', 'a'), name('t', 'b')]);
    expect(graph.descendants(name('t', 'b'))).toEqual([name('t', 'b')]);
    expect(graph.tables()).toEqual([name('t', 'a'), name('t', 'b')]);
  });

  test('a table nobody refers to stands alone', () => {
    const graph = new DependencyGraph([]);
    expect(graph.descendants(name('x'))).toEqual([name('x')]);
    expect(graph.ancestors(name('x'))).toEqual([name('x')]);
    expect(graph.components(name('x'))).toEqual([[name('x')]]);
    expect(graph.parents(name('x'))).toEqual([]);
  });
});

describe('rows of the catalog', () => {
  test('are gathered by child and constraint', () => {
    const rows = [
      ['fk', 'lab', 'b', 'x', 'lab', 'a', 'id'],
      ['fk', 'other', 'b', 'x', 'lab', 'a', 'id'],
      ['fk', 'lab', 'b', 'y', 'lab', 'a', 'y'],
    ] as const;
    const keys = readForeignKeys(rows);
    expect(keys.map(({ child, attributes }) => [child.schema, attributes])).toEqual([
      [
        'lab',
        [
          ['x', 'id'],
          ['y', 'y'],
        ],
      ],
      ['other', [['x', 'id']]],
    ]);
    expect(keys.map(isRenamed)).toEqual([true, true]);
    expect(isRenamed(foreignKey('b', 'a', [['id', 'id']]))).toBe(false);
  });
});
