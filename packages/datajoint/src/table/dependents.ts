import type { Executor } from '../connection/executor.ts';
import type { ForeignKey } from '../dependencies/foreign-key.ts';
import { allOf, attributesOf, type Condition, never, renamed } from '../expression/condition.ts';
import { rowsOf } from './cascade-plan.ts';

/**
 * The child's rows that refer to the parent's rows meeting a condition. Where the condition reads nothing but the
 * referenced attributes the child's own, which hold the same values, take their place; otherwise it is asked of the
 * parent. A key with a NULL in it refers to nothing.
 */
export function dependents(foreignKey: ForeignKey, condition: Condition, executor: Executor): Condition {
  if (condition.kind === 'constant' && !condition.value) return never;
  const { attributes, parent } = foreignKey;
  const names = new Map(attributes.map(([child, original]) => [original, child]));
  const read = attributesOf(condition);
  if (read === undefined || ![...read].every((name) => names.has(name))) {
    return { kind: 'matches', attributes, relation: rowsOf(parent, condition, executor) };
  }
  const present = attributes.map(([child]): Condition => ({ kind: 'not', term: { kind: 'null', name: child } }));
  return allOf([...present, renamed(condition, names)]);
}
