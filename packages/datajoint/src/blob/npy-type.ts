import { type DatetimeUnit, type Dtype, datetimeUnits } from './dtype.ts';

const codes: readonly (readonly [code: string, dtype: Dtype])[] = [
  ['b1', 'bool'],
  ['i1', 'int8'],
  ['u1', 'uint8'],
  ['i2', 'int16'],
  ['u2', 'uint16'],
  ['i4', 'int32'],
  ['u4', 'uint32'],
  ['i8', 'int64'],
  ['u8', 'uint64'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['c8', 'complex64'],
  ['c16', 'complex128'],
  ...datetimeUnits.map((unit: DatetimeUnit) => [`M8[${unit}]`, `datetime64[${unit}]`] as const),
  ...datetimeUnits.map((unit: DatetimeUnit) => [`m8[${unit}]`, `timedelta64[${unit}]`] as const),
];
const codeByDtype: ReadonlyMap<Dtype, string> = new Map(codes.map(([code, dtype]) => [dtype, code]));
const dtypeByCode: ReadonlyMap<string, Dtype> = new Map(codes);

/** Numpy's code of an element type, little-endian: `<f8`, `|b1`; undefined for characters. */
export function npyCode(dtype: Dtype): string | undefined {
  const code = codeByDtype.get(dtype);
  if (code === undefined) return undefined;
  return `${/^[biu]1$/.test(code) ? '|' : '<'}${code}`;
}

/** The type that a code stands for, without its byte order. */
export function npyDtype(code: string): Dtype | undefined {
  return dtypeByCode.get(code);
}
