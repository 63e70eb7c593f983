import { childrenOf } from './follow.ts';
import type { Order } from './ndarray.ts';
import { NdArray } from './ndarray.ts';
import {
  type BlobValue,
  Complex,
  DateTime,
  Decimal,
  MatCell,
  MatStruct,
  ObjectArray,
  RecordArray,
  SparseArray,
  Tuple,
  Uuid,
} from './values.ts';

/** What a value is, as JSON can say it, without the values of arrays. */
export interface Description {
  readonly kind: Kind;
  /** Of arrays of numbers. */
  readonly dtype?: string;
  /** Of everything with axes. */
  readonly shape?: readonly number[];
  /** Of arrays of numbers. */
  readonly order?: Order;
  /** How many bytes the elements or the content take: of arrays of numbers, texts and bytes. */
  readonly bytes?: number;
  /** How many values a container holds. */
  readonly length?: number;
  /** Names of fields, of structs and structured arrays. */
  readonly fields?: readonly string[];
  /** A single value in words; a long text cut off. */
  readonly text?: string;
  /** The values inside, each with the step that leads to it. */
  readonly tree?: readonly (Description & { readonly step: string })[];
  /** True where there are more values inside than the tree shows. */
  readonly isCut?: true;
}

/** Python's and MATLAB's names. */
export type Kind =
  | 'None'
  | 'bool'
  | 'int'
  | 'float'
  | 'complex'
  | 'decimal'
  | 'str'
  | 'bytes'
  | 'date'
  | 'time'
  | 'datetime'
  | 'uuid'
  | 'ndarray'
  | 'recarray'
  | 'list'
  | 'tuple'
  | 'set'
  | 'dict'
  | 'cell'
  | 'struct'
  | 'sparse';

export interface DescribeOptions {
  /** Levels of containers in containers that are shown; 4 by default. */
  readonly depth?: number | undefined;
  /** Values that are shown of one container; 100 by default. */
  readonly items?: number | undefined;
}

/** Letters of a text that are shown. */
const longestText = 200;

/** Describes a value from its outside, and the values inside it as far as asked. */
export function describe(value: BlobValue, { depth = 4, items = 100 }: DescribeOptions = {}): Description {
  const outside = describeOutside(value);
  if (outside.length === undefined) return outside;
  const tree: (Description & { readonly step: string })[] = [];
  let isCut = outside.length > 0 && depth === 0;
  for (const child of depth > 0 ? childrenOf(value, items + 1) : []) {
    isCut = tree.length === items;
    if (!isCut) tree.push({ step: child.step, ...describe(child.value, { depth: depth - 1, items }) });
  }
  return { ...outside, ...(depth > 0 ? { tree } : {}), ...(isCut ? { isCut } : {}) };
}

function describeOutside(value: BlobValue): Description {
  if (value === null) return { kind: 'None', text: 'None' };
  if (typeof value === 'boolean') return { kind: 'bool', text: value ? 'True' : 'False' };
  if (typeof value === 'bigint') return { kind: 'int', text: cut(String(value)) };
  if (typeof value === 'number') return { kind: 'float', text: floatText(value) };
  if (typeof value === 'string')
    return { kind: 'str', bytes: new TextEncoder().encode(value).length, text: cut(value) };
  if (value instanceof Uint8Array) return { kind: 'bytes', bytes: value.length };
  if (value instanceof NdArray) return describeArray(value);
  return describeScalar(value) ?? describeContainer(value);
}

function describeScalar(value: object): Description | undefined {
  if (value instanceof Complex) {
    const sign = value.imaginary < 0 || Object.is(value.imaginary, -0) ? '' : '+';
    return { kind: 'complex', text: `${floatText(value.real)}${sign}${floatText(value.imaginary)}j` };
  }
  if (value instanceof Decimal) return { kind: 'decimal', text: cut(value.text) };
  if (value instanceof Uuid) return { kind: 'uuid', text: value.text };
  if (value instanceof DateTime) return { kind: value.kind, text: value.text };
  return undefined;
}

function describeArray(array: NdArray): Description {
  const { dtype, shape, order } = array;
  const bytes = array.bytes.length + (array.imaginaryBytes?.length ?? 0);
  const text = array.toText();
  return { kind: 'ndarray', dtype, shape, order, bytes, ...(text === undefined ? {} : { text: cut(text) }) };
}

function describeContainer(value: BlobValue): Description {
  if (value instanceof Map) return { kind: 'dict', length: value.size };
  if (value instanceof Set) return { kind: 'set', length: value.size };
  if (value instanceof Tuple) return { kind: 'tuple', length: value.items.length };
  if (value instanceof ObjectArray) {
    return { kind: 'ndarray', dtype: 'object', shape: value.shape, length: value.items.length };
  }
  if (value instanceof MatCell) return { kind: 'cell', shape: value.shape, length: value.items.length };
  if (value instanceof MatStruct) return { kind: 'struct', ...namedShape(value), length: value.values.length };
  if (value instanceof RecordArray) return { kind: 'recarray', ...namedShape(value), length: value.columns.length };
  if (value instanceof SparseArray) return { kind: 'sparse', shape: value.shape, length: 1 };
  return { kind: 'list', length: (value as readonly BlobValue[]).length };
}

function namedShape({ shape, fields }: MatStruct | RecordArray) {
  return { shape, fields };
}

/** As Python writes it: a whole float has its point. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
