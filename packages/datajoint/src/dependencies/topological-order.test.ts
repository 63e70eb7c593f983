import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edge, topologicalComponents, topologicalOrder } from './topological-order.ts';

const graph = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.record({
    nodes: fc.shuffledSubarray([...'abcdefghi'].slice(0, size), { minLength: size }),
    edges: fc.array(fc.tuple(fc.constantFrom(...'abcdefghi'), fc.constantFrom(...'abcdefghi')), { maxLength: 20 }),
  }),
);

/** Which nodes can be reached from which, by squaring the relation until it stays. */
function reachability(nodes: readonly string[], edges: readonly Edge[]): (from: string, to: string) => boolean {
  const known = edges.filter(([source, target]) => nodes.includes(source) && nodes.includes(target));
  const pairs = new Set(known.map(([source, target]) => source + target));
  for (const middle of nodes) {
    for (const from of nodes) {
      if (!pairs.has(from + middle)) continue;
      for (const to of nodes) if (pairs.has(middle + to)) pairs.add(from + to);
    }
  }
  return (from, to) => pairs.has(from + to);
}

describe('components in topological order', () => {
  test('hold every node once, sources before targets, and together just those that reach each other', () => {
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        const components = topologicalComponents(nodes, edges);
        expect(components.flat().sort()).toEqual([...nodes].sort());
        const reaches = reachability(nodes, edges);
        const place = new Map(
          components.flatMap((component, index) => component.map((node) => [node, index] as const)),
        );
        for (const a of nodes) {
          for (const b of nodes) {
            if (a === b) continue;
            const [left = -1, right = -1] = [place.get(a), place.get(b)];
            expect(left === right).toBe(reaches(a, b) && reaches(b, a));
            if (reaches(a, b)) expect(left).toBeLessThanOrEqual(right);
          }
        }
        expect(topologicalOrder(nodes, edges)).toEqual(components.flat());
        expect(topologicalComponents(nodes, [...edges, ...edges])).toEqual(components);
      }),
      { numRuns: 500 },
    );
  });

  test('members of a component come in the order given', () => {
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        for (const component of topologicalComponents(nodes, edges)) {
          expect(component).toEqual(nodes.filter((node) => component.includes(node)));
        }
      }),
    );
  });

  test.each([
    [['b', 'a', 'c'], [], ['b', 'a', 'c']],
    [
      ['c', 'b', 'a'],
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      ['a', 'b', 'c'],
    ],
    [
      ['a', 'b', 'c'],
      [
        ['c', 'b'],
        ['b', 'c'],
      ],
      ['a', 'b', 'c'],
    ],
    [['a'], [['a', 'a']], ['a']],
    [
      ['a', 'b'],
      [
        ['x', 'a'],
        ['b', 'y'],
      ],
      ['a', 'b'],
    ],
    [[], [], []],
  ] as [string[], Edge[], string[]][])('%j with %j', (nodes, edges, order) => {
    expect(topologicalOrder(nodes, edges)).toEqual(order);
  });

  test('a chain of 2000 is no trouble', () => {
    const nodes = Array.from({ length: 2000 }, (_, index) => String(index));
    const edges = nodes.slice(1).map((node, index): Edge => [node, nodes[index] as string]);
    expect(topologicalOrder(nodes, edges)).toEqual([...nodes].reverse());
  });
});
