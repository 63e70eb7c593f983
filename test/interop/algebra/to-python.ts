import type { Condition, Named, Tree } from './tree.ts';

/** An expression as a Python script writes it. */
export function toPython(tree: Tree, generation: 'legacy' | 'current'): string {
  const write = (part: Tree): string => toPython(part, generation);
  switch (tree.op) {
    case 'table':
      return tree.name;
    case 'restrict':
      return `(${write(tree.of)} & ${conditionText(tree.by, write)})`;
    case 'except':
      return `(${write(tree.of)} - ${conditionText(tree.by, write)})`;
    case 'proj':
      return `${write(tree.of)}.proj(${argumentsText(tree.items, tree.named)})`;
    case 'join':
      return tree.isLeft
        ? `${write(tree.left)}.join(${write(tree.right)}, left=True)`
        : `(${write(tree.left)} * ${write(tree.right)})`;
    case 'aggr': {
      const kept =
        generation === 'legacy' ? ['keep_all_rows', tree.keepAllRows] : ['exclude_nonmatching', !tree.keepAllRows];
      const rest = argumentsText(tree.items, tree.named);
      return `${write(tree.of)}.aggr(${write(tree.group)}, ${rest}${rest === '' ? '' : ', '}${kept[0]}=${kept[1] ? 'True' : 'False'})`;
    }
    case 'union':
      return `(${write(tree.left)} + ${write(tree.right)})`;
    case 'distinct':
      return `(${universal(tree.names)} & ${write(tree.of)})`;
    case 'promote':
      return `(${universal(tree.names)} * ${write(tree.of)})`;
    case 'summary':
      return `${universal(tree.names)}.aggr(${write(tree.group)}, ${argumentsText([], tree.named)})`;
    case 'top':
      return `(${write(tree.of)} & dj.Top(${tree.limit}, ${JSON.stringify(tree.order)}, ${tree.offset}))`;
  }
}

const universal = (names: readonly string[]): string => `dj.U(${names.map(text).join(', ')})`;

const text = (value: string): string => JSON.stringify(value);

function argumentsText(items: readonly string[], named: Named): string {
  const given = items.map((item) => (item === '...' ? '...' : text(item)));
  return [...given, ...Object.entries(named).map(([name, value]) => `${name}=${text(value)}`)].join(', ');
}

function conditionText(condition: Condition, write: (tree: Tree) => string): string {
  const inner = (part: Condition): string => conditionText(part, write);
  switch (condition.kind) {
    case 'mapping':
      return `{${Object.entries(condition.value)
        .map(([name, { python }]) => `${text(name)}: ${python}`)
        .join(', ')}}`;
    case 'list':
      return `[${condition.items.map(inner).join(', ')}]`;
    case 'and':
      return `dj.AndList([${condition.items.map(inner).join(', ')}])`;
    case 'not':
      return `dj.Not(${inner(condition.item)})`;
    case 'text':
      return text(condition.text);
    case 'boolean':
      return condition.value ? 'True' : 'False';
    case 'universal':
      return universal(condition.names);
    case 'tree':
      return write(condition.tree);
  }
}
