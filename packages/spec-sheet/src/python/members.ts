import { didYouMean } from '@pharus/datajoint';
import { checkText } from './bounds.ts';
import { Misfit } from './python-error.ts';
import {
  type CallArguments,
  Dict,
  itemsOf,
  kindOf,
  PythonFunction,
  type PythonValue,
  Tuple,
  textOf,
} from './values.ts';

/** Methods of texts and dicts that may be used; none that changes anything, none that leads to another object. */
const ofText: Readonly<Record<string, (text: string, args: readonly PythonValue[]) => PythonValue>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  strip: (text, [characters]) => strip(text, characters),
  startswith: (text, [start]) => text.startsWith(expectText(start)),
  endswith: (text, [end]) => text.endsWith(expectText(end)),
  split: (text, [separator]) => split(text, separator),
  replace: (text, [from, to]) => replaced(text, expectText(from), expectText(to)),
  join: (text, [items]) => joined(text, items),
};

const ofDict: Readonly<Record<string, (dict: Dict, args: readonly PythonValue[]) => PythonValue>> = {
  get: ({ entries }, [key = null, otherwise = null]) => entries.get(key) ?? otherwise,
  keys: ({ entries }) => [...entries.keys()],
  values: ({ entries }) => [...entries.values()],
  items: ({ entries }) => [...entries].map((entry) => new Tuple(entry)),
};

/** A member of a value that is no object of the world outside; undefined where there is none. */
export function memberOf(value: PythonValue, name: string, at: number): PythonValue | undefined {
  const methods = typeof value === 'string' ? ofText : value instanceof Dict ? ofDict : {};
  if (!Object.hasOwn(methods, name)) {
    throw new Misfit(at, `${kindOf(value)} has no "${name.slice(0, 80)}".${didYouMean(name, Object.keys(methods))}`);
  }
  return new PythonFunction(name, ({ positional, named }: CallArguments) => {
    if (named.size > 0) throw new Misfit(-1, `"${name}" takes no arguments by name here.`);
    return typeof value === 'string'
      ? (ofText[name] as (typeof ofText)[string])(value, positional)
      : (ofDict[name] as (typeof ofDict)[string])(value as Dict, positional);
  });
}

function expectText(value: PythonValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new Misfit(-1, `expected a text, got ${value === undefined ? 'nothing' : kindOf(value)}.`);
}

function strip(text: string, characters: PythonValue | undefined): string {
  if (characters === undefined || characters === null) return text.trim();
  const set = new Set(expectText(characters));
  const letters = [...text];
  const isOther = (letter: string): boolean => !set.has(letter);
  const first = letters.findIndex(isOther);
  return first < 0 ? '' : letters.slice(first, letters.findLastIndex(isOther) + 1).join('');
}

function split(text: string, separator: PythonValue | undefined): PythonValue {
  if (separator === undefined || separator === null) return text.split(/\s+/).filter((word) => word !== '');
  const by = expectText(separator);
  if (by === '') throw new Misfit(-1, 'expected a separator, got an empty text.');
  return text.split(by);
}

function replaced(text: string, from: string, to: string): string {
  const pieces = from === '' ? ['', ...text, ''] : text.split(from);
  checkText(text.length + pieces.length * to.length, -1);
  return pieces.join(to);
}

function joined(separator: string, items: PythonValue | undefined): string {
  const list = items === undefined ? undefined : itemsOf(items);
  if (list === undefined) throw new Misfit(-1, 'expected a list of texts.');
  const texts = list.map((item) => textOf(item, -1));
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  checkText(length, -1);
  return texts.join(separator);
}
