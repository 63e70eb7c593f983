import type { Executor } from '../connection/executor.ts';
import type { DependencyGraph } from '../dependencies/dependency-graph.ts';
import { type ForeignKey, type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { DataJointError } from '../errors.ts';
import { compileWhere } from '../expression/compile.ts';
import { anyOf, type Condition, never } from '../expression/condition.ts';
import type { Heading } from '../heading/heading.ts';
import { spokenName } from '../naming.ts';
import { CascadePlan, type CascadeStep } from './cascade-plan.ts';
import { closeCircle } from './circle.ts';
import { dependents, distinct } from './dependents.ts';
import type { Downstream } from './downstream.ts';

/**
 * Follows the foreign keys from some rows of a table to all rows that depend on them.
 *
 * Conditions are carried along the keys, so nothing is read here, but for tables whose keys form a circle: the keys of
 * their rows have to be gathered round by round, and stand in the plan as values.
 */
export async function planCascade(
  name: TableName,
  condition: Condition,
  { graph, headings }: Downstream,
  executor: Executor,
): Promise<CascadePlan> {
  const conditions = new Map<string, Condition>([[tableKey(name), condition]]);
  const steps: CascadeStep[] = [];
  for (const [index, component] of graph.components(name).entries()) {
    const members = new Set(component.map(tableKey));
    for (const member of component) {
      const outside = graph.parents(member).filter(({ parent }) => !members.has(tableKey(parent)));
      const inherited = outside.map((foreignKey) => along(foreignKey, conditions, executor));
      const own = conditions.get(tableKey(member)) ?? never;
      conditions.set(tableKey(member), bounded(anyOf(distinct([own, ...inherited], executor)), member, executor));
    }
    const isCircular = graph.isCircle(component);
    if (isCircular) {
      for (const [key, closed] of await closeCircle(component, conditions, graph, headings, executor)) {
        conditions.set(key, closed);
      }
    }
    for (const member of component) {
      steps.push({
        name: member,
        condition: conditions.get(tableKey(member)) as Condition,
        circle: isCircular ? { id: index, breakable: breakable(member, members, graph, headings) } : undefined,
      });
    }
  }
  return new CascadePlan(steps);
}

function along(foreignKey: ForeignKey, conditions: ReadonlyMap<string, Condition>, executor: Executor): Condition {
  return dependents(foreignKey, conditions.get(tableKey(foreignKey.parent)) ?? never, executor);
}

/** Attributes by which a table refers into its circle and that may be NULL: setting them so takes the circle apart. */
function breakable(
  name: TableName,
  members: ReadonlySet<string>,
  graph: DependencyGraph,
  headings: ReadonlyMap<string, Heading>,
): readonly string[] {
  const heading = headings.get(tableKey(name));
  const inside = graph.parents(name).filter(({ parent }) => members.has(tableKey(parent)));
  const names = inside.flatMap(({ attributes }) => attributes.map(([child]) => child));
  return [...new Set(names)].filter((attribute) => heading?.get(attribute)?.nullable === true);
}

/**
 * Conditions double where a table refers to another by several keys of other names, and again at the next; beyond this
 * no server takes the statement.
 */
const maxPieces = 200_000;

/** @throws DataJointError for a condition that has become too long to be sent. */
export function bounded(condition: Condition, name: TableName, executor: Executor): Condition {
  if (compileWhere(condition, executor.dialect).pieces.length <= maxPieces) return condition;
  throw new DataJointError(
    `Too many ways lead by foreign keys to table ${spokenName(name)}; restrict by the primary key, or by fewer rows at a time.`,
  );
}
