import { InvalidExpression } from '../errors.ts';
import { Heading } from '../heading/heading.ts';
import { sameConnection } from './join.ts';
import { matchesByLineage } from './match.ts';
import type { Relation, RelationState } from './relation.ts';

/**
 * The rows of both; one row where both have one with the same primary key, NULL where a row's side has no such attribute.
 * @throws InvalidExpression for different primary keys, or an attribute that is secondary in both.
 */
export function union(left: Relation, right: Relation): RelationState {
  sameConnection(left, right);
  const [a, b] = [left.heading, right.heading];
  const isSameKey = a.primaryKey.length === b.primaryKey.length && a.primaryKey.every((name) => b.get(name)?.inKey);
  if (!isSameKey || a.primaryKey.length === 0) {
    throw new InvalidExpression(
      `A union is of expressions with the same primary key; got (${a.primaryKey.join(', ')}) and (${b.primaryKey.join(', ')}).`,
    );
  }
  const shared = a.secondary.find((name) => b.has(name));
  if (shared !== undefined) {
    throw new InvalidExpression(
      `Attribute \`${shared}\` is secondary in both sides of a union; project it away or rename it in one of the two.`,
    );
  }
  const secondary = [a, b].flatMap(({ attributes }) => attributes.filter(({ inKey }) => !inKey));
  const key = a.attributes.filter(({ inKey }) => inKey);
  const attributes = [...key, ...secondary.map((attribute) => ({ ...attribute, nullable: true }))];
  const isModern = matchesByLineage(a, b);
  return {
    executor: left.executor,
    heading: new Heading(attributes, '', isModern ? '2' : 'legacy'),
    operation: { kind: 'union', left, right, needsLineage: isModern && secondary.length > 0 },
  };
}
