import type { Executor } from '../connection/executor.ts';
import type { ForeignKey } from '../dependencies/foreign-key.ts';
import { compileWhere } from '../expression/compile.ts';
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
  const isCopied = read !== undefined && [...read].every((name) => names.has(name));
  const own: Condition = isCopied
    ? renamed(condition, names)
    : { kind: 'matches', attributes, relation: rowsOf(parent, condition, executor) };
  const present = attributes.map(([child]): Condition => ({ kind: 'not', term: { kind: 'null', name: child } }));
  // The same terms whatever way they came: keys that meet again would otherwise double the condition each time.
  return allOf(distinct([...present, ...(own.kind === 'and' ? own.terms : [own])], executor));
}

/** The conditions without those that are written like one before. */
export function distinct(conditions: readonly Condition[], { dialect }: Executor): readonly Condition[] {
  const found = new Map<string, Condition>();
  for (const condition of conditions) {
    const { text, params } = compileWhere(condition, dialect).toStatement(dialect.syntax);
    const key = `${text}\0${params.map((param) => `${typeof param}:${String(param)}`).join('\0')}`;
    if (!found.has(key)) found.set(key, condition);
  }
  return [...found.values()];
}
