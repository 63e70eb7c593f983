/**
 * The Python that is read here, as a tree. Every node has the offset in the text where it begins.
 *
 * It is the part of the language that queries and the functions of spec sheets are written in; what is not here cannot be
 * said.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly at: number; readonly value: string | bigint | number | boolean | null }
  | { readonly kind: 'ellipsis'; readonly at: number }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'attribute'; readonly at: number; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly at: number; readonly of: Expression; readonly index: Expression }
  | {
      readonly kind: 'slice';
      readonly at: number;
      readonly of: Expression;
      readonly from: Expression | undefined;
      readonly to: Expression | undefined;
    }
  | { readonly kind: 'call'; readonly at: number; readonly callee: Expression; readonly args: readonly Argument[] }
  | { readonly kind: 'unary'; readonly at: number; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly at: number;
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'logical';
      readonly at: number;
      readonly operator: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'comparison';
      readonly at: number;
      readonly operands: readonly Expression[];
      readonly operators: readonly ComparisonOperator[];
    }
  | {
      readonly kind: 'conditional';
      readonly at: number;
      readonly condition: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly at: number; readonly items: readonly Item[] }
  | { readonly kind: 'dict'; readonly at: number; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'comprehension';
      readonly at: number;
      readonly form: 'list' | 'set' | 'dict';
      readonly key: Expression | undefined;
      readonly element: Expression;
      readonly clauses: readonly Clause[];
    }
  | { readonly kind: 'text'; readonly at: number; readonly parts: readonly (string | Expression)[] }
  | {
      readonly kind: 'lambda';
      readonly at: number;
      readonly parameters: readonly Parameter[];
      readonly body: Expression;
    };

export type UnaryOperator = '-' | '+' | '~' | 'not';
export type BinaryOperator = '*' | '&' | '-' | '+' | '/' | '//' | '%' | '|' | '^' | '@' | '**' | '<<' | '>>';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';

/** An argument of a call: by place, by name, or with one or two stars. */
export interface Argument {
  readonly at: number;
  readonly value: Expression;
  readonly name: string | undefined;
  readonly stars: 0 | 1 | 2;
}

/** An item of a list; with a star, the items of another. */
export interface Item {
  readonly value: Expression;
  readonly isSpread: boolean;
}

/** An entry of a dict; without a key, the entries of another. */
export interface Entry {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

/** `for target in iterable if condition` */
export interface Clause {
  readonly target: Target;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}

export interface Parameter {
  readonly at: number;
  readonly name: string;
  readonly default: Expression | undefined;
  readonly stars: 0 | 1 | 2;
}

/** What can be assigned to: a name, or names that take a value apart. */
export type Target =
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'names'; readonly at: number; readonly targets: readonly Target[] };

export type Statement =
  | { readonly kind: 'assign'; readonly at: number; readonly targets: readonly Target[]; readonly value: Expression }
  | {
      readonly kind: 'update';
      readonly at: number;
      readonly name: string;
      readonly operator: BinaryOperator;
      readonly value: Expression;
    }
  | { readonly kind: 'return'; readonly at: number; readonly value: Expression | undefined }
  | { readonly kind: 'expression'; readonly at: number; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly at: number;
      readonly branches: readonly { readonly condition: Expression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly at: number;
      readonly target: Target;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'pass'; readonly at: number };

/** A function as a spec sheet gives it: `def dj_query(ephys): ...`. */
export interface FunctionDefinition {
  readonly at: number;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}
