/** The element types of arrays: numpy's names, mYm's numbers, and the typed array that holds each. */

export type DatetimeUnit = 'Y' | 'M' | 'W' | 'D' | 'h' | 'm' | 's' | 'ms' | 'us' | 'ns' | 'ps' | 'fs' | 'as';

/**
 * Numpy's name of an element type. `char` is MATLAB's: UTF-16 code units. `timedelta64` has no place in blobs, only in
 * `.npy` files.
 */
export type Dtype =
  | 'bool'
  | 'char'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | `datetime64[${DatetimeUnit}]`
  | `timedelta64[${DatetimeUnit}]`;

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

interface TypedArrayConstructor {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

export interface DtypeFacts {
  /** Bytes of one element; of one part for complex numbers, whose real and imaginary parts are kept apart. */
  readonly itemSize: number;
  readonly isComplex: boolean;
  readonly array: TypedArrayConstructor;
  /** mYm's number of the type; absent where blobs have no place for it. */
  readonly typeId?: number;
}

export const datetimeUnits: readonly DatetimeUnit[] = [
  'Y',
  'M',
  'W',
  'D',
  'h',
  'm',
  's',
  'ms',
  'us',
  'ns',
  'ps',
  'fs',
  'as',
];

/** Numbers of MATLAB's classes (mxClassID), continued by the Python library from 65536 on. */
const firstDatetimeId = 0x1_0000;

function facts(typeId: number | undefined, itemSize: number, array: TypedArrayConstructor, isComplex = false) {
  return { itemSize, isComplex, array, ...(typeId === undefined ? {} : { typeId }) };
}

const table: ReadonlyMap<Dtype, DtypeFacts> = new Map<Dtype, DtypeFacts>([
  ['bool', facts(3, 1, Uint8Array)],
  ['char', facts(4, 2, Uint16Array)],
  ['float64', facts(6, 8, Float64Array)],
  ['float32', facts(7, 4, Float32Array)],
  ['int8', facts(8, 1, Int8Array)],
  ['uint8', facts(9, 1, Uint8Array)],
  ['int16', facts(10, 2, Int16Array)],
  ['uint16', facts(11, 2, Uint16Array)],
  ['int32', facts(12, 4, Int32Array)],
  ['uint32', facts(13, 4, Uint32Array)],
  ['int64', facts(14, 8, BigInt64Array)],
  ['uint64', facts(15, 8, BigUint64Array)],
  ['complex128', facts(6, 8, Float64Array, true)],
  ['complex64', facts(7, 4, Float32Array, true)],
  ...datetimeUnits.map(
    (unit, index) => [`datetime64[${unit}]`, facts(firstDatetimeId + index, 8, BigInt64Array)] as const,
  ),
  ...datetimeUnits.map((unit) => [`timedelta64[${unit}]`, facts(undefined, 8, BigInt64Array)] as const),
]);

const realById: ReadonlyMap<number, Dtype> = new Map(
  [...table].flatMap(([name, { typeId, isComplex }]) => (typeId === undefined || isComplex ? [] : [[typeId, name]])),
);

/** @throws RangeError for a name that is none of numpy's that a blob or `.npy` file can hold. */
export function dtypeFacts(dtype: Dtype): DtypeFacts {
  const found = table.get(dtype);
  if (found === undefined) throw new RangeError(`Expected an element type such as float64, got ${String(dtype)}.`);
  return found;
}

/** The type of that number, of real values. */
export function dtypeOfId(typeId: number): Dtype | undefined {
  return realById.get(typeId);
}

const realByArray: ReadonlyMap<unknown, Dtype> = new Map([
  ...[...table].flatMap(([name, { array, isComplex, typeId }]) => {
    const isPlain = typeId !== undefined && typeId > 5 && typeId < firstDatetimeId && !isComplex;
    return isPlain ? [[array, name] as const] : [];
  }),
]);

/** The type of the numbers that a typed array holds. @throws RangeError for a kind of view that numpy has no type for. */
export function dtypeOfArray(data: ArrayBufferView): Dtype {
  const found = realByArray.get(data.constructor);
  if (found === undefined) throw new RangeError(`Expected a typed array of numbers, got a ${data.constructor.name}.`);
  return found;
}
