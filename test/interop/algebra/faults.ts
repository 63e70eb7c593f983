import type { Outcome } from './outcome.ts';
import { type Condition, conditionsIn, type Tree, treesIn } from './tree.ts';

type Fault = (tree: Tree, own: Outcome, theirs: Outcome, family: 'mysql' | 'postgresql') => boolean;

/**
 * What the real library is known to do wrong, by name. An expression in which it may have done so is no difference,
 * where plain SQL comes to what this library does.
 */
const knownFaults: Readonly<Record<string, Fault>> = {
  'negates the first of several terms only': (tree) =>
    treesIn(tree).some((part) => {
      if (part.op !== 'restrict' && part.op !== 'except') return false;
      const negated = part.op === 'except' ? [part.by] : [];
      const inner = conditionsIn(part.by).flatMap((term) => (term.kind === 'not' ? [term.item] : []));
      return [...negated, ...inner].some(hasTerms);
    }),
  'forgets the limit of an operand': (tree) => operandsIn(tree).some((operand) => opensTo(operand, 'top')),
  'forgets that the values of an operand are distinct': (tree) =>
    operandsIn(tree).some((operand) => opensTo(operand, 'distinct')),
  'lists the values of an aggregation more than once': (tree) =>
    treesIn(tree).some((part) => part.op === 'distinct' && (opensTo(part.of, 'summary') || opensTo(part.of, 'aggr'))),
  'takes rows together without those they were made of taken together first': (tree) =>
    treesIn(tree).some(
      (part) => part.op === 'summary' && (opensTo(part.group, 'summary') || opensTo(part.group, 'aggr')),
    ),
  'applies a restriction of the right of a left join to its result': (tree) =>
    optionalIn(tree).some((right) => opensTo(right, 'restrict') || opensTo(right, 'except')),
  'computes values for the rows that a left join does not find': (tree) =>
    optionalIn(tree).some((right) => opensTo(right, 'proj')),
  'joins in one row what was to be joined by itself: a right operand with or within a left join': (tree) =>
    treesIn(tree).some((part) => {
      const right = part.op === 'join' ? part.right : part.op === 'aggr' ? part.group : undefined;
      if (right === undefined || !opensTo(right, 'join')) return false;
      const isLeft = part.op === 'join' && part.isLeft;
      return isLeft || treesIn(right).some((inner) => inner.op === 'join' && inner.isLeft);
    }),
  'counts values that are listed once as often as a left join has them': (tree, own, theirs) =>
    haveSameRows(own, theirs) && treesIn(tree).some((part) => part.op === 'join' && part.isLeft),
  'refuses an operand in a condition that holds for all rows, or none, whatever it contains': (tree, own, theirs) =>
    'error' in theirs &&
    theirs.error.includes('lineage') &&
    !('error' in own) &&
    treesIn(tree).some((part) => {
      if (part.op !== 'restrict' && part.op !== 'except') return false;
      const terms = conditionsIn(part.by);
      return terms.some(({ kind }) => kind === 'tree') && (terms.length > 1 || isSettled(part.of));
    }),
  'loses that all rows are one where nothing computed of them is kept': (tree) =>
    treesIn(tree).some(
      (part) => part.op === 'proj' && treesIn(part).some((inner) => inner.op === 'summary' && inner.names.length === 0),
    ),
  'makes one limit of two in the same order, adding up what they pass over': (tree) =>
    treesIn(tree).some((part) => part.op === 'top' && opensTo(part.of, 'top')),
  'does not know a uuid that is computed': (tree) =>
    treesIn(tree).some((part) => {
      const terms = part.op === 'restrict' || part.op === 'except' ? conditionsIn(part.by) : [];
      return terms.some(
        (term) =>
          term.kind === 'mapping' &&
          Object.entries(term.value).some(
            ([name, { value }]) => /^made_/.test(name) && /^[0-9a-f-]{32,36}$/.test(String(value)),
          ),
      );
    }),
  'does not count rows with NULL in their key': (_, own, theirs) => {
    if ('error' in own || !haveSameRows(own, theirs)) return false;
    const key = own.heading.flatMap((name, index) => (own.primaryKey.includes(name) ? [index] : []));
    const complete = own.rows.filter((row) => {
      const cells = JSON.parse(row) as readonly (string | null)[];
      return key.every((index) => cells[index] !== null);
    });
    return complete.length < own.rows.length && own.length === own.rows.length;
  },
  'has NULL first on MySQL and last on PostgreSQL': (tree, _own, _theirs, family) =>
    family === 'postgresql' && treesIn(tree).some(({ op }) => op === 'top'),
};

/** An expression that is restricted by what holds for all rows or none. */
function isSettled(tree: Tree): boolean {
  if (tree.op !== 'restrict' && tree.op !== 'except') return false;
  return !['text', 'tree'].includes(tree.by.kind) || isSettled(tree.of);
}

function haveSameRows(own: Outcome, theirs: Outcome): boolean {
  return !('error' in own || 'error' in theirs) && JSON.stringify(own.rows) === JSON.stringify(theirs.rows);
}

/** What a left join, or what is written as one, may not find. */
function optionalIn(tree: Tree): readonly Tree[] {
  return treesIn(tree).flatMap((part) => {
    if (part.op === 'join') return part.isLeft ? [part.right] : [];
    if (part.op === 'aggr') return part.keepAllRows ? [part.group] : [];
    return part.op === 'union' ? [part.right] : [];
  });
}

/** A condition written as several that are joined by AND without parentheses of their own. */
function hasTerms(condition: Condition): boolean {
  if (condition.kind === 'not') return hasTerms(condition.item);
  if (condition.kind === 'mapping') return Object.keys(condition.value).length > 1;
  return condition.kind === 'and' && condition.items.length > 1;
}

/** All expressions that others are made of by looking at more than one row. */
function operandsIn(tree: Tree): readonly Tree[] {
  return treesIn(tree).flatMap((part) => {
    switch (part.op) {
      case 'join':
      case 'union':
        return [part.left, part.right];
      case 'aggr':
        return [part.of, part.group];
      case 'summary':
        return [part.group];
      case 'distinct':
      case 'promote':
        return [part.of];
      default:
        return [];
    }
  });
}

/** Whether an operator is at the top of an expression or beneath what the library writes into the same SELECT. */
function opensTo(tree: Tree, op: Tree['op']): boolean {
  if (tree.op === op) return true;
  switch (tree.op) {
    case 'proj':
    case 'distinct':
    case 'promote':
    case 'restrict':
    case 'except':
    case 'top':
      return opensTo(tree.of, op);
    case 'join':
      return opensTo(tree.left, op) || opensTo(tree.right, op);
    default:
      return false;
  }
}

/** The fault that explains a difference. */
export function faultIn(tree: Tree, own: Outcome, theirs: Outcome, family: 'mysql' | 'postgresql'): string | undefined {
  return Object.entries(knownFaults).find(([, fault]) => fault(tree, own, theirs, family))?.[0];
}
