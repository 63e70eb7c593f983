import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Transaction } from '../connection/transaction.ts';
import { DependencyGraph } from '../dependencies/dependency-graph.ts';
import type { ForeignKey, TableName } from '../dependencies/foreign-key.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { DataJointError, IntegrityError } from '../errors.ts';
import type { Condition } from '../expression/condition.ts';
import { makeCondition, type Restriction } from '../expression/restriction.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { Catalog } from './catalog.ts';
import { loadDownstream } from './downstream.ts';
import { MemoryDatabase, type Row, refersTo, type StoredTable } from './memory-database.fixture.ts';
import { planCascade as planWith } from './plan-cascade.ts';
import { runCascade } from './run-cascade.ts';

/** What a random pipeline is made of; numbers are taken modulo what there is to choose from. */
const blueprint = fc.array(
  fc.record({
    /** Of which earlier table's primary key its own is an extension. */
    inherits: fc.option(fc.nat(9), { nil: undefined, freq: 2 }),
    /** Which tables, of any place, it refers to by attributes of other names that may be NULL. */
    refers: fc.array(fc.nat(9), { maxLength: 2 }),
    /** Whether those attributes are declared so; if not, circles of rows cannot be taken apart by them. */
    isNullable: fc.boolean(),
    rows: fc.array(
      fc.record({
        w: fc.constantFrom(null, 0, 1, 2),
        parent: fc.nat(9),
        targets: fc.array(fc.option(fc.nat(9), { freq: 3 }), { minLength: 4, maxLength: 4 }),
      }),
      { maxLength: 5 },
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

type Blueprint = typeof blueprint extends fc.Arbitrary<infer T> ? T : never;

function build(plans: Blueprint): MemoryDatabase {
  const foreignKeys: ForeignKey[] = [];
  const keys: string[][] = [];
  const nameAt = (index: number): TableName => ({ schema: 'lab', table: `t${index}` });
  const at = (number: number, size: number): number => number % Math.max(1, size);
  for (const [index, { inherits }] of plans.entries()) {
    const parent = inherits === undefined || index === 0 ? undefined : at(inherits, index);
    const inherited = parent === undefined ? [] : (keys[parent] as string[]);
    keys.push([...inherited, `k${index}`]);
    if (parent !== undefined) {
      const attributes = inherited.map((key) => [key, key] as const);
      foreignKeys.push({ constraint: `own${index}`, child: nameAt(index), parent: nameAt(parent), attributes });
    }
  }
  for (const [index, { refers }] of plans.entries()) {
    for (const [place, target] of refers.entries()) {
      const parent = at(target, plans.length);
      const attributes = (keys[parent] as string[]).map((key) => [`r${place}_${key}`, key] as const);
      foreignKeys.push({ constraint: `r${place}_${index}`, child: nameAt(index), parent: nameAt(parent), attributes });
    }
  }
  const rows: Record<string, number | null>[][] = [];
  for (const [index, plan] of plans.entries()) {
    const own = foreignKeys.find(({ constraint }) => constraint === `own${index}`);
    const parents = own === undefined ? [{}] : (rows[Number(own.parent.table.slice(1))] ?? []);
    rows.push(
      plan.rows.flatMap(({ w, parent }, number) => {
        const above = parents[at(parent, parents.length)];
        if (above === undefined) return [];
        const key = Object.fromEntries((keys[index] as string[]).map((name) => [name, above[name] ?? null]));
        return [{ ...key, [`k${index}`]: number, w }];
      }),
    );
  }
  for (const foreignKey of foreignKeys.filter(({ constraint }) => constraint.startsWith('r'))) {
    const child = Number(foreignKey.child.table.slice(1));
    const targets = rows[Number(foreignKey.parent.table.slice(1))] ?? [];
    for (const [number, row] of (rows[child] ?? []).entries()) {
      const [first, second] = plans[child]?.rows[number]?.targets ?? [];
      const choice = foreignKey.constraint.startsWith('r0') ? first : second;
      const target = choice === null || choice === undefined ? undefined : targets[at(choice, targets.length)];
      for (const [place, [here, there]] of foreignKey.attributes.entries()) {
        // Some keys have a NULL in one attribute only: such a key refers to nothing.
        row[here] = target === undefined ? (choice === null && place > 0 ? 0 : null) : (target[there] ?? null);
      }
    }
  }
  const tables = plans.map((_, index): StoredTable => {
    const secondary = foreignKeys
      .filter(({ constraint, child }) => constraint.startsWith('r') && child.table === `t${index}`)
      .flatMap(({ attributes }) => attributes.map(([here]) => here));
    const columns = [...(keys[index] as string[]), 'w', ...secondary].map((name): ColumnRow => {
      const isKey = keys[index]?.includes(name) === true;
      const isNullable = name === 'w' || (!isKey && plans[index]?.isNullable === true);
      return [name, 'int', null, isNullable ? 'YES' : 'NO', isKey ? 'PRI' : '', null, '', '', ''];
    });
    return { name: nameAt(index), heading: readHeading(columns, '', 'legacy', mysqlTypes), rows: rows[index] ?? [] };
  });
  return new MemoryDatabase(tables, foreignKeys);
}

/** All rows that have to go with the given ones, found row by row. */
function closure(memory: MemoryDatabase, start: ReadonlySet<Row>): Set<Row> {
  const gone = new Set(start);
  for (let size = -1; size !== gone.size; ) {
    size = gone.size;
    for (const foreignKey of memory.foreignKeys) {
      for (const child of memory.rows(foreignKey.child.table)) {
        const parents = memory.rows(foreignKey.parent.table).filter((parent) => gone.has(parent));
        if (parents.some((parent) => refersTo(foreignKey, child, parent))) gone.add(child);
      }
    }
  }
  return gone;
}

/** The tables that can be reached from a table, and so on, by foreign keys from parent to child. */
function reach(memory: MemoryDatabase, start: string): Set<string> {
  const reached = new Set<string>();
  for (let size = -1; size !== reached.size; ) {
    size = reached.size;
    for (const { parent, child } of memory.foreignKeys) {
      if (parent.table === start || reached.has(parent.table)) reached.add(child.table);
    }
  }
  return reached;
}

/**
 * Whether rows can go one by one, each when none refers to it any more; where they refer to each other, once keys within
 * a circle of tables have been set to NULL as far as they may be.
 */
function canGo(memory: MemoryDatabase, rows: ReadonlySet<Row>): boolean {
  const left = new Set(rows);
  const table = (row: Row) => [...memory.tables.values()].find((stored) => stored.rows.includes(row))?.name.table;
  const places = new Map([...rows].map((row) => [row, table(row)]));
  const isBreakable = ({ parent, child, attributes }: ForeignKey): boolean => {
    const isCircle = reach(memory, child.table).has(parent.table);
    const heading = memory.tables.get(child.table)?.heading;
    return isCircle && attributes.some(([here]) => heading?.get(here)?.nullable === true);
  };
  const goAlong = (foreignKeys: readonly ForeignKey[]): void => {
    const isReferredTo = (parent: Row): boolean =>
      foreignKeys.some(
        (foreignKey) =>
          places.get(parent) === foreignKey.parent.table &&
          [...left].some(
            (child) =>
              child !== parent && places.get(child) === foreignKey.child.table && refersTo(foreignKey, child, parent),
          ),
      );
    for (let size = -1; size !== left.size; ) {
      size = left.size;
      for (const row of left) if (!isReferredTo(row)) left.delete(row);
    }
  };
  goAlong(memory.foreignKeys);
  goAlong(memory.foreignKeys.filter((foreignKey) => !isBreakable(foreignKey)));
  return left.size === 0;
}

async function planCascade(name: TableName, condition: Condition, catalog: Catalog, transaction: Transaction) {
  return planWith(name, condition, await loadDownstream(name, catalog), transaction);
}

describe('a cascade', () => {
  const chosen = fc.record({
    table: fc.nat(9),
    restriction: fc.constantFrom<Restriction>(true, false, { w: 1 }, { w: null }, [{ w: 0 }, { w: 2 }]),
    key: fc.option(fc.nat(4)),
  });

  test('takes just the rows that depend on the first ones, through any pipeline', async () => {
    await fc.assert(
      fc.asyncProperty(blueprint, chosen, async (plans, { table, restriction, key }) => {
        const memory = build(plans);
        const index = table % plans.length;
        const { name, heading, rows } = memory.tables.get(`t${index}`) as StoredTable;
        const condition = makeCondition(key === null ? restriction : { [`k${index}`]: key }, heading);
        const wanted = (row: Row): boolean => {
          if (key !== null) return row[`k${index}`] === key;
          if (typeof restriction === 'boolean') return restriction;
          return Array.isArray(restriction) ? row.w === 0 || row.w === 2 : row.w === (restriction as Row).w;
        };
        const expected = closure(memory, new Set(rows.filter(wanted)));
        const kept = [...memory.tables.values()].map((stored) => stored.rows.filter((row) => !expected.has(row)));
        const { transaction } = memory;

        const plan = await planCascade(name, condition, memory.catalog, transaction);
        const expectedCounts = plan.steps.map((step) => ({
          name: step.name,
          count: memory.rows(step.name.table).filter((row) => expected.has(row)).length,
        }));
        const counted = await plan.count(transaction);
        expect(counted.map(({ name: step, count }) => ({ name: step, count }))).toEqual(expectedCounts);

        if (!canGo(memory, expected)) {
          await expect(runCascade(plan, transaction)).rejects.toThrow(IntegrityError);
          return;
        }
        const deleted = await runCascade(plan, transaction);
        expect(deleted).toEqual(expectedCounts);
        expect([...memory.tables.values()].map((stored) => stored.rows)).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});

describe('part integrity', () => {
  const name = (table: string): TableName => ({ schema: 'lab', table });
  const key: ColumnRow = ['id', 'int', null, 'NO', 'PRI', null, '', '', ''];
  const refers = (child: string, parent: string): ForeignKey => ({
    constraint: child + parent,
    child: name(child),
    parent: name(parent),
    attributes: [['id', 'id']],
  });
  const stored = (table: string): StoredTable => ({
    name: name(table),
    heading: readHeading([key], '', 'legacy', mysqlTypes),
    rows: [{ id: 1 }, { id: 2 }],
  });
  const build = (): MemoryDatabase =>
    new MemoryDatabase(['other', 'session', 'session__trial'].map(stored), [
      refers('session__trial', 'session'),
      refers('session__trial', 'other'),
    ]);
  const plan = (memory: MemoryDatabase, table: string, restriction: Restriction) =>
    planCascade(name(table), makeCondition(restriction, stored(table).heading), memory.catalog, memory.transaction);

  test('parts go with their master', async () => {
    const memory = build();
    const deleted = await runCascade(await plan(memory, 'session', { id: 1 }), memory.transaction);
    expect(deleted).toEqual([
      { name: name('session'), count: 1 },
      { name: name('session__trial'), count: 1 },
    ]);
    expect(memory.rows('session__trial')).toEqual([{ id: 2 }]);
  });

  test.each(['session__trial', 'other'])('parts do not go without it: from %s', async (table) => {
    const memory = build();
    const run = runCascade(await plan(memory, table, { id: 1 }), memory.transaction);
    await expect(run).rejects.toThrow(DataJointError);
    await expect(run).rejects.toThrow(
      'Attempt to delete part table `lab`.`session__trial` before deleting from its master `lab`.`session` first.',
    );
  });

  test('unless it is ignored, or no part goes', async () => {
    const memory = build();
    await runCascade(await plan(memory, 'other', { id: 3 }), memory.transaction);
    await runCascade(await plan(memory, 'other', { id: 1 }), memory.transaction, { partIntegrity: 'ignore' });
    expect(memory.rows('session__trial')).toEqual([{ id: 2 }]);
    expect(memory.rows('session')).toHaveLength(2);
  });

  test('a table that the plan does not know stands in the way', async () => {
    const memory = build();
    const hidden = new MemoryDatabase([...memory.tables.values()], memory.foreignKeys);
    const known = {
      ...memory.catalog,
      downstream: () => Promise.resolve(new DependencyGraph([])),
    } as unknown as Catalog;
    const planned = await planCascade(
      name('session'),
      makeCondition({ id: 1 }, stored('session').heading),
      known,
      hidden.transaction,
    );
    await expect(runCascade(planned, hidden.transaction)).rejects.toThrow(IntegrityError);
  });
});
