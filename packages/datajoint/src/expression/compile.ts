import type { Dialect, TypedValue } from '../dialect/dialect.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { trustedFragment } from '../sql/trusted-sql.ts';
import type { Condition } from './condition.ts';
import type { Relation, Top } from './relation.ts';

/** The statement that selects an expression's rows: all of its attributes, or those named, in the order named. */
export function compileSelect(relation: Relation, dialect: Dialect, names?: readonly string[]): Sql {
  const selected = names ?? relation.heading.names;
  const columns = selected.length === 0 ? sql`1` : sql.join(selected.map((name) => sql.id(name)));
  return sql`SELECT ${columns}${compileTail(relation, dialect)}`;
}

/** The statement that counts an expression's rows. */
export function compileCount(relation: Relation, dialect: Dialect): Sql {
  if (relation.top === undefined) return sql`SELECT COUNT(*)${compileTail(relation, dialect)}`;
  return sql`SELECT COUNT(*) FROM (SELECT 1${compileTail(relation, dialect)}) AS ${sql.id('counted')}`;
}

/** The statement that answers 1 if an expression has any row. */
export function compileExists(relation: Relation, dialect: Dialect): Sql {
  return sql`SELECT EXISTS(SELECT 1${compileTail(relation, dialect)})`;
}

function compileTail(relation: Relation, dialect: Dialect): Sql {
  const { source, condition, top } = relation;
  const from =
    source.kind === 'table'
      ? sql.id(source.name.schema, source.name.table)
      : sql`(${compileSelect(source.relation, dialect)}) AS ${sql.id('source')}`;
  const where = compileWhere(condition, dialect);
  return sql` FROM ${from}${where}${top === undefined ? sql.empty : compileTop(relation, top, dialect)}`;
}

/** ` WHERE ...`, or nothing for a condition that always holds. */
export function compileWhere(condition: Condition, dialect: Dialect): Sql {
  if (condition.kind === 'constant' && condition.value) return sql.empty;
  return sql` WHERE ${compileCondition(condition, dialect)}`;
}

function compileTop({ heading }: Relation, { order, limit, offset }: Top, dialect: Dialect): Sql {
  const items = order.map(({ attribute, descending }) =>
    dialect.ordered(sql.id(attribute), descending, heading.get(attribute)?.nullable ?? true),
  );
  const orderBy = items.length === 0 ? sql.empty : sql` ORDER BY ${sql.join(items)}`;
  if (limit === undefined && offset === 0) return orderBy;
  // Both families want a limit before an offset; this one is beyond any table.
  const limitBy = sql` LIMIT ${sql.integer(limit ?? Number.MAX_SAFE_INTEGER)}`;
  return sql`${orderBy}${limitBy}${offset === 0 ? sql.empty : sql` OFFSET ${sql.integer(offset)}`}`;
}

function compileCondition(condition: Condition, dialect: Dialect): Sql {
  switch (condition.kind) {
    case 'constant':
      return condition.value === null ? sql`NULL` : condition.value ? sql`1 = 1` : sql`1 = 0`;
    case 'and':
    case 'or': {
      const terms = condition.terms.map((term) => compileCondition(term, dialect));
      return sql`(${sql.join(terms, condition.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return sql`NOT (${compileCondition(condition.term, dialect)})`;
    case 'untrue':
      return sql`(${compileCondition(condition.term, dialect)}) IS NOT TRUE`;
    case 'null':
      return sql`${sql.id(condition.name)} IS NULL`;
    case 'comparison':
      return sql`${column(condition, dialect)} ${operators[condition.operator]} ${dialect.typed(condition.value)}`;
    case 'in':
      return sql`${column(condition, dialect)} IN (${sql.join(condition.values.map((value) => dialect.typed(value)))})`;
    case 'between': {
      const { low, high } = condition;
      return sql`${column(condition, dialect)} BETWEEN ${dialect.typed(low)} AND ${dialect.typed(high)}`;
    }
    case 'matches': {
      const here = sql.join(condition.attributes.map(([name]) => sql.id(name)));
      const there = condition.attributes.map(([, name]) => name);
      return sql`(${here}) IN (${compileSelect(condition.relation, dialect, there)})`;
    }
    case 'exists':
      return sql`EXISTS (${compileSelect(condition.relation, dialect, [])})`;
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

function column(condition: Extract<Condition, { attribute: unknown }>, dialect: Dialect): Sql {
  const name = sql.id(condition.attribute.name);
  return dialect.compared(name, condition.attribute, valuesOf(condition));
}

function valuesOf(condition: Extract<Condition, { attribute: unknown }>): readonly TypedValue[] {
  switch (condition.kind) {
    case 'comparison':
      return [condition.value];
    case 'between':
      return [condition.low, condition.high];
    case 'in':
      return condition.values;
  }
}
