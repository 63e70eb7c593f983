import { inflateSync } from 'node:zlib';
import { NdArray } from '@pharus/datajoint/blob';
import { describe, expect, test } from 'vitest';
import { pngOf } from './png.ts';

/** Width, height, colour type and bytes of the rows, each after the number of its filter. */
function parsed(png: Uint8Array): unknown[] {
  const file = Buffer.from(png);
  const length = file.readUInt32BE(33);
  const rows = inflateSync(file.subarray(41, 41 + length));
  return [file.readUInt32BE(16), file.readUInt32BE(20), file[25], [...rows]];
}

describe('an array is an image', () => {
  test('bytes are greys and colours as they are', async () => {
    const grey = new NdArray({ dtype: 'uint8', shape: [2, 3], order: 'F', data: Uint8Array.of(1, 4, 2, 5, 3, 6) });
    expect(parsed(await pngOf(grey))).toEqual([3, 2, 0, [0, 1, 2, 3, 0, 4, 5, 6]]);
    const rgb = new NdArray({ dtype: 'uint8', shape: [1, 1, 3], data: Uint8Array.of(7, 8, 9) });
    expect(parsed(await pngOf(rgb))).toEqual([1, 1, 2, [0, 7, 8, 9]]);
    const rgba = new NdArray({ dtype: 'uint8', shape: [1, 1, 4], data: Uint8Array.of(7, 8, 9, 255) });
    expect(parsed(await pngOf(rgba))).toEqual([1, 1, 6, [0, 7, 8, 9, 255]]);
  });

  test.each([
    ['float64', Float64Array.of(-1, 0, 1, Number.NaN), [0, 0, 128, 0, 255, 0]],
    [
      'float64',
      Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 0),
      [0, 0, 255, 0, 0, 128],
    ],
    ['int64', BigInt64Array.of(5n, 5n, 5n, 5n), [0, 0, 0, 0, 0, 0]],
    ['bool', Uint8Array.of(1, 1, 1, 0), [0, 255, 255, 0, 255, 0]],
    ['uint16', Uint16Array.of(0, 65535, 257, 0), [0, 0, 255, 0, 1, 0]],
  ] as const)('%s is grey from the least to the greatest', async (dtype, data, rows) => {
    expect(parsed(await pngOf(new NdArray({ dtype, shape: [2, 2], data })))).toEqual([2, 2, 0, rows]);
  });

  test.each([
    [[4], /rows and columns.* got uint8 of shape 4\. Take its numbers as JSON/],
    [[2, 1, 2], /rows and columns.* a plane of it with a slice, such as slice=0\./],
    [[2, 2, 1, 2], / slice=0,0\./],
    [[0, 4], /rows and columns.* There is nothing in it/],
    [[4097, 4097], /at most 16777216 pixels in an image, got 16785409/],
  ] as const)('shape %j is none', async (shape, sentence) => {
    const size = shape.reduce((product: number, length) => product * length, 1);
    const array = new NdArray({ dtype: 'uint8', shape, data: new Uint8Array(size) });
    await expect(pngOf(array)).rejects.toThrow(sentence);
  });
});
