import type { SqlExpression } from './sql-expression.ts';

/** An expression of SQL as text, with its values in it. For people: never sent to a database. */
export function printSqlExpression(expression: SqlExpression): string {
  const print = printSqlExpression;
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
    case 'attribute':
      return expression.name;
    case 'member': {
      const steps = expression.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
      return `${expression.attribute}${steps.join('')}`;
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
      return printCall(expression);
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const compound: ReadonlySet<SqlExpression['kind']> = new Set(['unary', 'binary', 'is', 'in', 'between', 'matching']);

function inner(expression: SqlExpression): string {
  const printed = printSqlExpression(expression);
  return compound.has(expression.kind) ? `(${printed})` : printed;
}

function printCall(expression: SqlExpression & { readonly kind: 'call' }): string {
  const { name, args, distinct, order, separator, unit } = expression;
  const given = [...(unit === undefined ? [] : [unit]), ...args.map(printSqlExpression)].join(', ');
  const by = order.map(([item, descending]) => `${printSqlExpression(item)}${descending ? ' DESC' : ''}`).join(', ');
  const all = name === 'COUNT' && args.length === 0 ? '*' : given;
  const tail = `${by === '' ? '' : ` ORDER BY ${by}`}${separator === undefined ? '' : ` SEPARATOR ${quoted(separator)}`}`;
  return `${name.toLowerCase()}(${distinct ? 'DISTINCT ' : ''}${all}${tail})`;
}
