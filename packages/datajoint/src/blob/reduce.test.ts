import { expect, test } from 'vitest';
import { NdArray } from './ndarray.ts';
import { meanOf, minmaxOf, reduceInTurns, sketchOf } from './reduce.ts';

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

test('a large array is reduced without being copied, and an endless result refused', () => {
  const large = new NdArray({ dtype: 'uint8', shape: [2, 2 ** 25], data: new Uint8Array(2 ** 26).fill(7) });
  const before = process.memoryUsage().arrayBuffers;
  expect(shown(minmaxOf(large, 1))).toEqual([[2, 1, 2], 7, 7, 7, 7]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  expect(() => meanOf(large, 2 ** 24)).toThrow(/at most 16777216 elements to be left, got 33554432/);
});

test('the mean of columns is that of rows', () => {
  const rows = array([3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const columns = new NdArray({
    dtype: 'float64',
    shape: [3, 4],
    order: 'F',
    data: Float64Array.of(1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12),
  });
  for (const most of [1, 2, 3, 9]) expect(shown(meanOf(columns, most))).toEqual(shown(meanOf(rows, most)));
  expect(shown(minmaxOf(columns, 2))).toEqual(shown(minmaxOf(rows, 2)));
});

test('a reduction in turns lets others have theirs', async () => {
  const large = new NdArray({ dtype: 'uint8', shape: [2 ** 23], data: new Uint8Array(2 ** 23).fill(3) });
  let others = 0;
  const timer = setInterval(() => (others += 1), 0);
  expect(shown(await reduceInTurns(large, 'mean', 8))).toEqual([[8], 3, 3, 3, 3, 3, 3, 3, 3]);
  expect(shown(await reduceInTurns(large, 'minmax', 1))).toEqual([[1, 2], 3, 3]);
  clearInterval(timer);
  expect(others).toBeGreaterThan(3);
  await expect(reduceInTurns(large, 'mean', 0)).rejects.toThrow(RangeError);
});
