import type { Dialect } from '../../dialect/dialect.ts';
import { InvalidExpression } from '../../errors.ts';
import { uuidBytes } from '../../heading/codec/uuid.ts';
import type { Heading } from '../../heading/heading.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { SqlExpression, Unit } from './sql-expression.ts';
import type { Family } from './tokenize.ts';
import { typeOf } from './type-of.ts';
import { isNumber } from './value-type.ts';

/** Where an expression is written. */
export interface WriteContext {
  readonly dialect: Dialect;
  /** What the names in it mean. */
  readonly heading: Heading;
  /** How an attribute is written there. */
  readonly column: (name: string) => Sql;
}

/** An expression in a dialect's words, every value bound, every part in parentheses of its own. */
export function writeSqlExpression(expression: SqlExpression, context: WriteContext): Sql {
  const family = context.dialect.name;
  const write = (part: SqlExpression): Sql => writeSqlExpression(part, context);
  switch (expression.kind) {
    case 'number':
      return sql.number(expression.text);
    case 'string':
      return family === 'mysql' ? sql`${expression.text}` : sql`CAST(${expression.text} AS text)`;
    case 'bytes':
      return sql`${new Uint8Array(Buffer.from(expression.text.padStart(Math.ceil(expression.text.length / 2) * 2, '0'), 'hex'))}`;
    case 'temporal':
      return sql`CAST(${expression.text} AS ${sql.word(family === 'mysql' && expression.type === 'TIMESTAMP' ? 'DATETIME' : expression.type)})`;
    case 'constant':
      return sql.word(expression.name);
    case 'attribute':
      return context.column(expression.name);
    case 'member':
      return context.dialect.jsonMember(context.column(expression.attribute), expression.path, expression.type?.name);
    case 'unary':
      return expression.operator === 'NOT'
        ? sql`(NOT ${writeTruth(expression.operand, context)})`
        : sql`(${unaryOperators[expression.operator]}${write(expression.operand)})`;
    case 'binary':
      return writeBinary(expression, context);
    case 'is': {
      const operand = expression.what === 'NULL' ? write(expression.operand) : writeTruth(expression.operand, context);
      return sql`(${operand} IS ${negation(expression.negated)}${sql.word(expression.what)})`;
    }
    case 'in': {
      const { operand, items, negated } = expression;
      const written = items.map((item) => writeBeside(item, [operand], context));
      return sql`(${writeBeside(operand, items, context)} ${negation(negated)}IN (${sql.join(written)}))`;
    }
    case 'between': {
      const { operand, low, high, negated } = expression;
      const ends = [low, high].map((end) => writeBeside(end, [operand], context));
      return sql`(${writeBeside(operand, [low, high], context)} ${negation(negated)}BETWEEN ${sql.join(ends, ' AND ')})`;
    }
    case 'matching': {
      const operator = patternOperators[expression.operator];
      return sql`(${writeText(expression.operand, context)} ${negation(expression.negated)}${operator} ${write(expression.pattern)})`;
    }
    case 'case':
      return writeCase(expression, context);
    case 'cast':
      return sql`CAST(${write(expression.operand)} AS ${expression.type.name})`;
    case 'extract':
      return sql`EXTRACT(${sql.word(expression.unit)} FROM ${write(expression.operand)})`;
    case 'interval':
      return writeInterval(write(expression.amount), expression.unit, family);
    case 'list':
      return sql`(${sql.join(expression.items.map(write))})`;
    case 'call':
      return writeCall(expression, context);
  }
}

/** An expression where a truth value is asked for: PostgreSQL takes no number for one. */
export function writeTruth(expression: SqlExpression, context: WriteContext): Sql {
  const written = writeSqlExpression(expression, context);
  if (context.dialect.name === 'mysql') return written;
  const type = typeOf(expression, context.heading, 'postgresql');
  if (type.storage.kind === 'bool' || type.isNull === true) return written;
  if (isNumber(type)) return sql`(${written} <> 0)`;
  throw new InvalidExpression('Expected a condition, which is true or false; got a text or a time.');
}

const unaryOperators = { '-': sql`- `, '+': sql`+ `, '~': sql`~` } as const;

const patternOperators = {
  LIKE: sql`LIKE`,
  ILIKE: sql`ILIKE`,
  REGEXP: sql`REGEXP`,
  '~': sql`~`,
  '~*': sql`~*`,
  '!~': sql`!~`,
  '!~*': sql`!~*`,
} as const;

const binaryOperators = {
  '=': sql`=`,
  '<>': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
  '+': sql`+`,
  '-': sql`-`,
  '*': sql`*`,
  '/': sql`/`,
  '%': sql`%`,
  '|': sql`|`,
  '&': sql`&`,
  '^': sql`^`,
  '<<': sql`<<`,
  '>>': sql`>>`,
} as const;

const negation = (negated: boolean): Sql => (negated ? sql`NOT ` : sql.empty);

function writeBinary(expression: SqlExpression & { readonly kind: 'binary' }, context: WriteContext): Sql {
  const { operator, left, right } = expression;
  const isMysql = context.dialect.name === 'mysql';
  switch (operator) {
    case 'AND':
    case 'OR':
      return sql`(${writeTruth(left, context)} ${sql.word(operator)} ${writeTruth(right, context)})`;
    case 'XOR':
      return sql`(${writeTruth(left, context)} ${isMysql ? sql`XOR` : sql`<>`} ${writeTruth(right, context)})`;
    case '||':
      return sql`(${writeText(left, context)} || ${writeText(right, context)})`;
    case 'DIV': {
      const [a, b] = [writeSqlExpression(left, context), writeSqlExpression(right, context)];
      return isMysql ? sql`(${a} DIV ${b})` : sql`CAST(DIV(${a}, ${b}) AS bigint)`;
    }
    case '<=>': {
      const same = isMysql ? sql`<=>` : sql`IS NOT DISTINCT FROM`;
      return sql`(${writeBeside(left, [right], context)} ${same} ${writeBeside(right, [left], context)})`;
    }
    default:
      return sql`(${writeBeside(left, [right], context)} ${binaryOperators[operator]} ${writeBeside(right, [left], context)})`;
  }
}

/**
 * An operand beside others that it is compared with. PostgreSQL knows no text that is an enum's or a document's, and
 * no number that is a truth value or a text; there they are made alike.
 */
function writeBeside(expression: SqlExpression, others: readonly SqlExpression[], context: WriteContext): Sql {
  if (context.dialect.name === 'mysql') {
    // It is stored as bytes, which no text equals.
    const isUuid = others.some(
      (other) => other.kind === 'attribute' && typeOf(other, context.heading, 'mysql').storage.kind === 'uuid',
    );
    const bytes = isUuid && expression.kind === 'string' ? uuidBytes(expression.text) : undefined;
    return bytes === undefined ? writeSqlExpression(expression, context) : sql`${bytes}`;
  }
  const beside = others.map((other) =>
    other.kind === 'interval' ? undefined : typeOf(other, context.heading, 'postgresql').storage.kind,
  );
  // A text is read as a date, a uuid or whatever it is beside.
  if (expression.kind === 'string' && beside.some((kind) => kind !== 'text')) return sql`${expression.text}`;
  if (expression.kind === 'number') {
    if (beside.includes('bool')) return sql.word(expression.text === '0' ? 'FALSE' : 'TRUE');
    if (others.some(({ kind }) => kind === 'member')) return sql`${expression.text}`;
  }
  return expression.kind === 'attribute' && others.some(({ kind }) => kind === 'string')
    ? writeText(expression, context)
    : writeSqlExpression(expression, context);
}

/** An operand as a text, where PostgreSQL would not take it for one. */
function writeText(expression: SqlExpression, context: WriteContext): Sql {
  const written = writeSqlExpression(expression, context);
  if (context.dialect.name === 'mysql' || expression.kind === 'string' || expression.kind === 'interval')
    return written;
  const { storage, databaseType } = typeOf(expression, context.heading, 'postgresql');
  const isForeign = storage.kind === 'json' || (storage.kind === 'text' && !/^(?:character|text)/.test(databaseType));
  return isForeign ? sql`CAST(${written} AS text)` : written;
}

function writeCase(expression: SqlExpression & { readonly kind: 'case' }, context: WriteContext): Sql {
  const { subject, branches, otherwise } = expression;
  const thens = [...branches.map(([, then]) => then), ...(otherwise === undefined ? [] : [otherwise])];
  const whens = branches.map(([when, then]) => {
    const test = subject === undefined ? writeTruth(when, context) : writeBeside(when, [subject], context);
    return sql` WHEN ${test} THEN ${writeBeside(then, thens, context)}`;
  });
  const whats = branches.map(([when]) => when);
  const head = subject === undefined ? sql.empty : sql` ${writeBeside(subject, whats, context)}`;
  const tail = otherwise === undefined ? sql.empty : sql` ELSE ${writeBeside(otherwise, thens, context)}`;
  return sql`CASE${head}${sql.join(whens, '')}${tail} END`;
}

function writeInterval(amount: Sql, unit: Unit, family: Family): Sql {
  if (family === 'mysql') return sql`INTERVAL ${amount} ${sql.word(unit)}`;
  return unit === 'QUARTER' ? sql`(${amount} * INTERVAL '3 MONTH')` : sql`(${amount} * ${oneUnit[unit]})`;
}

const oneUnit = {
  MICROSECOND: sql`INTERVAL '1 MICROSECOND'`,
  SECOND: sql`INTERVAL '1 SECOND'`,
  MINUTE: sql`INTERVAL '1 MINUTE'`,
  HOUR: sql`INTERVAL '1 HOUR'`,
  DAY: sql`INTERVAL '1 DAY'`,
  WEEK: sql`INTERVAL '1 WEEK'`,
  MONTH: sql`INTERVAL '1 MONTH'`,
  YEAR: sql`INTERVAL '1 YEAR'`,
} as const;

/** Functions whose arguments are of one type. */
const alike: ReadonlySet<string> = new Set(['IF', 'IFNULL', 'COALESCE', 'NULLIF', 'GREATEST', 'LEAST']);

function writeCall(expression: SqlExpression & { readonly kind: 'call' }, context: WriteContext): Sql {
  const { name, definition, args, distinct, order, separator, unit } = expression;
  const family = context.dialect.name;
  const written = args.map((arg, index) => ({
    sql: writeArgument(arg, index),
    type: typeOf(arg, context.heading, family),
  }));
  // The test of an IF is the only argument that is a condition; its others, and those of some functions, are alike.
  function writeArgument(arg: SqlExpression, index: number): Sql {
    if (name === 'IF' && index === 0) return writeTruth(arg, context);
    return alike.has(name)
      ? writeBeside(arg, name === 'IF' ? args.slice(1) : args, context)
      : writeSqlExpression(arg, context);
  }
  const items = order.map(([by, descending]) => {
    return sql`${writeSqlExpression(by, context)}${descending ? sql` DESC` : sql.empty}`;
  });
  const orderBy = items.length === 0 ? sql.empty : sql` ORDER BY ${sql.join(items)}`;
  if (definition.write !== undefined) return definition.write(written, { distinct, order: orderBy, separator, unit });
  return sql`${sql.word(name)}(${distinct ? sql`DISTINCT ` : sql.empty}${sql.join(written.map((arg) => arg.sql))})`;
}
