import { aggregateBy } from './aggregation.ts';
import type { ProjectionItem } from './projection.ts';
import { QueryExpression } from './query-expression.ts';
import type { Row, Summary } from './record-types.ts';
import type { Relation } from './relation.ts';
import { promote, UniversalSet, valuesIn } from './universal-set.ts';

/**
 * The universal set of some attributes: `new U('rig').restrict(session)` lists the rigs of all sessions,
 * `new U('rig').aggr(session, { n: 'count(*)' })` counts the sessions of each, `new U().aggr(...)` those of all.
 */
export class U<const Names extends string = never> extends UniversalSet {
  constructor(...names: readonly Names[]) {
    super(...names);
  }

  /** The combinations of values that occur in an expression, each once. */
  restrict<R extends Row, K extends string>(
    expression: QueryExpression<R, K>,
  ): QueryExpression<Summary<R, Names, []>, Names>;
  restrict(expression: Relation): QueryExpression;
  restrict(expression: Relation): QueryExpression {
    return new QueryExpression(valuesIn(this.primaryKey, expression));
  }

  /** What is computed of an expression's rows, for each combination of values. @throws InvalidExpression */
  aggr<R extends Row, K extends string, const Items extends readonly ProjectionItem[]>(
    group: QueryExpression<R, K>,
    ...items: Items
  ): QueryExpression<Summary<R, Names, Items>, Names>;
  aggr(group: Relation, ...items: readonly ProjectionItem[]): QueryExpression;
  aggr(group: Relation, ...items: readonly ProjectionItem[]): QueryExpression {
    return new QueryExpression(aggregateBy(this.primaryKey, group, items));
  }

  /** The expression with the attributes in its primary key; for schemas of DataJoint up to 0.14. */
  join<R extends Row, K extends string>(expression: QueryExpression<R, K>): QueryExpression<R, K | Names>;
  join(expression: Relation): QueryExpression;
  join(expression: Relation): QueryExpression {
    return new QueryExpression(promote(this.primaryKey, expression));
  }
}
