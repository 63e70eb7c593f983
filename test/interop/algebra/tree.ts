/** An expression of the algebra, apart from any library. */
export type Tree =
  | { readonly op: 'table'; readonly name: string }
  | { readonly op: 'restrict' | 'except'; readonly of: Tree; readonly by: Condition }
  | { readonly op: 'proj'; readonly of: Tree; readonly items: readonly string[]; readonly named: Named }
  | { readonly op: 'join'; readonly left: Tree; readonly right: Tree; readonly isLeft: boolean }
  | {
      readonly op: 'aggr';
      readonly of: Tree;
      readonly group: Tree;
      readonly items: readonly string[];
      readonly named: Named;
      readonly keepAllRows: boolean;
    }
  | { readonly op: 'union'; readonly left: Tree; readonly right: Tree }
  | { readonly op: 'distinct' | 'promote'; readonly names: readonly string[]; readonly of: Tree }
  | { readonly op: 'summary'; readonly names: readonly string[]; readonly group: Tree; readonly named: Named }
  | {
      readonly op: 'top';
      readonly of: Tree;
      readonly limit: number;
      readonly offset: number;
      readonly order: readonly string[];
    };

/** New names and what they are. */
export type Named = Readonly<Record<string, string>>;

export type Condition =
  | { readonly kind: 'mapping'; readonly value: Readonly<Record<string, Literal>> }
  | { readonly kind: 'list' | 'and'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'universal'; readonly names: readonly string[] }
  | { readonly kind: 'tree'; readonly tree: Tree };

/** A value as Python writes it and as it is here. */
export interface Literal {
  readonly python: string;
  readonly value: string | number | boolean | null;
}

/** Every tree within one, itself first. */
export function treesIn(tree: Tree): readonly Tree[] {
  return [tree, ...partsOf(tree).flatMap(treesIn)];
}

/** The operands of an operator, those in its condition too. */
function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.op) {
    case 'table':
      return [];
    case 'restrict':
    case 'except':
      return [tree.of, ...treesOf(tree.by)];
    case 'join':
    case 'union':
      return [tree.left, tree.right];
    case 'aggr':
      return [tree.of, tree.group];
    case 'summary':
      return [tree.group];
    default:
      return [tree.of];
  }
}

function treesOf(condition: Condition): readonly Tree[] {
  switch (condition.kind) {
    case 'list':
    case 'and':
      return condition.items.flatMap(treesOf);
    case 'not':
      return treesOf(condition.item);
    case 'tree':
      return [condition.tree];
    default:
      return [];
  }
}

/** Every condition within one, itself first. */
export function conditionsIn(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'list':
    case 'and':
      return [condition, ...condition.items.flatMap(conditionsIn)];
    case 'not':
      return [condition, ...conditionsIn(condition.item)];
    default:
      return [condition];
  }
}
