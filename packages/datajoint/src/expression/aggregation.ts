import { InvalidExpression } from '../errors.ts';
import { Heading } from '../heading/heading.ts';
import { joinRows } from './join.ts';
import { matchesByLineage } from './match.ts';
import { type ProjectionItem, projectedHeading, readColumns } from './projection.ts';
import { Relation, type RelationState } from './relation.ts';
import { attributesRead, some } from './sql-expression/sql-expression.ts';

export interface AggregationOptions {
  /**
   * Whether rows stay that match none of the group, with what is computed of nothing. Where nothing is said, they do
   * in schemas of DataJoint 2 and do not in those of DataJoint up to 0.14, as in either library.
   */
  readonly keepAllRows?: boolean | undefined;
}

/**
 * For each row, what is computed of the rows of the group that match it.
 * @throws InvalidExpression for what is neither taken together nor depends on the row.
 */
export function aggregate(
  relation: Relation,
  group: Relation,
  items: readonly ProjectionItem[],
  { keepAllRows }: AggregationOptions = {},
): RelationState {
  const isModern = matchesByLineage(relation.heading, group.heading);
  const missing = relation.heading.primaryKey.filter((name) => !group.heading.has(name));
  if (isModern && missing.length > 0) {
    throw new InvalidExpression(
      `The group needs every attribute of the primary key it is gathered by; missing: ${missing.join(', ')}.`,
    );
  }
  const { primaryKey, names, secondary } = relation.heading;
  const expanded = items.flatMap((item): readonly ProjectionItem[] => (item === '...' ? secondary : [item]));
  const joined = joinRows(relation, group, { isOuter: keepAllRows ?? isModern, semanticCheck: true });
  const gathered = gather(new Relation(joined), primaryKey, expanded, names);
  return { ...gathered, operation: { ...gathered.operation, isOfLeft: true } };
}

/**
 * For each combination of values of these attributes, what is computed of the rows that have them; one row where there
 * are no attributes.
 */
export function aggregateBy(by: readonly string[], group: Relation, items: readonly ProjectionItem[]): RelationState {
  const missing = by.filter((name) => !group.heading.has(name));
  if (missing.length > 0) {
    throw new InvalidExpression(`The group has no attribute ${missing.map((name) => `\`${name}\``).join(', ')}.`);
  }
  return gather(group, by, items, by);
}

/** @param known the attributes that the keys determine. */
function gather(
  rows: Relation,
  by: readonly string[],
  items: readonly ProjectionItem[],
  known: readonly string[],
): RelationState & { readonly operation: { readonly kind: 'aggregation' } } {
  const { executor } = rows;
  const family = executor.dialect.name;
  const heading = withPrimaryKey(rows.heading, by);
  const columns = readColumns(items, heading, family);
  for (const [name, expression] of columns) {
    const loose = [...attributesRead(expression, true)].find((attribute) => !known.includes(attribute));
    if (loose !== undefined) {
      throw new InvalidExpression(
        `\`${name}\` reads \`${loose}\`, of which each row of the result has many: take them together (count, max, avg ...).`,
      );
    }
    const isAggregateCall = (part: { readonly kind: string; readonly definition?: { readonly isAggregate?: true } }) =>
      part.kind === 'call' && part.definition?.isAggregate === true;
    const isNested = some(
      expression,
      (part) => part.kind === 'call' && isAggregateCall(part) && part.args.some((arg) => some(arg, isAggregateCall)),
    );
    if (isNested) throw new InvalidExpression(`\`${name}\` takes rows together twice; use aggr on an aggr instead.`);
  }
  if (columns.size === 0) throw new InvalidExpression('An aggregation without a key computes at least one attribute.');
  return {
    executor,
    heading: projectedHeading(columns, heading, family),
    operation: { kind: 'aggregation', of: rows, by, columns },
  };
}

/** The heading with another primary key, which comes first. */
export function withPrimaryKey(heading: Heading, key: readonly string[]): Heading {
  const attributes = [...key, ...heading.names.filter((name) => !key.includes(name))].flatMap((name) => {
    const attribute = heading.get(name);
    return attribute === undefined ? [] : [{ ...attribute, inKey: key.includes(name) }];
  });
  return new Heading(attributes, heading.comment, heading.generation);
}
