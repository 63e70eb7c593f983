import { Misfit } from './python-error.ts';

/** A value while Python is evaluated. Lists are arrays, ints are `bigint`, floats are `number`. */
export type PythonValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly PythonValue[]
  | Tuple
  | PythonSet
  | Dict
  | Ellipsis
  | PythonFunction
  | HostObject;

export class Tuple {
  readonly items: readonly PythonValue[];

  constructor(items: readonly PythonValue[]) {
    this.items = items;
  }
}

export class PythonSet {
  readonly items: readonly PythonValue[];

  constructor(items: readonly PythonValue[]) {
    this.items = [...new Set(items)];
  }
}

/** A dict; keys are texts, numbers, booleans or None. */
export class Dict {
  readonly entries: ReadonlyMap<PythonValue, PythonValue>;

  constructor(entries: Iterable<readonly [PythonValue, PythonValue]> = []) {
    this.entries = new Map(entries);
  }
}

/** `...` */
export class Ellipsis {}

export const ellipsis = new Ellipsis();

/** The arguments of a call, by place and by name. */
export interface CallArguments {
  readonly positional: readonly PythonValue[];
  readonly named: ReadonlyMap<string, PythonValue>;
}

/** A function of Python: given by name, or made by `lambda`. */
export class PythonFunction {
  readonly name: string;
  readonly run: (args: CallArguments) => PythonValue | Promise<PythonValue>;

  constructor(name: string, run: (args: CallArguments) => PythonValue | Promise<PythonValue>) {
    this.name = name;
    this.run = run;
  }
}

/** Operators that an object may know. */
export type HostOperator = '*' | '&' | '-' | '+';

/**
 * Something of the world outside that Python may touch: only through the members, the call, the operators and the items
 * it declares here.
 */
export abstract class HostObject {
  /** What it is, for messages: `a table`. */
  abstract readonly kind: string;

  /** The names {@link member} knows, for "did you mean"; a promise where they have to be looked up. */
  memberNames(): readonly string[] | Promise<readonly string[]> {
    return [];
  }

  /** A member by name; undefined where there is none. */
  member(_name: string): PythonValue | undefined | Promise<PythonValue | undefined> {
    return undefined;
  }

  /** What a call gives; undefined for what cannot be called. */
  call(_args: CallArguments): PythonValue | undefined | Promise<PythonValue | undefined> {
    return undefined;
  }

  /** Looks into what a step has made; what it throws gets the place of that step. */
  check(): void | Promise<void> {}

  /** `this operator other`; undefined where it has no meaning. */
  operate(_operator: HostOperator, _other: PythonValue): PythonValue | undefined {
    return undefined;
  }
}

/** What a value is, for messages. */
export function kindOf(value: PythonValue): string {
  if (value === null) return 'None';
  if (value instanceof HostObject) return value.kind;
  if (value instanceof Ellipsis) return '...';
  if (value instanceof Tuple) return 'a tuple';
  if (value instanceof PythonSet) return 'a set';
  if (value instanceof Dict) return 'a dict';
  if (value instanceof PythonFunction) return 'a function';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'boolean':
      return 'a boolean';
    case 'string':
      return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    default:
      return `the number ${String(value).slice(0, 40)}`;
  }
}

export function isTruthy(value: PythonValue): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Tuple || value instanceof PythonSet) return value.items.length > 0;
  return value instanceof Dict ? value.entries.size > 0 : true;
}

/** Equality as Python has it, of what is no object of the world outside. */
export function isEqual(a: PythonValue, b: PythonValue): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  // So that an int and a float are compared by their value.
  if (left !== undefined && right !== undefined) return left >= right && left <= right;
  if (Array.isArray(a) && Array.isArray(b)) return areEqual(a, b);
  if (a instanceof Tuple && b instanceof Tuple) return areEqual(a.items, b.items);
  if (a instanceof PythonSet && b instanceof PythonSet) {
    return a.items.length === b.items.length && a.items.every((item) => b.items.some((other) => isEqual(item, other)));
  }
  if (a instanceof Dict && b instanceof Dict) {
    return (
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, value]) => b.entries.has(key) && isEqual(value, b.entries.get(key) ?? null))
    );
  }
  return a === b;
}

function areEqual(a: readonly PythonValue[], b: readonly PythonValue[]): boolean {
  return a.length === b.length && a.every((item, index) => isEqual(item, b[index] as PythonValue));
}

/** A number, or a boolean as 0 or 1; undefined for anything else. */
export function numberOf(value: PythonValue): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** The items of a value that has some; undefined for one that has none. */
export function itemsOf(value: PythonValue): readonly PythonValue[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple || value instanceof PythonSet) return value.items;
  if (value instanceof Dict) return [...value.entries.keys()];
  return typeof value === 'string' ? [...value] : undefined;
}

/** A key of a dict. @throws Misfit for what Python cannot hash, or what nobody would use. */
export function keyOf(value: PythonValue, at: number): PythonValue {
  const isKey = value === null || ['string', 'bigint', 'number', 'boolean'].includes(typeof value);
  if (isKey) return value;
  throw new Misfit(at, `expected a text or a number as the key of a dict, got ${kindOf(value)}.`);
}

/** A value as `str()` writes it. @throws Misfit for what has no text here. */
export function textOf(value: PythonValue, at: number): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  throw new Misfit(at, `expected a text or a number, got ${kindOf(value)}.`);
}

/** As Python writes a float: always with a fraction or an exponent. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = String(value);
  if (/[.e]/.test(text)) return text.replace(/e([+-])(\d)$/, 'e$10$2');
  return text.length > 16 ? value.toExponential().replace(/e\+(\d)$/, 'e+0$1') : `${text}.0`;
}
