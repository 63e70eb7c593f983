import { dtypeFacts } from './dtype.ts';
import { NdArray, type Order, stridesOf } from './ndarray.ts';

/** The same array with its elements in the other order; itself where they are in it already. */
export function inOrder(array: NdArray, order: Order): NdArray {
  const { dtype, shape } = array;
  const axes = shape.filter((length) => length !== 1).length;
  if (array.order === order) return array;
  const reordered = (bytes: Uint8Array): Uint8Array => {
    return axes < 2 ? bytes : reorderedBytes(bytes, dtypeFacts(dtype).itemSize, shape, array.order);
  };
  const imaginary = array.imaginaryBytes;
  return new NdArray({
    dtype,
    shape,
    order,
    data: reordered(array.bytes),
    ...(imaginary === undefined ? {} : { imaginary: reordered(imaginary) }),
  });
}

function reorderedBytes(bytes: Uint8Array, itemSize: number, shape: readonly number[], from: Order): Uint8Array {
  const target = new Uint8Array(bytes.length);
  copyStrided(bytes, 0, stridesOf(shape, from), target, shape, from === 'F' ? 'C' : 'F', itemSize);
  return target;
}

/** Values in a shape, taken from one order to the other. */
export function itemsInOtherOrder<T>(items: readonly T[], shape: readonly number[], from: Order): T[] {
  const strides = stridesOf(shape, from);
  const steps = stridesOf(shape, from === 'F' ? 'C' : 'F');
  return items.map((_, count) => {
    const place = shape.reduce((sum, length, axis) => {
      return sum + (Math.floor(count / (steps[axis] as number)) % length) * (strides[axis] as number);
    }, 0);
    return items[place] as T;
  });
}

/**
 * Copies the elements of a shape, wherever strides (in elements) say they lie, one after the other in an order.
 * @param start the first element's place in the source, in elements.
 */
export function copyStrided(
  source: Uint8Array,
  start: number,
  strides: readonly number[],
  target: Uint8Array,
  shape: readonly number[],
  order: Order,
  itemSize: number,
): void {
  if (target.length === 0) return;
  // The axis along which neighbours are neighbours in the target comes first.
  const axes = shape.map((_, axis) => axis);
  if (order === 'C') axes.reverse();
  const lengths = axes.map((axis) => shape[axis] as number);
  const steps = axes.map((axis) => strides[axis] as number);
  const run = lengths[0] ?? 1;
  const step = steps[0] ?? 1;
  const copyRun = runCopier(source, target, itemSize);
  const place = new Array<number>(lengths.length).fill(0);
  let from = start;
  for (let to = 0; to < target.length / itemSize; to += run) {
    copyRun(from, step, to, run);
    for (let axis = 1; axis < lengths.length; axis += 1) {
      place[axis] = (place[axis] as number) + 1;
      from += steps[axis] as number;
      if ((place[axis] as number) < (lengths[axis] as number)) break;
      from -= (steps[axis] as number) * (lengths[axis] as number);
      place[axis] = 0;
    }
  }
}

type CopyRun = (from: number, step: number, to: number, count: number) => void;

/** Copies elements that lie so many apart to places side by side. Bits are moved, never numbers: a NaN keeps its own. */
function runCopier(source: Uint8Array, target: Uint8Array, itemSize: number): CopyRun {
  const single = singleCopier(source, target, itemSize);
  return (from, step, to, count) => {
    if (step === 1) {
      target.set(source.subarray(from * itemSize, (from + count) * itemSize), to * itemSize);
      return;
    }
    for (let index = 0; index < count; index += 1) single((from + index * step) * itemSize, (to + index) * itemSize);
  };
}

function singleCopier(source: Uint8Array, target: Uint8Array, itemSize: number): (from: number, to: number) => void {
  if (itemSize === 1) {
    return (from, to) => {
      target[to] = source[from] as number;
    };
  }
  const reader = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const writer = new DataView(target.buffer, target.byteOffset, target.byteLength);
  if (itemSize === 2) return (from, to) => writer.setUint16(to, reader.getUint16(from));
  if (itemSize === 4) return (from, to) => writer.setUint32(to, reader.getUint32(from));
  return (from, to) => {
    writer.setUint32(to, reader.getUint32(from));
    writer.setUint32(to + 4, reader.getUint32(from + 4));
  };
}
