import { InvalidExpression, UnknownAttributeError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';
import { withPrimaryKey } from './aggregation.ts';
import { Relation, type RelationState } from './relation.ts';
import type { SqlExpression } from './sql-expression/sql-expression.ts';

/** All possible values of some attributes; without attributes, the one row that has none. */
export class UniversalSet {
  readonly primaryKey: readonly string[];

  constructor(...primaryKey: readonly string[]) {
    this.primaryKey = Object.freeze([...new Set(primaryKey)]);
  }
}

/** The combinations of values that the attributes have in an expression, each once. */
export function valuesIn(names: readonly string[], relation: Relation): RelationState {
  mustHave(names, relation);
  if (names.length === 0) throw new InvalidExpression('A universal set without attributes has no values to list.');
  const { executor } = relation;
  const columns = new Map(names.map((name): [string, SqlExpression] => [name, { kind: 'attribute', name }]));
  const heading = withPrimaryKey(relation.heading.select(new Set(names)), names);
  const of = new Relation({ executor, heading, operation: { kind: 'projection', of: relation, columns } });
  return { executor, heading, operation: { kind: 'distinct', of } };
}

/**
 * The same rows with the attributes in their primary key.
 * @throws InvalidExpression in schemas of DataJoint 2, which match by lineage and need no such thing.
 */
export function promote(names: readonly string[], relation: Relation): RelationState {
  mustHave(names, relation);
  const { executor, heading } = relation;
  if (heading.generation === '2') {
    throw new InvalidExpression(
      'A universal set cannot be joined in schemas of DataJoint 2: attributes match by lineage.',
    );
  }
  const key = [...new Set([...heading.primaryKey, ...names])];
  const promoted = withPrimaryKey(heading, key);
  const columns = new Map(promoted.names.map((name): [string, SqlExpression] => [name, { kind: 'attribute', name }]));
  return { executor, heading: promoted, operation: { kind: 'projection', of: relation, columns } };
}

function mustHave(names: readonly string[], { heading }: Relation): void {
  const unknown = names.find((name) => !heading.has(name));
  if (unknown === undefined) return;
  throw new UnknownAttributeError(
    `There is no attribute \`${unknown.slice(0, 80)}\` here.${didYouMean(unknown, heading.names)}`,
  );
}
