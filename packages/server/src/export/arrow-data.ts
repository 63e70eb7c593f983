import { type ColumnarType, type ColumnarValue, type ElementType, NdArray } from '@pharus/datajoint';
import {
  type Data,
  type DataType,
  type Field,
  type List,
  makeData,
  type Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';

/** Makes Arrow data of one column's values, batch after batch. */
export type ArrowDataMaker = (values: readonly ColumnarValue[]) => Data;

/** Chosen once per column: an enum's words are the same from batch to batch, and grow where undeclared ones occur. */
export function arrowDataMaker(type: ColumnarType, dataType: DataType): ArrowDataMaker {
  const contentOf = contentMaker(type, dataType);
  return (values) => {
    const { nullBitmap, nullCount } = validityOf(values);
    const buffers = { type: dataType, length: values.length, nullCount, nullBitmap, ...contentOf(values) };
    return makeData(buffers as Parameters<typeof makeData>[0]) as Data;
  };
}

interface Content {
  readonly data?: ArrayBufferView;
  readonly valueOffsets?: Int32Array;
  readonly dictionary?: Vector;
  readonly child?: Data;
  readonly children?: readonly Data[];
}

function contentMaker(type: ColumnarType, dataType: DataType): (values: readonly ColumnarValue[]) => Content {
  switch (type.kind) {
    case 'integer':
      return ofNumbers(integerArray(type.bits, type.isSigned));
    case 'float32':
      return ofNumbers(Float32Array);
    case 'float64':
      return ofNumbers(Float64Array);
    case 'date':
      return ofNumbers(Int32Array);
    case 'timestamp':
    case 'duration':
      return ofNumbers(BigInt64Array);
    case 'bool':
      return (values) => ({ data: bitsOf(values, (value) => value === true) });
    case 'decimal':
      return decimals(type.precision <= 38 ? 2 : 4);
    case 'uuid':
      return (values) => ({ data: fixedBytes(values, 16) });
    case 'enum':
      return enumContent(type.values);
    case 'text':
    case 'json':
    case 'binary':
      return variableContent;
    case 'list':
      return (values) => listContent(values as readonly (NdArray | null)[], type.element, dataType as List);
    case 'tensor':
      return (values) => tensorContent(values as readonly (NdArray | null)[], type.element, dataType as Struct);
  }
}

/** The elements of all arrays one after the other, and where each begins. */
function listContent(values: readonly (NdArray | null)[], element: ElementType, { valueType }: List): Content {
  const valueOffsets = new Int32Array(values.length + 1);
  for (const [index, value] of values.entries()) {
    valueOffsets[index + 1] = (valueOffsets[index] as number) + (value?.size ?? 0);
  }
  const length = valueOffsets.at(-1) as number;
  const bytes = Buffer.concat(values.flatMap((value) => (value === null ? [] : [value.bytes])));
  // Bits of a byte each, where they are truth values: Arrow has them closer together.
  const data = element.kind === 'bool' ? bitsOf([...bytes], Boolean) : elementsIn(bytes, element);
  return { valueOffsets, child: makeData({ type: valueType, length, data } as Parameters<typeof makeData>[0]) as Data };
}

function elementsIn(bytes: Uint8Array, element: Exclude<ElementType, { kind: 'bool' }>): ArrayBufferView {
  const TypedArray = (
    element.kind === 'integer'
      ? integerArray(element.bits, element.isSigned)
      : element.kind === 'float32'
        ? Float32Array
        : Float64Array
  ) as { new (buffer: ArrayBufferLike): ArrayBufferView };
  return new TypedArray(Uint8Array.from(bytes).buffer);
}

/** The elements, and beside them the lengths of the axes. */
function tensorContent(values: readonly (NdArray | null)[], element: ElementType, { children }: Struct): Content {
  const [dataField, shapeField] = children as [Field<List>, Field<List>];
  const lengths = values.map((value) => {
    return value && new NdArray({ dtype: 'int32', shape: [value.shape.length], data: Int32Array.from(value.shape) });
  });
  const listOf = (type: List, content: Content): Data =>
    makeData({ type, length: values.length, nullCount: 0, ...content } as Parameters<typeof makeData>[0]) as Data;
  return {
    children: [
      listOf(dataField.type, listContent(values, element, dataField.type)),
      listOf(shapeField.type, listContent(lengths, { kind: 'integer', bits: 32, isSigned: true }, shapeField.type)),
    ],
  };
}

type NumberArray = new (length: number) => { [index: number]: number | bigint } & ArrayBufferView;

function ofNumbers(TypedArray: unknown): (values: readonly ColumnarValue[]) => Content {
  return (values) => {
    const data = new (TypedArray as NumberArray)(values.length);
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (value !== null) data[index] = value as number | bigint;
    }
    return { data };
  };
}

function integerArray(bits: 8 | 16 | 32 | 64, isSigned: boolean): unknown {
  switch (bits) {
    case 8:
      return isSigned ? Int8Array : Uint8Array;
    case 16:
      return isSigned ? Int16Array : Uint16Array;
    case 32:
      return isSigned ? Int32Array : Uint32Array;
    case 64:
      return isSigned ? BigInt64Array : BigUint64Array;
  }
}

/** Two's complement in little-endian words of 64 bits. */
function decimals(words: 2 | 4): (values: readonly ColumnarValue[]) => Content {
  return (values) => {
    const data = new BigInt64Array(values.length * words);
    for (let index = 0; index < values.length; index += 1) {
      let rest = (values[index] as bigint | null) ?? 0n;
      for (let word = 0; word < words; word += 1) {
        data[index * words + word] = BigInt.asIntN(64, rest);
        rest >>= 64n;
      }
    }
    return { data: new Uint32Array(data.buffer) };
  };
}

function fixedBytes(values: readonly ColumnarValue[], width: number): Uint8Array {
  const data = new Uint8Array(values.length * width);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value !== null) data.set(value as Uint8Array, index * width);
  }
  return data;
}

function variableContent(values: readonly ColumnarValue[]): Content {
  const valueOffsets = new Int32Array(values.length + 1);
  const parts: Uint8Array[] = [];
  let end = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value !== null) {
      const bytes = typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
      parts.push(bytes);
      end += bytes.length;
    }
    valueOffsets[index + 1] = end;
  }
  return { data: Buffer.concat(parts, end), valueOffsets };
}

function enumContent(declared: readonly string[]): (values: readonly ColumnarValue[]) => Content {
  const words = [...declared];
  const places = new Map(words.map((word, place) => [word, place]));
  let dictionary = vectorFromArray(words, new Utf8());
  return (values) => {
    const data = new Int32Array(values.length);
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] as string | null;
      if (value === null) continue;
      let place = places.get(value);
      if (place === undefined) {
        place = words.push(value) - 1;
        places.set(value, place);
      }
      data[index] = place;
    }
    if (words.length > dictionary.length) dictionary = vectorFromArray(words, new Utf8());
    return { data, dictionary };
  };
}

function validityOf(values: readonly ColumnarValue[]): { nullBitmap: Uint8Array | null; nullCount: number } {
  let nullCount = 0;
  for (const value of values) if (value === null) nullCount += 1;
  return { nullBitmap: nullCount === 0 ? null : bitsOf(values, (value) => value !== null), nullCount };
}

/** One bit for each value, the lowest of a byte first. */
function bitsOf(values: readonly ColumnarValue[], isSet: (value: ColumnarValue) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let index = 0; index < values.length; index += 1) {
    if (isSet(values[index] as ColumnarValue)) bits[index >> 3] = (bits[index >> 3] as number) | (1 << (index & 7));
  }
  return bits;
}
