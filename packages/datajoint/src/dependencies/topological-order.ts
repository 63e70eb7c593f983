/** A directed edge between two nodes named by their keys. */
export type Edge = readonly [source: string, target: string];

/** Nodes with each edge's source before its target; ties in the order given; the nodes of a circle side by side. */
export function topologicalOrder(nodes: readonly string[], edges: readonly Edge[]): readonly string[] {
  return topologicalComponents(nodes, edges).flat();
}

/**
 * The nodes in topological order, those that can reach each other gathered in one component. A component of one node
 * is no circle unless the node has an edge to itself.
 */
export function topologicalComponents(
  nodes: readonly string[],
  edges: readonly Edge[],
): readonly (readonly string[])[] {
  const components = stronglyConnected(nodes, edges);
  const componentOf = new Map(components.flatMap((component) => component.map((node) => [node, component] as const)));
  const targets = new Map(components.map((component) => [component, [] as (readonly string[])[]]));
  const incoming = new Map(components.map((component) => [component, 0]));
  for (const [source, target] of edges) {
    const from = componentOf.get(source);
    const to = componentOf.get(target);
    if (from === undefined || to === undefined || from === to) continue;
    targets.get(from)?.push(to);
    incoming.set(to, (incoming.get(to) ?? 0) + 1);
  }
  const order = components.filter((component) => incoming.get(component) === 0);
  for (const component of order) {
    for (const target of targets.get(component) ?? []) {
      const count = (incoming.get(target) ?? 0) - 1;
      incoming.set(target, count);
      if (count === 0) order.push(target);
    }
  }
  return order;
}

/**
 * Groups of nodes that can reach each other, ordered by their first node.
 * Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972).
 */
function stronglyConnected(nodes: readonly string[], edges: readonly Edge[]): readonly (readonly string[])[] {
  const targets = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const [source, target] of edges) if (targets.has(target)) targets.get(source)?.push(target);
  const index = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: string[][] = [];

  const visit = (node: string): number => {
    let lowest = index.size;
    index.set(node, lowest);
    stack.push(node);
    onStack.add(node);
    for (const target of targets.get(node) ?? []) {
      if (!index.has(target)) lowest = Math.min(lowest, visit(target));
      else if (onStack.has(target)) lowest = Math.min(lowest, index.get(target) as number);
    }
    if (lowest === index.get(node)) {
      const component = stack.splice(stack.indexOf(node));
      for (const member of component) onStack.delete(member);
      found.push(component);
    }
    return lowest;
  };
  for (const node of nodes) if (!index.has(node)) visit(node);

  const position = new Map(nodes.map((node, place) => [node, place]));
  const byPosition = (a: string, b: string): number => (position.get(a) ?? 0) - (position.get(b) ?? 0);
  for (const component of found) component.sort(byPosition);
  return found.sort(([a = ''], [b = '']) => byPosition(a, b));
}
