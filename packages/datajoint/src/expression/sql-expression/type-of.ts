import { InvalidExpression } from '../../errors.ts';
import type { Attribute } from '../../heading/attribute.ts';
import type { Heading } from '../../heading/heading.ts';
import type { SqlExpression } from './sql-expression.ts';
import type { Family } from './tokenize.ts';
import type { ValueType } from './value-type.ts';
import * as values from './value-type.ts';

/** What the values of an expression are, so that they can be read, written and compared like those of an attribute. */
export function typeOf(expression: SqlExpression, heading: Heading, family: Family): ValueType {
  const of = (part: SqlExpression): ValueType => typeOf(part, heading, family);
  switch (expression.kind) {
    case 'number':
      if (/e/i.test(expression.text)) return family === 'mysql' ? values.double : values.decimal;
      if (expression.text.includes('.')) return values.decimal;
      return expression.text.length < 10 && family === 'postgresql' ? values.integer32 : values.integer64;
    case 'string':
      return values.text;
    case 'bytes':
      return values.bytes;
    case 'temporal':
      return { DATE: values.date, TIME: values.time, TIMESTAMP: values.datetime }[expression.type];
    case 'constant':
      return expression.name === 'NULL' ? values.nothing : values.truth(family);
    case 'attribute':
      return heading.get(expression.name) as Attribute;
    case 'member':
      return expression.type?.type ?? values.text;
    case 'is':
    case 'in':
    case 'between':
    case 'matching':
      return values.truth(family);
    case 'unary': {
      if (expression.operator === 'NOT') return values.truth(family);
      return expression.operator === '~' ? values.integer64 : values.arithmetic([of(expression.operand)], family);
    }
    case 'binary':
      return binaryType(expression, of, family);
    case 'case':
      return values.common(
        [
          ...expression.branches.map(([, then]) => of(then)),
          ...(expression.otherwise === undefined ? [] : [of(expression.otherwise)]),
        ],
        family,
      );
    case 'cast':
      return expression.type.type;
    case 'extract':
      return family === 'mysql' ? values.integer64 : values.decimal;
    case 'interval':
      throw new InvalidExpression('An interval is no value: it is added to a date or a time, or taken from one.');
    case 'list':
      throw new InvalidExpression('A list in parentheses is no value.');
    case 'call':
      return expression.definition.type(expression.args.map(of));
  }
}

function binaryType(
  { operator, left, right }: SqlExpression & { readonly kind: 'binary' },
  of: (part: SqlExpression) => ValueType,
  family: Family,
): ValueType {
  switch (operator) {
    case '||':
      return values.text;
    case '|':
    case '&':
    case '<<':
    case '>>':
      return values.integer64;
    case '^':
      return family === 'mysql' ? values.integer64 : values.double;
    case 'DIV':
      return values.integer64;
    case '+':
    case '-':
      if (right.kind === 'interval') return shifted(of(left), right.unit, family);
      if (left.kind === 'interval') return shifted(of(right), left.unit, family);
      return family === 'postgresql'
        ? momentArithmetic(of(left), of(right))
        : values.arithmetic([of(left), of(right)], family);
    case '*':
    case '%':
      return values.arithmetic([of(left), of(right)], family);
    case '/': {
      const type = values.arithmetic([of(left), of(right)], family);
      return family === 'mysql' && values.isInteger(type) ? values.decimal : type;
    }
    default:
      return values.truth(family);
  }
}

/** PostgreSQL counts with dates and times: a day more is a date, the difference of two a number of days. */
function momentArithmetic(left: ValueType, right: ValueType): ValueType {
  const [a, b] = [left.storage.kind, right.storage.kind];
  if (a === 'date' && b === 'date') return values.integer32;
  if (a === 'date' && values.isInteger(right)) return values.date;
  if (b === 'date' && values.isInteger(left)) return values.date;
  return values.isMoment(left) || a === 'time' ? values.text : values.arithmetic([left, right], 'postgresql');
}

/** A date moved by days stays a date; by hours it becomes a moment. */
function shifted(type: ValueType, unit: string, family: Family): ValueType {
  if (type.storage.kind === 'time') return values.time;
  if (type.storage.kind === 'text') return values.text;
  // PostgreSQL makes a moment of it all the same.
  return family === 'mysql' &&
    type.storage.kind === 'date' &&
    ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'].includes(unit)
    ? values.date
    : {
        ...values.datetime,
        databaseType: type.storage.kind === 'datetime' ? type.databaseType : values.datetime.databaseType,
      };
}
