/** What `@pharus/datajoint/blob` has everywhere. */

export { BlobError } from './blob/blob-error.ts';
export type { Dims } from './blob/byte-reader.ts';
export { datetime64Text, notATime } from './blob/datetime64.ts';
export { type DescribeOptions, type Description, describe, type Kind } from './blob/describe.ts';
export { type DatetimeUnit, type Dtype, dtypeFacts, type TypedArray } from './blob/dtype.ts';
export type { Packable } from './blob/encode.ts';
export { type Child, childrenOf, follow } from './blob/follow.ts';
export { NdArray, type NdArrayParts, type Order, sizeOf, stridesOf } from './blob/ndarray.ts';
export { fromNpy } from './blob/npy-read.ts';
export { npyPieces, toNpy } from './blob/npy-write.ts';
export { PackedBlob } from './blob/packed-blob.ts';
export type { PackOptions, UnpackOptions } from './blob/plain-blob.ts';
export { meanOf, minmaxOf, reduceInTurns } from './blob/reduce.ts';
export { inOrder, itemsInOtherOrder } from './blob/reorder.ts';
export { type AxisRange, slice } from './blob/slice.ts';
export {
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
} from './blob/values.ts';
