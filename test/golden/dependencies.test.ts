import { describe, expect, test } from 'vitest';
import { DependencyGraph } from '../../packages/datajoint/src/dependencies/dependency-graph.ts';
import type { ForeignKey, TableName } from '../../packages/datajoint/src/dependencies/foreign-key.ts';
import { masterOf } from '../../packages/datajoint/src/naming.ts';
import { fullNameOf, recordedDefinitions, tableName } from './recorded-definitions.ts';

const recordings = [
  ['DataJoint 0.14', recordedDefinitions('describe.json', 'legacy')],
  ['DataJoint 2', recordedDefinitions('describe_v2_mariadb.json', '2')],
] as const;

const printed = ({ parent, child, attributes }: ForeignKey): string =>
  `${fullNameOf(child)} -> ${fullNameOf(parent)} ${JSON.stringify(attributes)}`;

function masterName({ schema, table }: TableName): string | undefined {
  const master = masterOf(table);
  return master === undefined ? undefined : fullNameOf({ schema, table: master });
}

/** Whether every foreign key's parent comes before its child, as far as both are there. */
function isTopological(order: readonly TableName[], foreignKeys: readonly ForeignKey[]): boolean {
  const place = new Map(order.map((name, index) => [fullNameOf(name), index]));
  return foreignKeys.every(({ parent, child }) => {
    const before = place.get(fullNameOf(parent));
    const after = place.get(fullNameOf(child));
    return before === undefined || after === undefined || before <= after;
  });
}

/** The parts that do not stand right behind their master, with nothing but its other parts between. */
function strayParts(order: readonly TableName[]): readonly string[] {
  const present = new Set(order.map(fullNameOf));
  return order.flatMap((name, index) => {
    const master = masterName(name);
    if (master === undefined || !present.has(master)) return [];
    const before = order[index - 1] as TableName;
    return fullNameOf(before) === master || masterName(before) === master ? [] : [fullNameOf(name)];
  });
}

describe.each(recordings)('%s', (_name, { dependencies, topologicalSort, foreignKeysByHand }) => {
  const foreignKeys = [...[...dependencies.values()].flatMap(({ parents }) => parents), ...foreignKeysByHand];
  const graph = new DependencyGraph(foreignKeys);
  const tables = [...dependencies].map(([fullName, recorded]) => ({ fullName, name: tableName(fullName), recorded }));

  test.each(tables)('$fullName: parents', ({ name, recorded }) => {
    expect(graph.parents(name).map(printed)).toEqual(recorded.parents.map(printed));
  });

  test.each(tables)('$fullName: children', ({ name, recorded }) => {
    expect(
      graph
        .children(name)
        .map(({ child }) => fullNameOf(child))
        .sort(),
    ).toEqual([...recorded.children].sort());
  });

  test.each(tables)('$fullName: descendants', ({ name, recorded }) => {
    const descendants = graph.descendants(name);
    expect(descendants.map(fullNameOf).sort()).toEqual([...recorded.descendants].sort());
    expect(descendants[0]).toEqual(name);
    expect(isTopological(descendants, foreignKeys)).toBe(true);
    // The table itself stands apart, as there: its own parts come where the order puts them.
    expect(strayParts(descendants.slice(1))).toEqual([]);
  });

  test.each(tables)('$fullName: ancestors', ({ name, recorded }) => {
    const ancestors = graph.ancestors(name);
    expect(ancestors.map(fullNameOf).sort()).toEqual([...recorded.ancestors].sort());
    expect(ancestors[0]).toEqual(name);
    expect(isTopological([...ancestors].reverse(), foreignKeys)).toBe(true);
  });

  test('all tables in order', () => {
    const order = graph.tables();
    const named = new Set(foreignKeys.flatMap(({ parent, child }) => [parent, child].map(fullNameOf)));
    expect(order.map(fullNameOf).sort()).toEqual(topologicalSort.filter((name) => named.has(name)).sort());
    expect(isTopological(order, foreignKeys)).toBe(true);
    expect(strayParts(order)).toEqual([]);
    // What the check holds of our order holds of the recorded one.
    expect(isTopological(topologicalSort.map(tableName), foreignKeys)).toBe(true);
    expect(strayParts(topologicalSort.map(tableName))).toEqual([]);
  });
});
