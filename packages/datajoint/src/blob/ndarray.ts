import { Complex } from './complex.ts';
import { type Dtype, dtypeFacts, type TypedArray } from './dtype.ts';

/** In which order elements follow one another: rows first (`C`), or columns first (`F`, as blobs hold them). */
export type Order = 'C' | 'F';

export interface NdArrayParts {
  readonly dtype: Dtype;
  /** Lengths of the axes; none for a scalar. */
  readonly shape: readonly number[];
  readonly order?: Order;
  /** The elements in that order, as a typed array or as the little-endian bytes of one, however they lie in memory. */
  readonly data: TypedArray;
  /** The imaginary parts of complex numbers, whose real parts are the data. */
  readonly imaginary?: TypedArray;
}

/**
 * An array of numbers, as numpy has them: an element type, a shape, and elements in one of two orders.
 *
 * Booleans are bytes of 0 and 1; 64-bit integers and dates are bigints; `char` is UTF-16. A scalar has no axes. Where
 * the elements come from a blob they are a window on its bytes: nothing is copied before somebody asks for `data` that
 * does not lie where a typed array may begin.
 */
export class NdArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly order: Order;
  readonly #parts: readonly Uint8Array[];
  #typed: TypedArray[] = [];

  /** @throws RangeError when the data are not as many, or not of the kind, as shape and type say. */
  constructor({ dtype, shape, order = 'C', data, imaginary }: NdArrayParts) {
    const { itemSize, isComplex } = dtypeFacts(dtype);
    this.dtype = dtype;
    this.shape = shape;
    this.order = order;
    this.#parts = [bytesOf(data), ...(imaginary === undefined ? [] : [bytesOf(imaginary)])];
    if (isComplex !== (imaginary !== undefined)) {
      throw new RangeError(`Expected ${isComplex ? 'an imaginary part' : 'no imaginary part'} for ${dtype}.`);
    }
    for (const { length } of this.#parts) {
      const expected = this.size * itemSize;
      if (length !== expected) {
        throw new RangeError(`Expected ${expected} bytes for ${dtype} of shape ${shownShape(shape)}, got ${length}.`);
      }
    }
  }

  /** How many elements there are. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The elements' bytes, little-endian, in the array's order; of complex numbers the real parts'. */
  get bytes(): Uint8Array {
    return this.#parts[0] as Uint8Array;
  }

  /** The bytes of the imaginary parts; undefined unless the numbers are complex. */
  get imaginaryBytes(): Uint8Array | undefined {
    return this.#parts[1];
  }

  /** The elements as a typed array, in the array's order; of complex numbers the real parts. */
  get data(): TypedArray {
    return this.#part(0);
  }

  /** The imaginary parts; undefined unless the numbers are complex. */
  get imaginary(): TypedArray | undefined {
    return this.#parts.length < 2 ? undefined : this.#part(1);
  }

  /** The elements one by one, the last axis fastest, as numpy's `flat` has them; a scalar has one. */
  *[Symbol.iterator](): Generator<number | bigint | Complex, void, undefined> {
    const { data, imaginary, shape } = this;
    const strides = stridesOf(shape, this.order);
    for (let left = 0; left < this.size; left += 1) {
      let place = 0;
      let rest = left;
      for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
        const length = shape[axis] as number;
        place += (rest % length) * (strides[axis] as number);
        rest = Math.floor(rest / length);
      }
      const value = data[place] as number | bigint;
      yield imaginary === undefined ? value : new Complex(Number(value), Number(imaginary[place]));
    }
  }

  /**
   * A row of characters as a text, as MATLAB writes its strings; undefined for any other array. Characters of several
   * rows follow one another down the columns, and are no text.
   */
  toText(): string | undefined {
    const isRow = this.shape.length === 1 || (this.shape.length === 2 && (this.shape[0] === 1 || this.size === 0));
    return this.dtype === 'char' && isRow
      ? new TextDecoder('utf-16le', { ignoreBOM: true }).decode(this.bytes)
      : undefined;
  }

  /** In words: `float64 of shape 2×3`. */
  toString(): string {
    return `${this.dtype} of shape ${shownShape(this.shape)}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `NdArray(${this.toString()})`;
  }

  #part(index: number): TypedArray {
    this.#typed[index] ??= typedView(this.#parts[index] as Uint8Array, this.dtype);
    return this.#typed[index];
  }
}

/** The product of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

export function shownShape(shape: readonly number[]): string {
  return shape.length === 0 ? '()' : shape.join('×');
}

/** How far apart the neighbours along each axis are, in elements. */
export function stridesOf(shape: readonly number[], order: Order): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let step = 0; step < shape.length; step += 1) {
    const axis = order === 'F' ? step : shape.length - 1 - step;
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

function bytesOf(data: TypedArray): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A typed array may only begin at a multiple of its element's size: bytes that do not are copied. */
function typedView(bytes: Uint8Array, dtype: Dtype): TypedArray {
  const { itemSize, array } = dtypeFacts(dtype);
  const aligned = bytes.byteOffset % itemSize === 0 ? bytes : new Uint8Array(bytes);
  return new array(aligned.buffer, aligned.byteOffset, aligned.length / itemSize);
}
