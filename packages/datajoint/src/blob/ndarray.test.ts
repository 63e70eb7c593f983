import { expect, test } from 'vitest';
import { Complex } from './complex.ts';
import { NdArray } from './ndarray.ts';

test('an array gives its elements one by one, row after row, in whichever order it holds them', () => {
  const rows = new NdArray({ dtype: 'int16', shape: [2, 3], data: Int16Array.of(1, 2, 3, 4, 5, 6) });
  const columns = new NdArray({ dtype: 'int16', shape: [2, 3], order: 'F', data: Int16Array.of(1, 4, 2, 5, 3, 6) });
  expect([...rows]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...columns]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...new NdArray({ dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, -2n) })].map(Number)).toEqual([
    1, -2,
  ]);
});

test('a scalar gives one, an empty array none, complex numbers their parts together', () => {
  expect([...new NdArray({ dtype: 'float64', shape: [], data: Float64Array.of(0.5) })]).toEqual([0.5]);
  expect([...new NdArray({ dtype: 'float64', shape: [3, 0], data: new Float64Array(0) })]).toEqual([]);
  const parts = { data: Float64Array.of(1), imaginary: Float64Array.of(2) };
  expect([...new NdArray({ dtype: 'complex128', shape: [1], ...parts })]).toEqual([new Complex(1, 2)]);
});
