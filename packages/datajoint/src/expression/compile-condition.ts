import type { Dialect, TypedValue } from '../dialect/dialect.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { trustedFragment } from '../sql/trusted-sql.ts';
import type { Condition } from './condition.ts';
import type { Relation } from './relation.ts';
import { writeTruth } from './sql-expression/write.ts';

/** Where a condition is written. */
export interface ConditionContext {
  readonly dialect: Dialect;
  /** How an attribute is written there. */
  readonly column: (name: string) => Sql;
  /** Selects attributes of another relation, in the order named. */
  readonly select: (relation: Relation, names: readonly string[]) => Sql;
}

/** A condition as SQL. */
export function compileCondition(condition: Condition, context: ConditionContext): Sql {
  const { dialect, column, select } = context;
  switch (condition.kind) {
    case 'constant':
      return condition.value === null ? sql`NULL` : condition.value ? sql`1 = 1` : sql`1 = 0`;
    case 'and':
    case 'or': {
      const terms = condition.terms.map((term) => compileCondition(term, context));
      return sql`(${sql.join(terms, condition.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return sql`NOT (${compileCondition(condition.term, context)})`;
    case 'untrue':
      return sql`(${compileCondition(condition.term, context)}) IS NOT TRUE`;
    case 'null':
      return sql`${column(condition.name)} IS NULL`;
    case 'comparison':
      return sql`${compared(condition, context)} ${operators[condition.operator]} ${dialect.typed(condition.value)}`;
    case 'in': {
      const values = condition.values.map((value) => dialect.typed(value));
      return sql`${compared(condition, context)} IN (${sql.join(values)})`;
    }
    case 'between': {
      const { low, high } = condition;
      return sql`${compared(condition, context)} BETWEEN ${dialect.typed(low)} AND ${dialect.typed(high)}`;
    }
    case 'matches': {
      const here = sql.join(condition.attributes.map(([name]) => column(name)));
      const there = condition.attributes.map(([, name]) => name);
      return sql`(${here}) IN (${select(condition.relation, there)})`;
    }
    case 'exists':
      return sql`EXISTS (${select(condition.relation, [])})`;
    case 'expression': {
      const { expression, heading, names } = condition;
      return writeTruth(expression, { dialect, heading, column: (name) => column(names?.get(name) ?? name) });
    }
    case 'trusted':
      return sql`(${trustedFragment(condition.text)})`;
  }
}

const operators = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
  LIKE: sql`LIKE`,
} as const;

type Compared = Extract<Condition, { attribute: unknown }>;

function compared(condition: Compared, { dialect, column }: ConditionContext): Sql {
  const isPattern = condition.kind === 'comparison' && condition.operator === 'LIKE';
  return dialect.compared(column(condition.attribute.name), condition.attribute, valuesOf(condition), isPattern);
}

function valuesOf(condition: Compared): readonly TypedValue[] {
  switch (condition.kind) {
    case 'comparison':
      return [condition.value];
    case 'between':
      return [condition.low, condition.high];
    case 'in':
      return condition.values;
  }
}
