import { didYouMean } from '@pharus/datajoint';
import { Misfit } from '../python/python-error.ts';
import { type CallArguments, Ellipsis, kindOf, type PythonValue } from '../python/values.ts';

/** Takes arguments apart by the names they have in Python. @throws Misfit for what is missing, too much or unknown */
export function takeArguments(
  method: string,
  names: readonly string[],
  { positional, named }: CallArguments,
): ReadonlyMap<string, PythonValue> {
  if (positional.length > names.length) {
    throw new Misfit(-1, `"${method}" takes at most ${names.length} arguments, got ${positional.length}.`);
  }
  const taken = new Map(positional.map((value, index) => [names[index] as string, value]));
  for (const [name, value] of named) {
    if (!names.includes(name)) {
      throw new Misfit(-1, `"${method}" has no argument "${name.slice(0, 80)}".${didYouMean(name, names)}`);
    }
    if (taken.has(name)) throw new Misfit(-1, `"${method}" got "${name}" twice.`);
    taken.set(name, value);
  }
  return taken;
}

/** A text. @throws Misfit */
export function expectText(value: PythonValue | undefined, what: string): string {
  if (typeof value === 'string') return value;
  throw new Misfit(-1, `expected ${what} as a text, got ${value === undefined ? 'nothing' : kindOf(value)}.`);
}

/** True, False, or undefined where it is not given. @throws Misfit */
export function expectFlag(value: PythonValue | undefined, what: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new Misfit(-1, `expected True or False for "${what}", got ${kindOf(value)}.`);
}

/** What `proj` and `aggr` are told to keep, rename and compute. @throws Misfit */
export function projectionItems({ positional, named }: CallArguments): (string | Readonly<Record<string, string>>)[] {
  const kept = positional.map((value) =>
    value instanceof Ellipsis ? '...' : expectText(value, 'the name of an attribute'),
  );
  const computed = [...named].map(([name, value]) => ({ [name]: expectText(value, `what "${name}" is`) }));
  return [...kept, ...computed];
}
