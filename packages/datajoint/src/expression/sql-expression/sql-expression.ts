import type { CastType } from './cast-types.ts';
import type { SqlFunction } from './functions.ts';

/** Units of time that intervals and differences are given in. */
export const units = ['MICROSECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;

export type Unit = (typeof units)[number];

type UnaryOperator = '-' | '+' | 'NOT' | '~';

export type BinaryOperator =
  | 'OR'
  | 'XOR'
  | 'AND'
  | '='
  | '<=>'
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | 'DIV'
  | '%'
  | '|'
  | '&'
  | '^'
  | '<<'
  | '>>'
  | '||';

export type Pattern = 'LIKE' | 'ILIKE' | 'REGEXP' | '~' | '~*' | '!~' | '!~*';

/** An expression of SQL as a tree: checked names, known functions, values apart. Frozen by convention, never changed. */
export type SqlExpression =
  | { readonly kind: 'number' | 'string' | 'bytes'; readonly text: string }
  | { readonly kind: 'temporal'; readonly type: 'DATE' | 'TIME' | 'TIMESTAMP'; readonly text: string }
  | { readonly kind: 'constant'; readonly name: 'NULL' | 'TRUE' | 'FALSE' }
  | { readonly kind: 'attribute'; readonly name: string }
  /** A member of a JSON document, by its path: names, and positions in lists. */
  | {
      readonly kind: 'member';
      readonly attribute: string;
      readonly path: readonly (string | number)[];
      readonly type?: CastType;
    }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: SqlExpression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: SqlExpression;
      readonly right: SqlExpression;
    }
  | {
      readonly kind: 'is';
      readonly operand: SqlExpression;
      readonly what: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN';
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in';
      readonly operand: SqlExpression;
      readonly items: readonly SqlExpression[];
      readonly negated: boolean;
    }
  | {
      readonly kind: 'between';
      readonly operand: SqlExpression;
      readonly low: SqlExpression;
      readonly high: SqlExpression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'matching';
      readonly operator: Pattern;
      readonly operand: SqlExpression;
      readonly pattern: SqlExpression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'case';
      readonly subject?: SqlExpression;
      readonly branches: readonly (readonly [when: SqlExpression, then: SqlExpression])[];
      readonly otherwise?: SqlExpression;
    }
  | { readonly kind: 'cast'; readonly operand: SqlExpression; readonly type: CastType }
  | { readonly kind: 'extract'; readonly unit: Unit; readonly operand: SqlExpression }
  | { readonly kind: 'interval'; readonly amount: SqlExpression; readonly unit: Unit }
  | { readonly kind: 'list'; readonly items: readonly SqlExpression[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly definition: SqlFunction;
      readonly args: readonly SqlExpression[];
      readonly unit?: Unit;
      readonly distinct: boolean;
      readonly order: readonly (readonly [by: SqlExpression, descending: boolean])[];
      readonly separator?: string;
    };

/** The expressions directly within one. */
function partsOf(expression: SqlExpression): readonly SqlExpression[] {
  switch (expression.kind) {
    case 'unary':
    case 'is':
    case 'cast':
    case 'extract':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'in':
      return [expression.operand, ...expression.items];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    case 'matching':
      return [expression.operand, expression.pattern];
    case 'case':
      return [
        ...(expression.subject === undefined ? [] : [expression.subject]),
        ...expression.branches.flat(),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
    case 'interval':
      return [expression.amount];
    case 'list':
      return expression.items;
    case 'call':
      return [...expression.args, ...expression.order.map(([by]) => by)];
    default:
      return [];
  }
}

/** The attributes that an expression reads; only those outside of aggregate functions, if asked so. */
export function attributesRead(expression: SqlExpression, outsideAggregates = false): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: SqlExpression): void => {
    if (outsideAggregates && part.kind === 'call' && part.definition.isAggregate === true) return;
    if (part.kind === 'attribute') names.add(part.name);
    if (part.kind === 'member') names.add(part.attribute);
    for (const inner of partsOf(part)) visit(inner);
  };
  visit(expression);
  return names;
}

/** Of how many parts an expression may be. */
export const mostParts = 10_000;

/**
 * Of how many parts an expression is, where an attribute is of as many as what it stands for. What a text is repeated in
 * counts as often as it may stand there: the size says how long a text may become, too.
 */
export function sizeOf(expression: SqlExpression, sizeOfAttribute: (name: string) => number): number {
  if (expression.kind === 'attribute') return sizeOfAttribute(expression.name);
  const sizes = partsOf(expression).map((part) => sizeOf(part, sizeOfAttribute));
  if (expression.kind === 'call' && expression.definition.growth !== undefined) {
    return expression.definition.growth(sizes, expression.args);
  }
  const own = expression.kind === 'string' ? 1 + Math.floor(expression.text.length / charactersOfPart) : 1;
  return sizes.reduce((sum, size) => sum + size, own);
}

/** A word or two. */
const charactersOfPart = 16;

/** Whether any part of an expression is such. */
export function some(expression: SqlExpression, test: (part: SqlExpression) => boolean): boolean {
  return test(expression) || partsOf(expression).some((part) => some(part, test));
}

/** Whether an expression takes many rows together. */
export function isAggregate(expression: SqlExpression): boolean {
  return some(expression, (part) => part.kind === 'call' && part.definition.isAggregate === true);
}

/** Whether every look at an expression may give another value. */
export function isVolatile(expression: SqlExpression): boolean {
  return some(expression, (part) => part.kind === 'call' && part.definition.isVolatile === true);
}
