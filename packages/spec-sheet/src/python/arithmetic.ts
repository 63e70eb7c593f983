import { checkItems, checkText } from './bounds.ts';
import { Misfit } from './python-error.ts';
import type { BinaryOperator, ComparisonOperator } from './syntax.ts';
import {
  Dict,
  HostObject,
  type HostOperator,
  isEqual,
  itemsOf,
  kindOf,
  numberOf,
  type PythonValue,
  Tuple,
} from './values.ts';

/** Whole numbers beyond this are of no use to a database, and could be made to fill the memory. */
const largest = 10n ** 65n;

const hints: Readonly<Record<string, string>> = {
  '^': ' Use & and a projection instead.',
  '@': ' Use * and a projection instead.',
  '|': ' Use + for a union, or a list for "any of these".',
};

/** What an operator makes of two values. @throws Misfit where it means nothing to them */
export function operate(
  operator: BinaryOperator | ComparisonOperator,
  left: PythonValue,
  right: PythonValue,
  at: number,
): PythonValue {
  if (left instanceof HostObject) {
    const result = isHostOperator(operator) ? left.operate(operator, right) : undefined;
    if (result !== undefined) return result;
  }
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case 'is':
      return left === right;
    case 'is not':
      return left !== right;
    case 'in':
    case 'not in':
      return contains(right, left, at) === (operator === 'in');
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(operator, left, right, at);
    case '+':
      return joined(left, right) ?? arithmetic(operator, left, right, at);
    default:
      return arithmetic(operator, left, right, at);
  }
}

function isHostOperator(operator: string): operator is HostOperator {
  return operator === '*' || operator === '&' || operator === '-' || operator === '+';
}

function contains(container: PythonValue, item: PythonValue, at: number): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    throw new Misfit(at, `expected a text before "in", got ${kindOf(item)}.`);
  }
  const items = itemsOf(container);
  if (items === undefined) throw new Misfit(at, `expected a list after "in", got ${kindOf(container)}.`);
  return items.some((each) => isEqual(each, item));
}

function ordered(operator: '<' | '<=' | '>' | '>=', left: PythonValue, right: PythonValue, at: number): boolean {
  const areTexts = typeof left === 'string' && typeof right === 'string';
  const [a, b] = areTexts ? [left, right] : [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) {
    throw new Misfit(at, `"${operator}" cannot compare ${kindOf(left)} with ${kindOf(right)}.`);
  }
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/** Texts, lists and tuples one after the other; undefined for anything else. */
function joined(left: PythonValue, right: PythonValue): PythonValue | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    checkText(left.length + right.length, -1);
    return left + right;
  }
  const both = Array.isArray(left) && Array.isArray(right) ? [...left, ...right] : undefined;
  const items = left instanceof Tuple && right instanceof Tuple ? [...left.items, ...right.items] : both;
  if (items === undefined) return undefined;
  checkItems(items.length, -1);
  return both ?? new Tuple(items);
}

function arithmetic(operator: string, left: PythonValue, right: PythonValue, at: number): PythonValue {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (operator === '|' && left instanceof Dict && right instanceof Dict)
    return new Dict([...left.entries, ...right.entries]);
  if (a === undefined || b === undefined) {
    throw new Misfit(
      at,
      `"${operator}" has no meaning between ${kindOf(left)} and ${kindOf(right)}.${hints[operator] ?? ''}`,
    );
  }
  const isDivision = operator === '/' || operator === '//' || operator === '%';
  if (isDivision && Number(b) === 0) throw new Misfit(at, 'division by zero.');
  if (typeof a === 'bigint' && typeof b === 'bigint' && operator !== '/') return whole(operator, a, b, at);
  return floating(operator, Number(a), Number(b), at);
}

function whole(operator: string, a: bigint, b: bigint, at: number): bigint {
  const result = ((): bigint => {
    switch (operator) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '//':
        return (a - modulo(a, b)) / b;
      case '%':
        return modulo(a, b);
      default:
        throw absent(operator, at);
    }
  })();
  if (result < largest && result > -largest) return result;
  throw new Misfit(at, 'the number becomes too large.');
}

/** With the sign of the divisor, as in Python. */
function modulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

function floating(operator: string, a: number, b: number, at: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    default:
      throw absent(operator, at);
  }
}

function absent(operator: string, at: number): Misfit {
  return new Misfit(at, `the operator "${operator}" is not available.${hints[operator] ?? ''}`);
}
