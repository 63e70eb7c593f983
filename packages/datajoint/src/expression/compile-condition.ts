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
    case 'and': {
      const terms = condition.terms.map((term) => compileCondition(term, context));
      return sql`(${sql.join(terms, ' AND ')})`;
    }
    case 'or': {
      const terms = lookedUp(condition.terms).map((term) => compileCondition(term, context));
      return terms.length === 1 ? (terms[0] as Sql) : sql`(${sql.join(terms, ' OR ')})`;
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

/** Terms in which the values that one attribute may have are a list: databases look those up in one go. */
function lookedUp(terms: readonly Condition[]): readonly Condition[] {
  const lists = new Map<string | Condition, Extract<Condition, { kind: 'comparison' }>[]>();
  for (const term of terms) {
    const isEquality = term.kind === 'comparison' && term.operator === '=';
    // Values of another type would make the database convert all of them, or the attribute.
    const key = isEquality ? `${term.value.as} ${term.attribute.name}` : term;
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    if (isEquality) list.push(term);
  }
  return [...lists].map(([key, list]) => {
    const [first] = list;
    if (first === undefined) return key as Condition;
    if (list.length === 1) return first;
    return { kind: 'in', attribute: first.attribute, values: list.map(({ value }) => value) };
  });
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
