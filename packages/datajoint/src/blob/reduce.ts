import { NdArray, sizeOf } from './ndarray.ts';
import { inOrder } from './reorder.ts';
import { slice } from './slice.ts';

/** Elements of a result at most: it is meant to be looked at. */
const mostElements = 2 ** 24;

/**
 * An array with each axis of more than so many places cut to that many, the mean of neighbours in place of them; NaN counts
 * for nothing. Float64; of complex numbers the magnitudes.
 * @throws RangeError for fewer than one place, or a result of more than 2^24 elements.
 */
export function meanOf(array: NdArray, most: number): NdArray {
  return atOnce(means(array, most));
}

/**
 * An array whose last axis is cut to so many places, each the least and the greatest of the neighbours it stands for, which
 * makes one more axis of two. So that peaks survive in a line.
 * @throws RangeError for fewer than one place, an array without axes, or a result of more than 2^24 elements.
 */
export function minmaxOf(array: NdArray, most: number): NdArray {
  return atOnce(extremes(array, most));
}

/** As {@link meanOf} or {@link minmaxOf}, in turns with whatever else there is to do, so that a large array holds nothing up. */
export async function reduceInTurns(array: NdArray, by: 'mean' | 'minmax', most: number): Promise<NdArray> {
  const steps = (by === 'mean' ? means : extremes)(array, most);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Elements after which it is somebody else's turn. */
const turn = 2 ** 20;

type Steps = Generator<void, NdArray, void>;

function atOnce(steps: Steps): NdArray {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function* means(array: NdArray, most: number): Steps {
  let reduced = array;
  for (const [axis, length] of array.shape.entries()) {
    expectPlaces(most);
    if (length > most) reduced = yield* alongAxis(reduced, axis, most, 1, meanOfRun);
  }
  return floats(reduced);
}

function* extremes(array: NdArray, most: number): Steps {
  if (array.shape.length === 0) throw new RangeError('Expected an array with an axis to reduce, got a scalar.');
  expectPlaces(most);
  return inOrder(yield* alongAxis(array, array.shape.length - 1, most, 2, extremesOfRun), 'C');
}

/** Elements that a sketch is drawn from; of larger arrays it takes so many, evenly spread. */
const mostDrawn = 2 ** 20;

/** At most 64 numbers that show how an array goes, row by row; null where all of a piece is NaN. */
export function sketchOf(array: NdArray): (number | null)[] {
  const { dtype, data, imaginary, size } = inOrder(array, 'C');
  const line = new NdArray({ dtype, shape: [size], data, ...(imaginary && { imaginary }) });
  const drawn = size <= mostDrawn ? line : slice(line, { step: Math.ceil(size / mostDrawn) });
  const means = meanOf(drawn, 64).data as Float64Array;
  return Array.from(means, (mean) => (Number.isFinite(mean) ? Number(mean.toPrecision(6)) : null));
}

/** An element as a number. */
type Read = (index: number) => number;

/** Elements `start`, `start + step`, ... and what stands for them. */
type Reduce = (read: Read, start: number, step: number, count: number) => readonly number[];

/**
 * One axis cut to so many places, with `width` numbers in each, which make a last axis of their own where they are several.
 * Nothing is copied but the result: an array whose columns come first is one whose rows come first, its axes the other way
 * round.
 */
function* alongAxis(array: NdArray, axis: number, most: number, width: number, reduce: Reduce): Steps {
  const { order } = array;
  const shape = order === 'F' ? [...array.shape].reverse() : array.shape;
  const at = order === 'F' ? shape.length - 1 - axis : axis;
  const length = shape[at] as number;
  const kept = Math.min(length, most);
  const inner = sizeOf(shape.slice(at + 1));
  const outer = sizeOf(shape.slice(0, at));
  const target = new Float64Array(expectSize(outer * kept * inner * width));
  // The last axis is the fastest where rows come first, and the slowest where columns do.
  const [apart, between] = order === 'F' ? [1, target.length / width] : [width, 1];
  const read = reader(array);
  let place = 0;
  let seen = 0;
  for (let before = 0; before < outer; before += 1) {
    for (let bin = 0; bin < kept; bin += 1) {
      const first = Math.floor((bin * length) / kept);
      const count = Math.floor(((bin + 1) * length) / kept) - first;
      for (let after = 0; after < inner; after += 1) {
        const found = reduce(read, (before * length + first) * inner + after, inner, count);
        for (let which = 0; which < width; which += 1) target[place * apart + which * between] = found[which] as number;
        place += 1;
        seen += count;
        if (seen < turn) continue;
        seen = 0;
        yield;
      }
    }
  }
  const axes = array.shape.map((each, index) => (index === axis ? kept : each));
  return new NdArray({ dtype: 'float64', shape: width === 1 ? axes : [...axes, width], order, data: target });
}

const meanOfRun: Reduce = (read, start, step, count) => {
  let sum = 0;
  let numbers = 0;
  for (let index = 0; index < count; index += 1) {
    const value = read(start + index * step);
    if (Number.isNaN(value)) continue;
    sum += value;
    numbers += 1;
  }
  return [numbers === 0 ? Number.NaN : sum / numbers];
};

const extremesOfRun: Reduce = (read, start, step, count) => {
  let least = Number.NaN;
  let greatest = Number.NaN;
  for (let index = 0; index < count; index += 1) {
    const value = read(start + index * step);
    if (!(value >= least)) least = Number.isNaN(value) ? least : value;
    if (!(value <= greatest)) greatest = Number.isNaN(value) ? greatest : value;
  }
  return [least, greatest];
};

function reader({ data, imaginary }: NdArray): Read {
  if (imaginary !== undefined) return (index) => Math.hypot(Number(data[index]), Number(imaginary[index]));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return (index) => Number(data[index]);
  return (index) => data[index] as number;
}

/** Row by row, as 64-bit floats. */
function floats(array: NdArray): NdArray {
  const ordered = inOrder(array, 'C');
  const read = reader(ordered);
  const data = Float64Array.from({ length: expectSize(array.size) }, (_, index) => read(index));
  return new NdArray({ dtype: 'float64', shape: array.shape, data });
}

function expectPlaces(most: number): void {
  if (Number.isInteger(most) && most >= 1) return;
  throw new RangeError(`Expected a whole number of 1 or more places, got ${most}.`);
}

function expectSize(size: number): number {
  if (size <= mostElements) return size;
  throw new RangeError(
    `Expected at most ${mostElements} elements to be left, got ${size}. Fewer places, or a slice, make it less.`,
  );
}
