import type { TableName } from '../dependencies/foreign-key.ts';
import type { Condition } from './condition.ts';
import type { Relation } from './relation.ts';
import { type SqlExpression, some } from './sql-expression/sql-expression.ts';

/**
 * The stored tables that a relation's rows come from and are chosen by, each once. Undefined where the rows may change
 * though no table does: text of SQL that nobody has read, or functions such as the time.
 */
export function storedTables(relation: Relation): readonly TableName[] | undefined {
  const found = new Map<string, TableName>();
  return collect(relation, found) ? [...found.values()] : undefined;
}

/** False as soon as something is met that may change by itself. */
function collect({ operation }: Relation, found: Map<string, TableName>): boolean {
  switch (operation.kind) {
    case 'table':
      found.set(JSON.stringify([operation.name.schema, operation.name.table]), operation.name);
      return true;
    case 'restriction':
      return collect(operation.of, found) && collectCondition(operation.condition, found);
    case 'projection':
    case 'aggregation':
      return collect(operation.of, found) && ![...operation.columns.values()].some(mayChange);
    case 'distinct':
    case 'top':
      return collect(operation.of, found);
    case 'join':
    case 'union':
      return collect(operation.left, found) && collect(operation.right, found);
  }
}

function collectCondition(condition: Condition, found: Map<string, TableName>): boolean {
  switch (condition.kind) {
    case 'trusted':
      return false;
    case 'expression':
      return !mayChange(condition.expression);
    case 'and':
    case 'or':
      return condition.terms.every((term) => collectCondition(term, found));
    case 'not':
    case 'untrue':
      return collectCondition(condition.term, found);
    case 'matches':
    case 'exists':
      return collect(condition.relation, found);
    default:
      return true;
  }
}

/** Functions of nothing are those of the time, the user and chance; and to a database `today` is a date. */
function mayChange(expression: SqlExpression): boolean {
  return some(expression, (part) => {
    if (part.kind === 'call') return part.definition.isVolatile === true || (part.args.length === 0 && !isCount(part));
    return (part.kind === 'temporal' || part.kind === 'string') && words.test(part.text);
  });
}

const words = /^\s*(?:now|today|tomorrow|yesterday)\b/i;

const isCount = ({ definition }: Extract<SqlExpression, { kind: 'call' }>): boolean => definition.isAggregate === true;
