import { stridesOf } from './ndarray.ts';
import { itemsInOtherOrder } from './reorder.ts';
import { type BlobValue, MatCell, MatStruct, ObjectArray, RecordArray, SparseArray, Tuple } from './values.ts';

/** One value inside another, and the step that leads to it. */
export interface Child {
  /** A key, the name of a field, or a place; places of several axes have commas between them. */
  readonly step: string;
  readonly value: BlobValue;
}

/**
 * The values directly inside a container, at most so many; nothing for other values.
 *
 * Arrays of numbers are leaves. Values in a shape are counted in row-major order, as Python counts them. A struct of
 * one element is its fields.
 */
export function* childrenOf(value: BlobValue, most = Infinity): Generator<Child> {
  let left = most;
  for (const child of allChildren(value)) {
    if (left <= 0) return;
    left -= 1;
    yield child;
  }
}

function* allChildren(value: BlobValue): Generator<Child> {
  if (Array.isArray(value)) yield* inPlaces(value);
  else if (value instanceof Tuple) yield* inPlaces(value.items);
  else if (value instanceof Set) yield* inPlaces([...value]);
  else if (value instanceof Map) for (const [key, item] of value) yield { step: keyText(key), value: item };
  else if (value instanceof ObjectArray || value instanceof MatCell) yield* inShape(value.shape, value.items);
  else if (value instanceof MatStruct) yield* structChildren(value);
  else if (value instanceof RecordArray) {
    for (const [index, step] of value.fields.entries()) yield { step, value: value.columns[index] as BlobValue };
  } else if (value instanceof SparseArray) yield { step: 'values', value: value.values };
}

function* inPlaces(items: readonly BlobValue[]): Generator<Child> {
  for (const [place, value] of items.entries()) yield { step: String(place), value };
}

function* inShape(shape: readonly number[], items: readonly BlobValue[]): Generator<Child> {
  const steps = stridesOf(shape, 'C');
  for (const [count, value] of itemsInOtherOrder(items, shape, 'F').entries()) {
    const places = shape.map((length, axis) => Math.floor(count / (steps[axis] as number)) % length);
    yield { step: places.join(','), value };
  }
}

function* structChildren({ shape, fields, values }: MatStruct): Generator<Child> {
  const count = fields.length === 0 ? 0 : values.length / fields.length;
  if (count === 1) {
    for (const [index, step] of fields.entries()) yield { step, value: values[index] as BlobValue };
    return;
  }
  const elements = Array.from({ length: count }, (_, element) => {
    const own = values.slice(element * fields.length, (element + 1) * fields.length);
    return new MatStruct([], fields, own);
  });
  yield* inShape(shape, elements);
}

/** A dict's key as a step: a string as it is, other keys as Python prints the simple ones. */
function keyText(key: BlobValue): string {
  if (key === null) return 'None';
  if (typeof key === 'boolean') return key ? 'True' : 'False';
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return String(key);
  if (key instanceof Tuple) return `(${key.items.map(keyText).join(', ')})`;
  return String(key);
}

/**
 * The value that steps lead to, starting at another; undefined where one of them leads nowhere.
 * Arrays of numbers have no steps: slice them.
 */
export function follow(value: BlobValue, path: readonly string[]): BlobValue | undefined {
  let found: BlobValue | undefined = value;
  for (const step of path) {
    if (found === undefined) return undefined;
    found = childAt(found, step);
  }
  return found;
}

function childAt(value: BlobValue, step: string): BlobValue | undefined {
  if (value instanceof Map && value.has(step)) return value.get(step);
  if (Array.isArray(value)) return /^\d+$/.test(step) ? (value[Number(step)] as BlobValue | undefined) : undefined;
  for (const child of allChildren(value)) if (child.step === step) return child.value;
  return undefined;
}
