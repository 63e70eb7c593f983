import fc, { type Arbitrary } from 'fast-check';
import { type Dtype, datetimeUnits, dtypeFacts } from './dtype.ts';
import { NdArray, type Order, sizeOf } from './ndarray.ts';
import {
  type BlobValue,
  type Column,
  Complex,
  DateTime,
  Decimal,
  List,
  MatCell,
  MatStruct,
  ObjectArray,
  RecordArray,
  SparseArray,
  Tuple,
  Uuid,
} from './values.ts';

/** Random values of every kind that a blob can hold. */

const dtypes: readonly Dtype[] = [
  'bool',
  'char',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  'complex64',
  'complex128',
  ...datetimeUnits.map((unit): Dtype => `datetime64[${unit}]`),
];

/** Shapes of few elements; without axes, and with axes of no length. */
export const shapes: Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
  fc.nat(20).map((length) => [length]),
);

export const orders: Arbitrary<Order> = fc.constantFrom('C', 'F');

function ndarrayOf(shape: readonly number[], dtype: Dtype, bytes: Uint8Array, order: Order): NdArray {
  const { itemSize, isComplex } = dtypeFacts(dtype);
  const length = sizeOf(shape) * itemSize;
  const part = (start: number): Uint8Array => {
    const filled = Uint8Array.from({ length }, (_, index) => bytes[(start + index) % bytes.length] ?? 0);
    return dtype === 'bool' ? filled.map((byte) => byte & 1) : filled;
  };
  return new NdArray({ dtype, shape, order, data: part(0), ...(isComplex ? { imaginary: part(3) } : {}) });
}

const someBytes = fc.uint8Array({ minLength: 1, maxLength: 40 });

/** Arrays of any type in that shape, of any bytes. */
function ndarraysIn(shape: readonly number[], of: readonly Dtype[] = dtypes): Arbitrary<NdArray> {
  return fc
    .tuple(fc.constantFrom(...of), someBytes, orders)
    .map(([dtype, bytes, order]) => ndarrayOf(shape, dtype, bytes, order));
}

export const ndarrays: Arbitrary<NdArray> = shapes.chain((shape) => ndarraysIn(shape));

const texts = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
const names = fc.uniqueArray(
  fc.string({ minLength: 1, maxLength: 5 }).filter((name) => !name.includes('\0')),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const dates = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

const dateTimes: Arbitrary<DateTime> = fc
  .tuple(dates, fc.constantFrom('date', 'time', 'datetime'))
  .map(([text, kind]) => {
    const whole = text.replace('.000Z', '').replace('Z', '000');
    if (kind === 'date') return new DateTime(whole.slice(0, 10));
    return new DateTime(kind === 'time' ? whole.slice(11) : whole);
  });

const sparse: Arbitrary<SparseArray> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.nat(4), fc.array(fc.nat(3), { maxLength: 4 }))
  .chain(([rows, extra, counts]) => {
    const starts = [0];
    for (const count of counts) starts.push((starts.at(-1) as number) + count);
    const size = (starts.at(-1) as number) + extra;
    return fc
      .tuple(
        ndarraysIn([size], ['float64', 'bool', 'complex128']),
        fc.array(fc.nat(rows - 1), { minLength: size, maxLength: size }),
      )
      .map(([values, rowIndices]) => new SparseArray({ rows, columns: counts.length, starts, rowIndices, values }));
  });

const records: Arbitrary<RecordArray> = fc.tuple(names, shapes).chain(([fields, shape]) => {
  const column: Arbitrary<Column> = fc.oneof(
    ndarraysIn(shape),
    fc
      .array(texts, { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
      .map((items) => new ObjectArray(shape, items)),
  );
  return fc
    .array(column, { minLength: fields.length, maxLength: fields.length })
    .map((columns) => new RecordArray(fields, columns));
});

/** As a key of a Map or an item of a Set, -0 is 0. */
const keys: Arbitrary<BlobValue> = fc.oneof(
  texts,
  fc.bigInt(),
  fc.double().map((value) => value + 0),
  fc.boolean(),
);

export const { value: blobValues } = fc.letrec<{ value: BlobValue }>((tie) => {
  const items = fc.array(tie('value'), { maxLength: 4 });
  const inShape = (
    make: (shape: readonly number[], items: readonly BlobValue[]) => BlobValue,
  ): Arbitrary<BlobValue> => {
    return fc
      .array(fc.nat(2), { maxLength: 3 })
      .chain((shape) =>
        fc
          .array(tie('value'), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
          .map((values) => make(shape, values)),
      );
  };
  return {
    value: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'blob' },
      fc.constant(null),
      fc.boolean(),
      fc.bigInt(),
      fc.bigInt({ min: -(2n ** 400n), max: 2n ** 400n }),
      fc.double(),
      texts,
      fc.uint8Array(),
      fc.tuple(fc.double(), fc.double()).map(([real, imaginary]) => new Complex(real, imaginary)),
      fc.constantFrom('1.50', '-112122121.000003000', '1E+3', 'NaN', '-Infinity', '0').map((text) => new Decimal(text)),
      dateTimes,
      fc.uuid().map((text) => new Uuid(text)),
      ndarrays,
      sparse,
      records,
      items.map((values) => List.from(values) as List),
      items.map((values) => new Tuple(values)),
      fc.array(keys, { maxLength: 4 }).map((values) => new Set(values)),
      fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
      inShape((shape, values) => new ObjectArray(shape, values)),
      inShape((shape, values) => new MatCell(shape, values)),
      fc.tuple(names, items).map(([fields, values]) => {
        const count = Math.floor(values.length / fields.length);
        return new MatStruct([1, count], fields, values.slice(0, count * fields.length));
      }),
    ),
  };
});
