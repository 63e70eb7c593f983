import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Heading } from '../heading/heading.ts';
import type { Condition } from './condition.ts';
import type { OrderItem } from './order.ts';
import type { SqlExpression } from './sql-expression/sql-expression.ts';

/** By attribute, where its values first came from: `lab.subject.subject_id`. */
export type Lineages = ReadonlyMap<string, string>;

/** A stored table. */
export interface TableOperation {
  readonly kind: 'table';
  readonly name: TableName;
  /** The lineages of its attributes; undefined where the schema keeps none. Absent where nobody asks for them. */
  readonly lineages?: () => Promise<Lineages | undefined>;
}

/** How a relation is made of others: one operator of the algebra. */
export type Operation =
  | TableOperation
  | { readonly kind: 'restriction'; readonly of: Relation; readonly condition: Condition }
  | { readonly kind: 'projection'; readonly of: Relation; readonly columns: Columns }
  | JoinOperation
  /** The rows of a relation taken together where they agree in `by`; all of them where it is empty. */
  | {
      readonly kind: 'aggregation';
      readonly of: Relation;
      readonly by: readonly string[];
      readonly columns: Columns;
      /** They are those of a join whose left is asked for each of its rows, and which is no other's business. */
      readonly isOfLeft?: true;
    }
  /** Every row once. */
  | { readonly kind: 'distinct'; readonly of: Relation }
  | {
      readonly kind: 'union';
      readonly left: Relation;
      readonly right: Relation;
      /** The attributes of the primary key have to be of the same lineage. */
      readonly needsLineage: boolean;
    }
  | ({ readonly kind: 'top'; readonly of: Relation } & Top);

export interface JoinOperation {
  readonly kind: 'join';
  readonly left: Relation;
  readonly right: Relation;
  /** The attributes of the same name, which have to agree. */
  readonly on: readonly string[];
  /** Rows of the left without a match are kept. */
  readonly isOuter: boolean;
  /** The attributes have to be of the same lineage. */
  readonly needsLineage: boolean;
}

/** By its name, what each attribute is of the relation beneath. */
export type Columns = ReadonlyMap<string, SqlExpression>;

/** The first rows in an order. */
interface Top {
  readonly order: readonly OrderItem[];
  readonly limit: number | undefined;
  readonly offset: number;
}

export interface RelationState {
  readonly executor: Executor;
  readonly heading: Heading;
  readonly operation: Operation;
}

/** A query as a tree of operators, without the means to ask for its rows. Immutable. */
export class Relation implements RelationState {
  readonly executor: Executor;
  readonly heading: Heading;
  readonly operation: Operation;

  constructor({ executor, heading, operation }: RelationState) {
    this.executor = executor;
    this.heading = heading;
    this.operation = operation;
  }
}
