import { keywords } from './parse.ts';
import type { SqlExpression } from './sql-expression.ts';
import type { Family } from './tokenize.ts';

/** An expression of SQL as text that reads as the same, with its values in it. Never sent to a database. */
export function printSqlExpression(expression: SqlExpression, family: Family): string {
  const print = (part: SqlExpression): string => printSqlExpression(part, family);
  const inner = (part: SqlExpression): string => (compound.has(part.kind) ? `(${print(part)})` : print(part));
  const quoted = (text: string): string => printText(text, family);
  const not = (negated: boolean): string => (negated ? 'NOT ' : '');
  switch (expression.kind) {
    case 'number':
      return expression.text;
    case 'string':
      return quoted(expression.text);
    case 'bytes':
      return `X'${expression.text}'`;
    case 'temporal':
      return `${expression.type} ${quoted(expression.text)}`;
    case 'constant':
      return expression.name;
    case 'attribute':
      return printName(expression.name, family);
    case 'member': {
      const steps = expression.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
      const type = expression.type === undefined ? '' : `:${expression.type.text}`;
      return `${expression.attribute}${steps.join('')}${type}`;
    }
    case 'unary':
      return expression.operator === 'NOT'
        ? `NOT ${inner(expression.operand)}`
        : `${expression.operator}${inner(expression.operand)}`;
    case 'binary':
      return `${inner(expression.left)} ${expression.operator} ${inner(expression.right)}`;
    case 'is':
      return `${inner(expression.operand)} IS ${not(expression.negated)}${expression.what}`;
    case 'in':
      return `${inner(expression.operand)} ${not(expression.negated)}IN (${expression.items.map(print).join(', ')})`;
    case 'between':
      return `${inner(expression.operand)} ${not(expression.negated)}BETWEEN ${inner(expression.low)} AND ${inner(expression.high)}`;
    case 'matching':
      return `${inner(expression.operand)} ${not(expression.negated)}${expression.operator} ${inner(expression.pattern)}`;
    case 'case': {
      const { subject, branches, otherwise } = expression;
      const whens = branches.map(([when, then]) => ` WHEN ${print(when)} THEN ${print(then)}`).join('');
      const rest = otherwise === undefined ? '' : ` ELSE ${print(otherwise)}`;
      return `CASE${subject === undefined ? '' : ` ${print(subject)}`}${whens}${rest} END`;
    }
    case 'cast':
      return `CAST(${print(expression.operand)} AS ${expression.type.text})`;
    case 'extract':
      return `EXTRACT(${expression.unit} FROM ${print(expression.operand)})`;
    case 'interval':
      return `INTERVAL ${inner(expression.amount)} ${expression.unit}`;
    case 'list':
      return `(${expression.items.map(print).join(', ')})`;
    case 'call':
      return printCall(expression, family);
  }
}

/** A text in single quotes. */
export function printText(text: string, family: Family): string {
  const escaped = family === 'mysql' ? text.replaceAll('\\', '\\\\') : text;
  return `'${escaped.replaceAll("'", "''")}'`;
}

/** A name, in quotes where it would read as something else. */
export function printName(name: string, family: Family): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !keywords.has(name.toUpperCase())) return name;
  const quote = family === 'mysql' ? '`' : '"';
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
}

const compound: ReadonlySet<SqlExpression['kind']> = new Set(['unary', 'binary', 'is', 'in', 'between', 'matching']);

function printCall(expression: SqlExpression & { readonly kind: 'call' }, family: Family): string {
  const { name, args, distinct, order, separator, unit } = expression;
  const print = (part: SqlExpression): string => printSqlExpression(part, family);
  const given = [...(unit === undefined ? [] : [unit]), ...args.map(print)].join(', ');
  const by = order.map(([item, descending]) => `${print(item)}${descending ? ' DESC' : ''}`).join(', ');
  const all = name === 'COUNT' && args.length === 0 ? '*' : given;
  const tail = `${by === '' ? '' : ` ORDER BY ${by}`}${separator === undefined ? '' : ` SEPARATOR ${printText(separator, family)}`}`;
  return `${name.toLowerCase()}(${distinct ? 'DISTINCT ' : ''}${all}${tail})`;
}
