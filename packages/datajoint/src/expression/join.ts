import { InvalidExpression } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Heading } from '../heading/heading.ts';
import { matchesByLineage, refuseDependent } from './match.ts';
import type { Relation, RelationState } from './relation.ts';

export interface JoinOptions {
  /** Keeps the rows of the left that match none of the right; default false. */
  readonly left?: boolean | undefined;
  /** Refuses attributes of the same name that mean different things; default true. */
  readonly semanticCheck?: boolean | undefined;
}

/**
 * All pairs of rows that agree in the attributes of the same name.
 *
 * Tables of DataJoint 2 match attributes of the same lineage, and a key that determines the other's is the key of the
 * result; those of DataJoint up to 0.14 match names, and both keys together are the key.
 * @throws InvalidExpression for attributes that mean different things, or relations of different connections.
 */
export function join(left: Relation, right: Relation, options: JoinOptions = {}): RelationState {
  const { left: isOuter = false, semanticCheck = true } = options;
  const isModern = matchesByLineage(left.heading, right.heading);
  if (isModern && isOuter && !determines(left.heading, right.heading)) {
    const missing = right.heading.primaryKey.filter((name) => !left.heading.has(name));
    throw new InvalidExpression(
      `A left join needs every attribute of the right's primary key in the left; missing: ${missing.join(', ')}.`,
    );
  }
  return joinRows(left, right, { isOuter, semanticCheck });
}

/** The join, whatever its left rows say of those on the right. */
export function joinRows(
  left: Relation,
  right: Relation,
  { isOuter, semanticCheck }: { readonly isOuter: boolean; readonly semanticCheck: boolean },
): RelationState {
  sameConnection(left, right);
  const needsLineage = semanticCheck && matchesByLineage(left.heading, right.heading);
  if (semanticCheck && !needsLineage) refuseDependent(left.heading, right.heading);
  const on = left.heading.names.filter((name) => right.heading.has(name));
  return {
    executor: left.executor,
    heading: joinedHeading(left.heading, right.heading, isOuter),
    operation: { kind: 'join', left, right, on, isOuter, needsLineage },
  };
}

/** @throws InvalidExpression where one statement cannot reach both. */
export function sameConnection(left: Relation, right: Relation): void {
  if (left.executor === right.executor) return;
  throw new InvalidExpression('Expressions of different connections or transactions cannot be put together.');
}

/** Whether a row of the one says which row of the other it goes with. */
function determines(one: Heading, other: Heading): boolean {
  return other.primaryKey.every((name) => one.has(name));
}

function joinedHeading(left: Heading, right: Heading, isOuter: boolean): Heading {
  const isModern = matchesByLineage(left, right);
  // The values are the left's where both have the attribute.
  const take = (name: string, inKey: boolean): Attribute => {
    const own = left.get(name);
    const attribute = own ?? (right.get(name) as Attribute);
    return { ...attribute, inKey, nullable: attribute.nullable || (isOuter && own === undefined) };
  };
  const from = (first: Heading, second: Heading): readonly Attribute[] => [
    ...first.primaryKey.map((name) => take(name, true)),
    ...[...first.secondary, ...second.names.filter((name) => !first.has(name))].map((name) => take(name, false)),
  ];
  const key = [...new Set([...left.primaryKey, ...right.primaryKey])];
  const secondary = [...left.secondary, ...right.secondary].filter((name) => !key.includes(name));
  const attributes =
    isModern && determines(left, right)
      ? from(left, right)
      : isModern && !isOuter && determines(right, left)
        ? from(right, left)
        : [...key.map((name) => take(name, true)), ...[...new Set(secondary)].map((name) => take(name, false))];
  return new Heading(attributes, '', isModern ? '2' : 'legacy', [...left.hidden, ...right.hidden]);
}
