import { AndList, Not, type QueryExpression, type Restriction, Top, U } from '../../../packages/datajoint/src/index.ts';
import type { Condition, Tree } from './tree.ts';

/** An expression as this library writes it. */
export function toQuery(tree: Tree, tables: ReadonlyMap<string, QueryExpression>): QueryExpression {
  const build = (part: Tree): QueryExpression => toQuery(part, tables);
  switch (tree.op) {
    case 'table':
      return tables.get(tree.name) as QueryExpression;
    case 'restrict':
      return build(tree.of).restrict(restriction(tree.by, build));
    case 'except':
      return build(tree.of).except(restriction(tree.by, build));
    case 'proj':
      return build(tree.of).proj(...tree.items, tree.named);
    case 'join':
      return build(tree.left).join(build(tree.right), { left: tree.isLeft });
    case 'aggr': {
      const { keepAllRows } = tree;
      return build(tree.of).aggr(build(tree.group), [...tree.items, tree.named], { keepAllRows });
    }
    case 'union':
      return build(tree.left).union(build(tree.right));
    case 'distinct':
      return new U(...tree.names).restrict(build(tree.of));
    case 'promote':
      return new U(...tree.names).join(build(tree.of));
    case 'summary':
      return new U(...tree.names).aggr(build(tree.group), tree.named);
    case 'top':
      return build(tree.of).restrict(new Top({ limit: tree.limit, order: tree.order, offset: tree.offset }));
  }
}

function restriction(condition: Condition, build: (tree: Tree) => QueryExpression): Restriction {
  const inner = (part: Condition): Restriction => restriction(part, build);
  switch (condition.kind) {
    case 'mapping':
      return Object.fromEntries(Object.entries(condition.value).map(([name, { value }]) => [name, value]));
    case 'list':
      return condition.items.map(inner);
    case 'and':
      return new AndList(condition.items.map(inner));
    case 'not':
      return new Not(inner(condition.item));
    case 'text':
      return condition.text;
    case 'boolean':
      return condition.value;
    case 'universal':
      return new U(...condition.names);
    case 'tree':
      return build(condition.tree);
  }
}
