import { checkItems } from './bounds.ts';
import { Misfit } from './python-error.ts';
import {
  type CallArguments,
  Dict,
  isTruthy,
  itemsOf,
  keyOf,
  kindOf,
  numberOf,
  PythonFunction,
  PythonSet,
  type PythonValue,
  Tuple,
  textOf,
} from './values.ts';

type Run = (args: CallArguments) => PythonValue;

const functions: Readonly<Record<string, Run>> = {
  dict: ({ positional: [first], named }) => new Dict([...(first === undefined ? [] : pairsOf(first)), ...named]),
  list: ({ positional: [first] }) => (first === undefined ? [] : listOf(first)),
  tuple: ({ positional: [first] }) => new Tuple(first === undefined ? [] : listOf(first)),
  set: ({ positional: [first] }) => new PythonSet(first === undefined ? [] : listOf(first)),
  str: ({ positional: [first = ''] }) => textOf(first, -1),
  int: ({ positional: [first = 0n] }) => wholeOf(first),
  float: ({ positional: [first = 0] }) => floatOf(first),
  bool: ({ positional: [first = false] }) => isTruthy(first),
  len: ({ positional: [first = null] }) => BigInt(listOf(first).length),
  range: ({ positional }) => rangeOf(positional),
  /** Says nothing to anybody: sheets have it left from trying them out. */
  print: () => null,
};

/** The functions that Python code has without anybody's doing. */
export const builtins: ReadonlyMap<string, PythonValue> = new Map(
  Object.entries(functions).map(([name, run]) => [name, new PythonFunction(name, run)]),
);

function listOf(value: PythonValue): readonly PythonValue[] {
  const items = itemsOf(value);
  if (items === undefined) throw new Misfit(-1, `expected a list, got ${kindOf(value)}.`);
  return items;
}

function pairsOf(value: PythonValue): (readonly [PythonValue, PythonValue])[] {
  if (value instanceof Dict) return [...value.entries];
  return listOf(value).map((pair) => {
    const [key, entry, further] = listOf(pair);
    if (key === undefined || entry === undefined || further !== undefined)
      throw new Misfit(-1, 'expected pairs of a key and a value.');
    return [keyOf(key, -1), entry];
  });
}

function wholeOf(value: PythonValue): bigint {
  const number = numberOf(value);
  if (typeof number === 'bigint') return number;
  if (typeof number === 'number' && Number.isFinite(number)) return BigInt(Math.trunc(number));
  if (typeof value === 'string' && /^\s*[+-]?\d{1,65}\s*$/.test(value)) return BigInt(value.trim().replace(/^\+/, ''));
  throw new Misfit(-1, `expected a whole number, got ${kindOf(value)}.`);
}

function floatOf(value: PythonValue): number {
  const number = numberOf(value);
  if (number !== undefined) return Number(number);
  if (typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value))
    return Number(value);
  throw new Misfit(-1, `expected a number, got ${kindOf(value)}.`);
}

function rangeOf(args: readonly PythonValue[]): readonly PythonValue[] {
  const [first = 0n, second, third = 1n] = args.map((value) => wholeOf(value));
  const [from, to] = second === undefined ? [0n, first] : [first, second];
  if (third === 0n) throw new Misfit(-1, 'expected a step other than 0.');
  const items: bigint[] = [];
  for (let item = from; third > 0n ? item < to : item > to; item += third) {
    items.push(item);
    checkItems(items.length, -1);
  }
  return items;
}
