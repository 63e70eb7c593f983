import { InvalidExpression } from '../errors.ts';
import type { Condition } from './condition.ts';
import type { Lineages, Relation, TableOperation } from './relation.ts';

/** The stored attribute whose values an attribute of an expression holds. */
export interface Origin {
  readonly table: TableOperation;
  readonly attribute: string;
}

/** Where the values of an attribute are stored; undefined for what is computed. */
export function originOf({ operation, heading }: Relation, name: string): Origin | undefined {
  switch (operation.kind) {
    case 'table':
      return { table: operation, attribute: name };
    case 'restriction':
    case 'distinct':
    case 'top':
      return originOf(operation.of, name);
    case 'projection':
    case 'aggregation': {
      const column = operation.columns.get(name);
      return column?.kind === 'attribute' ? originOf(operation.of, column.name) : undefined;
    }
    case 'join':
    case 'union':
      return heading.has(name)
        ? originOf(operation.left.heading.has(name) ? operation.left : operation.right, name)
        : undefined;
  }
}

/** Two attributes of one name that an operator matches. */
interface Pair {
  readonly here: Relation;
  readonly there: Relation;
  readonly name: string;
}

function pairsOf(relation: Relation): readonly Pair[] {
  const { operation } = relation;
  switch (operation.kind) {
    case 'table':
      return [];
    case 'restriction':
      return [...pairsOf(operation.of), ...pairsIn(operation.condition, operation.of)];
    case 'join':
    case 'union': {
      const { left, right, needsLineage } = operation;
      const on = operation.kind === 'join' ? operation.on : left.heading.primaryKey;
      const own = needsLineage ? on.map((name) => ({ here: left, there: right, name })) : [];
      return [...pairsOf(left), ...pairsOf(right), ...own];
    }
    default:
      return pairsOf(operation.of);
  }
}

function pairsIn(condition: Condition, here: Relation): readonly Pair[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap((term) => pairsIn(term, here));
    case 'not':
    case 'untrue':
      return pairsIn(condition.term, here);
    case 'exists':
      return pairsOf(condition.relation);
    case 'matches': {
      const there = condition.relation;
      const own = condition.needsLineage === true ? condition.attributes.map(([name]) => ({ here, there, name })) : [];
      return [...pairsOf(there), ...own];
    }
    default:
      return [];
  }
}

/**
 * Sees to it that the attributes an expression matches come from the same attribute of the same table, as their
 * schemas' lineages say. Where a schema keeps none, names are enough.
 * @throws InvalidExpression naming the attribute and both lineages.
 */
export async function checkLineages(relation: Relation): Promise<void> {
  for (const { here, there, name } of pairsOf(relation)) {
    const [a, b] = await Promise.all([lineageOf(here, name), lineageOf(there, name)]);
    if (a === undefined || b === undefined || (a === b && a !== null)) continue;
    const reason =
      a === null || b === null
        ? 'has no lineage on one side: it is a secondary attribute, or computed'
        : `is of different lineages (${a} and ${b})`;
    throw new InvalidExpression(
      `Expressions cannot be matched by attribute \`${name}\`, which ${reason}; rename it in one of the two with proj.`,
    );
  }
}

/** Null for an attribute without a lineage; undefined where its schema keeps none. */
async function lineageOf(relation: Relation, name: string): Promise<string | null | undefined> {
  const origin = originOf(relation, name);
  if (origin === undefined) return null;
  const lineages: Lineages | undefined = await origin.table.lineages?.();
  return lineages === undefined ? undefined : (lineages.get(origin.attribute) ?? null);
}
