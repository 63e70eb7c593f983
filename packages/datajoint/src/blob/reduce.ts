import { NdArray, sizeOf } from './ndarray.ts';
import { inOrder } from './reorder.ts';

/**
 * An array with each axis of more than so many places cut to that many, the mean of neighbours in place of them; NaN counts
 * for nothing. Float64; of complex numbers the magnitudes.
 * @throws RangeError for fewer than one place.
 */
export function meanOf(array: NdArray, most: number): NdArray {
  let reduced = floats(array);
  for (const axis of array.shape.keys()) reduced = alongAxis(reduced, axis, most, 1, meanOfRun);
  return reduced;
}

/**
 * An array whose last axis is cut to so many places, each the least and the greatest of the neighbours it stands for, which
 * makes one more axis of two. So that peaks survive in a line.
 * @throws RangeError for fewer than one place, or an array without axes.
 */
export function minmaxOf(array: NdArray, most: number): NdArray {
  if (array.shape.length === 0) throw new RangeError('Expected an array with an axis to reduce, got a scalar.');
  return alongAxis(floats(array), array.shape.length - 1, most, 2, extremesOfRun);
}

/** At most 64 numbers that show how an array goes, row by row; null where all of a piece is NaN. */
export function sketchOf(array: NdArray): (number | null)[] {
  const flat = floats(array);
  const line = new NdArray({ dtype: 'float64', shape: [flat.size], data: flat.data });
  const means = meanOf(line, 64).data as Float64Array;
  return Array.from(means, (mean) => (Number.isFinite(mean) ? Number(mean.toPrecision(6)) : null));
}

/** Writes what stands for elements `start`, `start + step`, ... to the target. */
type Reduce = (
  source: Float64Array,
  start: number,
  step: number,
  count: number,
  target: Float64Array,
  place: number,
) => void;

function alongAxis(array: NdArray, axis: number, most: number, width: number, reduce: Reduce): NdArray {
  if (!Number.isInteger(most) || most < 1)
    throw new RangeError(`Expected a whole number of 1 or more places, got ${most}.`);
  const { shape } = array;
  const length = shape[axis] as number;
  const kept = Math.min(length, most);
  if (kept === length && width === 1) return array;
  const source = array.data as Float64Array;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const target = new Float64Array(outer * kept * inner * width);
  for (let before = 0; before < outer; before += 1) {
    for (let bin = 0; bin < kept; bin += 1) {
      const first = Math.floor((bin * length) / kept);
      const count = Math.floor(((bin + 1) * length) / kept) - first;
      for (let after = 0; after < inner; after += 1) {
        const start = (before * length + first) * inner + after;
        reduce(source, start, inner, count, target, ((before * kept + bin) * inner + after) * width);
      }
    }
  }
  const axes = [...shape.slice(0, axis), kept, ...shape.slice(axis + 1), ...(width === 1 ? [] : [width])];
  return new NdArray({ dtype: 'float64', shape: axes, data: target });
}

const meanOfRun: Reduce = (source, start, step, count, target, place) => {
  let sum = 0;
  let numbers = 0;
  for (let index = 0; index < count; index += 1) {
    const value = source[start + index * step] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    numbers += 1;
  }
  target[place] = numbers === 0 ? Number.NaN : sum / numbers;
};

const extremesOfRun: Reduce = (source, start, step, count, target, place) => {
  let least = Number.NaN;
  let greatest = Number.NaN;
  for (let index = 0; index < count; index += 1) {
    const value = source[start + index * step] as number;
    if (!(value >= least)) least = Number.isNaN(value) ? least : value;
    if (!(value <= greatest)) greatest = Number.isNaN(value) ? greatest : value;
  }
  target[place] = least;
  target[place + 1] = greatest;
};

/** Row by row, as 64-bit floats. */
function floats(array: NdArray): NdArray {
  const { shape, data, imaginary } = inOrder(array, 'C');
  const values = Float64Array.from(data as ArrayLike<number | bigint>, Number);
  if (imaginary !== undefined) {
    for (let index = 0; index < values.length; index += 1) {
      values[index] = Math.hypot(values[index] as number, Number(imaginary[index]));
    }
  }
  return new NdArray({ dtype: 'float64', shape, data: values });
}
