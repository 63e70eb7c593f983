import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Heading } from '../heading/heading.ts';
import type { Condition } from './condition.ts';
import type { OrderItem } from './order.ts';

export type Source =
  | { readonly kind: 'table'; readonly name: TableName }
  | { readonly kind: 'query'; readonly relation: Relation };

/** The first rows in an order. */
export interface Top {
  readonly order: readonly OrderItem[];
  readonly limit: number | undefined;
  readonly offset: number;
}

export interface RelationState {
  readonly executor: Executor;
  readonly source: Source;
  readonly heading: Heading;
  readonly condition: Condition;
  readonly top: Top | undefined;
}

/** The syntax of a query, without its operators: where rows come from, which of them, in what order. Immutable. */
export class Relation implements RelationState {
  readonly executor: Executor;
  readonly source: Source;
  readonly heading: Heading;
  readonly condition: Condition;
  readonly top: Top | undefined;

  constructor({ executor, source, heading, condition, top }: RelationState) {
    this.executor = executor;
    this.source = source;
    this.heading = heading;
    this.condition = condition;
    this.top = top;
  }
}
