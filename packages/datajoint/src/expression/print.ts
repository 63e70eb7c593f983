import type { TypedValue } from '../dialect/dialect.ts';
import { classNameOf } from '../naming.ts';
import type { Condition } from './condition.ts';
import type { Columns, Relation } from './relation.ts';
import { printSqlExpression } from './sql-expression/print.ts';

/** An expression in DataJoint's own notation, as a Python script would write it. For people: logs, plans, messages. */
export function printExpression({ operation }: Relation): string {
  switch (operation.kind) {
    case 'table':
      return classNameOf(operation.name.table) ?? operation.name.table;
    case 'restriction':
      return `${enclosed(operation.of)} & ${printCondition(operation.condition)}`;
    case 'projection':
      return `${enclosed(operation.of)}.proj(${printColumns(operation.columns, operation.of.heading.primaryKey)})`;
    case 'join': {
      const { left, right, isOuter } = operation;
      return isOuter
        ? `${enclosed(left)}.join(${printExpression(right)}, left=True)`
        : `${enclosed(left)} * ${enclosed(right)}`;
    }
    case 'aggregation': {
      const { of, by, columns } = operation;
      const named = printColumns(columns, by);
      const rest = named === '' ? '' : `, ${named}`;
      return `${universal(by)}.aggr(${printExpression(of)}${rest})`;
    }
    case 'distinct': {
      const { operation: beneath, heading } = operation.of;
      return `${universal(heading.names)} & ${enclosed(beneath.kind === 'projection' ? beneath.of : operation.of)}`;
    }
    case 'union':
      return `${enclosed(operation.left)} + ${enclosed(operation.right)}`;
    case 'top': {
      const { of, order, limit, offset } = operation;
      const items = order.map(({ attribute, descending }) => text(`${attribute}${descending ? ' DESC' : ''}`));
      return `${enclosed(of)} & dj.Top(${limit ?? 'None'}, [${items.join(', ')}]${offset === 0 ? '' : `, ${offset}`})`;
    }
  }
}

/** In parentheses, unless it is a name or ends in a call. */
function enclosed(relation: Relation): string {
  const printed = printExpression(relation);
  return /^[\w.]+$/.test(printed) || ['projection', 'aggregation'].includes(relation.operation.kind)
    ? printed
    : `(${printed})`;
}

const text = (value: string): string => JSON.stringify(value);

const universal = (names: readonly string[]): string => `dj.U(${names.map(text).join(', ')})`;

function printColumns(columns: Columns, key: readonly string[]): string {
  const items = [...columns].flatMap(([name, column]) => {
    if (column.kind !== 'attribute') return [`${name}=${text(printSqlExpression(column))}`];
    if (column.name !== name) return [`${name}=${text(columns.has(column.name) ? `(${column.name})` : column.name)}`];
    return key.includes(name) ? [] : [text(name)];
  });
  // Names without a value come before those with one.
  return items.sort((a, b) => Number(!a.startsWith('"')) - Number(!b.startsWith('"'))).join(', ');
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'constant':
      return condition.value === null ? '"NULL"' : condition.value ? 'True' : 'False';
    case 'and':
      return `dj.AndList([${condition.terms.map(printCondition).join(', ')}])`;
    case 'or':
      return `[${condition.terms.map(printCondition).join(', ')}]`;
    case 'not':
      return `dj.Not(${printCondition(condition.term)})`;
    case 'untrue':
      return `dj.Not(${printCondition(condition.term)})`;
    case 'null':
      return `{${text(condition.name)}: None}`;
    case 'comparison': {
      const { attribute, operator, value } = condition;
      return operator === '='
        ? `{${text(attribute.name)}: ${printValue(value)}}`
        : text(`${attribute.name} ${operator} ${printValue(value)}`);
    }
    case 'in':
      return text(`${condition.attribute.name} IN (${condition.values.map(printValue).join(', ')})`);
    case 'between':
      return text(`${condition.attribute.name} BETWEEN ${printValue(condition.low)} AND ${printValue(condition.high)}`);
    case 'matches': {
      const renamed = condition.attributes.filter(([here, there]) => here !== there);
      const names = renamed.map(([here, there]) => `${here}=${text(there)}`);
      return enclosed(condition.relation) + (names.length === 0 ? '' : `.proj(${names.join(', ')})`);
    }
    case 'exists':
      return enclosed(condition.relation);
    case 'expression':
      return text(printSqlExpression(condition.expression));
    case 'trusted':
      return text(condition.text.text);
  }
}

function printValue(value: TypedValue): string {
  switch (value.as) {
    case 'integer':
    case 'decimal':
    case 'double':
      return String(value.value);
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'uuid':
      return `'${Buffer.from(value.value).toString('hex')}'`;
    default:
      return `'${value.value.replaceAll("'", "''")}'`;
  }
}
