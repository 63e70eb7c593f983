import type { TypedValue } from '../dialect/dialect.ts';
import { classNameOf } from '../naming.ts';
import type { Condition } from './condition.ts';
import { matchesByLineage } from './match.ts';
import type { Columns, JoinOperation, Relation } from './relation.ts';
import { printName, printSqlExpression, printText } from './sql-expression/print.ts';
import type { SqlExpression } from './sql-expression/sql-expression.ts';
import type { Family } from './sql-expression/tokenize.ts';

/** An expression in DataJoint's own notation, as a Python script would write it: for logs, plans, messages, queries. */
export function printExpression({ operation, executor }: Relation): string {
  const family = executor.dialect.name;
  switch (operation.kind) {
    case 'table':
      return classNameOf(operation.name.table) ?? operation.name.table;
    case 'restriction':
      return `${enclosed(operation.of)} & ${printCondition(operation.condition, family)}`;
    case 'projection':
      return `${enclosed(operation.of)}.proj(${printColumns(operation.columns, operation.of.heading.primaryKey, family)})`;
    case 'join':
      return printJoin(operation);
    case 'aggregation': {
      const { of, by, columns, isOfLeft } = operation;
      const named = printColumns(columns, by, family);
      const rest = named === '' ? '' : `, ${named}`;
      return isOfLeft === true && of.operation.kind === 'join'
        ? `${enclosed(of.operation.left)}.aggr(${printExpression(of.operation.right)}${rest}${rowsKept(of.operation)})`
        : `${universal(by)}.aggr(${printExpression(of)}${rest})`;
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

function printJoin({ left, right, isOuter, needsLineage }: JoinOperation): string {
  const isUnchecked = !needsLineage && matchesByLineage(left.heading, right.heading);
  if (!isOuter && !isUnchecked) return `${enclosed(left)} * ${enclosed(right)}`;
  const options = `${isOuter ? ', left=True' : ''}${isUnchecked ? ', semantic_check=False' : ''}`;
  return `${enclosed(left)}.join(${printExpression(right)}${options})`;
}

/** Whether rows without a match are kept, where that is not what the generation does of itself. */
function rowsKept({ left, right, isOuter }: JoinOperation): string {
  if (matchesByLineage(left.heading, right.heading)) return isOuter ? '' : ', exclude_nonmatching=True';
  return isOuter ? ', keep_all_rows=True' : '';
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

function printColumns(columns: Columns, key: readonly string[], family: Family): string {
  const items = [...columns].flatMap(([name, column]) => {
    if (column.kind !== 'attribute') return [`${name}=${text(printSqlExpression(column, family))}`];
    if (column.name !== name)
      return [`${name}=${text(columns.has(column.name) ? `(${printName(column.name, family)})` : column.name)}`];
    return key.includes(name) ? [] : [text(name)];
  });
  // Names without a value come before those with one.
  return items.sort((a, b) => Number(!a.startsWith('"')) - Number(!b.startsWith('"'))).join(', ');
}

function printCondition(condition: Condition, family: Family): string {
  const print = (each: Condition): string => printCondition(each, family);
  const value = (each: TypedValue): string => printValue(each, family);
  switch (condition.kind) {
    case 'constant':
      return condition.value === null ? '"NULL"' : condition.value ? 'True' : 'False';
    case 'and':
      return `dj.AndList([${condition.terms.map(print).join(', ')}])`;
    case 'or':
      return `[${condition.terms.map(print).join(', ')}]`;
    case 'not':
      return `dj.Not(${print(condition.term)})`;
    case 'untrue':
      return `dj.Not(${print(condition.term)})`;
    case 'null':
      return `{${text(condition.name)}: None}`;
    case 'comparison': {
      const { attribute, operator, value: given } = condition;
      return operator === '='
        ? `{${text(attribute.name)}: ${inPython(given)}}`
        : text(`${printName(attribute.name, family)} ${operator} ${value(given)}`);
    }
    case 'in':
      return text(`${printName(condition.attribute.name, family)} IN (${condition.values.map(value).join(', ')})`);
    case 'between': {
      const { attribute, low, high } = condition;
      return text(`${printName(attribute.name, family)} BETWEEN ${value(low)} AND ${value(high)}`);
    }
    case 'matches': {
      const renamed = condition.attributes.filter(([here, there]) => here !== there);
      const names = renamed.map(([here, there]) => `${here}=${text(there)}`);
      return enclosed(condition.relation) + (names.length === 0 ? '' : `.proj(${names.join(', ')})`);
    }
    case 'exists':
      return enclosed(condition.relation);
    case 'expression':
      return printMember(condition.expression, family) ?? text(printSqlExpression(condition.expression, family));
    case 'trusted':
      return text(condition.text.text);
  }
}

/** A member of a document stands in a mapping; SQL has no such name. */
function printMember(expression: SqlExpression, family: Family): string | undefined {
  const member =
    expression.kind === 'binary' ? expression.left : expression.kind === 'is' ? expression.operand : undefined;
  if (member?.kind !== 'member') return undefined;
  const name = text(printSqlExpression(member, family));
  if (expression.kind !== 'binary') return `{${name}: None}`;
  const { right } = expression;
  return `{${name}: ${right.kind === 'string' ? text(right.text) : printSqlExpression(right, family)}}`;
}

/** As a value of Python, whose numbers do not hold all digits. */
function inPython(value: TypedValue): string {
  switch (value.as) {
    case 'integer':
    case 'double':
      return String(value.value);
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'uuid':
      return text(Buffer.from(value.value).toString('hex'));
    default:
      return text(value.value);
  }
}

function printValue(value: TypedValue, family: Family): string {
  switch (value.as) {
    case 'integer':
    case 'decimal':
    case 'double':
      return String(value.value);
    case 'boolean':
      return value.value ? 'TRUE' : 'FALSE';
    case 'uuid':
      return `'${Buffer.from(value.value).toString('hex')}'`;
    default:
      return printText(value.value, family);
  }
}
