import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NdArray, sizeOf, stridesOf } from './ndarray.ts';
import { inOrder } from './reorder.ts';
import { type AxisRange, slice } from './slice.ts';
import { ndarrays, orders, shapes } from './values.fixture.ts';

const bound = fc.option(fc.integer({ min: -6, max: 6 }), { nil: undefined });
const ranges: fc.Arbitrary<AxisRange> = fc.record({
  start: bound,
  stop: bound,
  step: fc.constantFrom(undefined, 1, 2, 3, -1, -2),
});

/** The places that a range stands for, found one by one. */
function placesOf({ start, stop, step = 1 }: AxisRange, length: number): number[] {
  const from = (place: number): number => (place < 0 ? place + length : place);
  const first = start === undefined ? (step > 0 ? 0 : length - 1) : from(start);
  const places: number[] = [];
  for (let place = Math.min(Math.max(first, -1), length); Math.abs(place) <= 20; place += step) {
    const isPast = stop !== undefined && (step > 0 ? place >= from(stop) : place <= Math.max(from(stop), -1));
    if (isPast || (step > 0 ? place >= length : place < 0)) break;
    if (place >= 0 && place < length) places.push(place);
    else if (step > 0 && start !== undefined && from(start) < 0) place = -step;
    else place = length - 1 - step;
  }
  return places;
}

test('takes the elements that numpy takes', () => {
  fc.assert(
    fc.property(shapes, orders, fc.array(ranges, { maxLength: 4 }), (shape, order, chosen) => {
      const data = Int32Array.from({ length: sizeOf(shape) }, (_, index) => index);
      const array = new NdArray({ dtype: 'int32', shape, order, data });
      const selection = chosen.slice(0, shape.length);
      const part = inOrder(slice(array, ...selection), 'C');
      const strides = stridesOf(shape, order);
      let expected = [0];
      for (const [axis, length] of shape.entries()) {
        const places = placesOf(selection[axis] ?? {}, length);
        expected = expected.flatMap((sum) => places.map((place) => sum + place * (strides[axis] as number)));
      }
      expect(Array.from(part.data as Int32Array)).toEqual(expected);
      expect(part.shape).toEqual(shape.map((length, axis) => placesOf(selection[axis] ?? {}, length).length));
    }),
    { numRuns: 500 },
  );
});

test('a place takes its axis away', () => {
  const array = new NdArray({ dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  expect(slice(array, 1).data).toEqual(Uint8Array.of(4, 5, 6));
  expect(slice(array, {}, -1).data).toEqual(Uint8Array.of(3, 6));
  expect(slice(array, -1, 0)).toMatchObject({ shape: [] });
  expect(slice(array, 1).bytes.buffer).toBe(array.bytes.buffer);
});

test('everything of every type is itself', () => {
  fc.assert(
    fc.property(ndarrays, (array) => {
      const whole = slice(array);
      expect(Buffer.from(whole.bytes).equals(array.bytes)).toBe(true);
      expect(whole.bytes.buffer).toBe(array.bytes.buffer);
      const twice = slice(
        slice(array, ...array.shape.map(() => ({ step: -1 }))),
        ...array.shape.map(() => ({ step: -1 })),
      );
      expect(Buffer.from(twice.bytes).equals(array.bytes)).toBe(true);
      expect(Buffer.from(twice.imaginaryBytes ?? []).equals(array.imaginaryBytes ?? new Uint8Array())).toBe(true);
    }),
  );
});

test.each([
  [[2], /Expected a place from -2 to 1 of an axis, got 2/],
  [[-3], /got -3/],
  [[0.5], /got 0.5/],
  [[0, 0, 0], /Expected places or ranges for at most 2 axes of uint8 of shape 2×3, got 3/],
  [[{ step: 0 }], /a step other than 0/],
  [[{ start: 0.5 }], /whole numbers/],
] as const)('refuses %j', (selection, message) => {
  const array = new NdArray({ dtype: 'uint8', shape: [2, 3], data: new Uint8Array(6) });
  expect(() => slice(array, ...selection)).toThrow(RangeError);
  expect(() => slice(array, ...selection)).toThrow(message);
});
