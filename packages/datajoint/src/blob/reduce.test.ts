import { expect, test } from 'vitest';
import { NdArray } from './ndarray.ts';
import { meanOf, minmaxOf, sketchOf } from './reduce.ts';

const array = (shape: number[], data: number[]): NdArray =>
  new NdArray({ dtype: 'float64', shape, data: Float64Array.from(data) });
const shown = ({ shape, data }: NdArray): unknown => [shape, ...Array.from(data as Float64Array)];

test('the mean cuts every long axis, and leaves short ones', () => {
  expect(shown(meanOf(array([2, 4], [1, 3, 5, 7, 9, 11, 13, 15]), 2))).toEqual([[2, 2], 2, 6, 10, 14]);
  expect(shown(meanOf(array([3], [1, Number.NaN, 4]), 2))).toEqual([[2], 1, 4]);
  expect(shown(meanOf(array([4, 1], [1, 3, 5, 7]), 2))).toEqual([[2, 1], 2, 6]);
});

test('least and greatest keep peaks, in whichever order the elements lie', () => {
  expect(shown(minmaxOf(array([6], [0, 9, 1, 2, -9, 3]), 2))).toEqual([[2, 2], 0, 9, -9, 3]);
  const columns = new NdArray({ dtype: 'int16', shape: [2, 2], order: 'F', data: Int16Array.of(1, 2, 3, 4) });
  expect(shown(minmaxOf(columns, 1))).toEqual([[2, 1, 2], 1, 3, 2, 4]);
  expect(shown(minmaxOf(array([3], [Number.NaN, 5, Number.NaN]), 1))).toEqual([[1, 2], 5, 5]);
});

test('complex numbers are their magnitudes, 64-bit integers floats', () => {
  const complex = new NdArray({
    dtype: 'complex128',
    shape: [1],
    data: Float64Array.of(3),
    imaginary: Float64Array.of(4),
  });
  expect(shown(meanOf(complex, 9))).toEqual([[1], 5]);
  expect(sketchOf(new NdArray({ dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, -2n) }))).toEqual([1, -2]);
});

test('a sketch has at most 64 numbers', () => {
  const sketch = sketchOf(
    array(
      [10, 100],
      Array.from({ length: 1000 }, (_, index) => index),
    ),
  );
  expect([sketch.length, sketch[0], sketch[63]]).toEqual([64, 7, 991.5]);
  expect(sketchOf(array([0], []))).toEqual([]);
  expect(sketchOf(array([1], [Number.NaN]))).toEqual([null]);
});

test('no place at all is refused', () => {
  expect(() => meanOf(array([2], [1, 2]), 0)).toThrow(/1 or more places, got 0/);
  expect(() => minmaxOf(array([], [1]), 5)).toThrow(/got a scalar/);
});
