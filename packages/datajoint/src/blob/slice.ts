import { dtypeFacts } from './dtype.ts';
import { NdArray, type Order, stridesOf } from './ndarray.ts';
import { copyStrided } from './reorder.ts';

/** Part of an axis, by numpy's rules: negative places count from the end, the stop is left out. */
export interface AxisRange {
  readonly start?: number | undefined;
  readonly stop?: number | undefined;
  /** 1 by default; not 0. */
  readonly step?: number | undefined;
}

interface Chosen {
  readonly shape: number[];
  /** In elements. */
  readonly strides: number[];
  start: number;
}

/**
 * Part of an array: for each axis a place, which takes the axis away, or a range; the remaining axes whole.
 *
 * Where the elements chosen lie side by side the result is a window on the same bytes, otherwise they alone are copied.
 * @throws RangeError for more of them than there are axes, a place outside its axis, a step of 0.
 */
export function slice(array: NdArray, ...selection: readonly (number | AxisRange)[]): NdArray {
  const { dtype, shape, order } = array;
  if (selection.length > shape.length) {
    throw new RangeError(
      `Expected places or ranges for at most ${shape.length} axes of ${array}, got ${selection.length}.`,
    );
  }
  const strides = stridesOf(shape, order);
  const chosen: Chosen = { shape: [], strides: [], start: 0 };
  for (const [axis, length] of shape.entries()) choose(chosen, selection[axis] ?? {}, length, strides[axis] as number);
  const imaginary = array.imaginaryBytes;
  const { itemSize } = dtypeFacts(dtype);
  return new NdArray({
    dtype,
    shape: chosen.shape,
    order,
    data: taken(array.bytes, chosen, order, itemSize),
    ...(imaginary === undefined ? {} : { imaginary: taken(imaginary, chosen, order, itemSize) }),
  });
}

function choose(chosen: Chosen, choice: number | AxisRange, length: number, stride: number): void {
  if (typeof choice === 'number') {
    const place = choice < 0 ? choice + length : choice;
    if (!Number.isInteger(place) || place < 0 || place >= length) {
      throw new RangeError(`Expected a place from ${-length} to ${length - 1} of an axis, got ${choice}.`);
    }
    chosen.start += place * stride;
    return;
  }
  const { first, count, step } = resolved(choice, length);
  if (count > 0) chosen.start += first * stride;
  chosen.shape.push(count);
  chosen.strides.push(stride * step);
}

/** The places a range stands for. Source of the rules: Python's slice.indices. */
function resolved({ start, stop, step = 1 }: AxisRange, length: number) {
  if (![start ?? 0, stop ?? 0, step].every(Number.isInteger) || step === 0) {
    throw new RangeError('Expected a range of whole numbers with a step other than 0.');
  }
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const within = (place: number): number => {
    return Math.min(Math.max(place < 0 ? place + length : place, lowest), highest);
  };
  const first = start === undefined ? (step > 0 ? lowest : highest) : within(start);
  const end = stop === undefined ? (step > 0 ? highest : lowest) : within(stop);
  return { first, step, count: Math.max(0, Math.ceil((end - first) / step)) };
}

function taken(bytes: Uint8Array, chosen: Chosen, order: Order, itemSize: number): Uint8Array {
  const { shape, strides, start } = chosen;
  const length = shape.reduce((size, count) => size * count, itemSize);
  const beside = stridesOf(shape, order);
  const isWindow = shape.every((count, axis) => count < 2 || strides[axis] === beside[axis]);
  if (isWindow) return bytes.subarray(start * itemSize, start * itemSize + length);
  const target = new Uint8Array(length);
  copyStrided(bytes, start, strides, target, shape, order, itemSize);
  return target;
}
