import { NdArray } from '@pharus/datajoint';

type Elements = Float64Array | Float32Array | Int32Array | Int16Array | Uint16Array;

const dtypes = [
  [Float64Array, 'float64'],
  [Float32Array, 'float32'],
  [Int32Array, 'int32'],
  [Int16Array, 'int16'],
  [Uint16Array, 'uint16'],
] as const;

/** Numbers for a blob; rows first, one axis where no shape is given. */
export function array(data: Elements, shape: readonly number[] = [data.length]): NdArray {
  const [, dtype] = dtypes.find(([kind]) => data instanceof kind) ?? [undefined, 'float64' as const];
  return new NdArray({ dtype, shape, data });
}
