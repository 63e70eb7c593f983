import { constants, inflateSync } from 'node:zlib';
import { type Dtype, dtypeOfId } from '../../blob/dtype.ts';
import { NdArray, sizeOf } from '../../blob/ndarray.ts';
import { inOrder } from '../../blob/reorder.ts';
import { unpack } from '../../blob/unpack.ts';
import type { Cell } from '../../connection/driver.ts';
import { UnreadableValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { ColumnarColumn, ElementType } from './columnar.ts';

/** Elements of one array in a column of arrays: a file keeps so many together, and takes many times their room. */
const mostElements = 2 ** 20;

const mostAxes = 32;

const elements: ReadonlyMap<Dtype | undefined, ElementType> = new Map<Dtype, ElementType>([
  ['bool', { kind: 'bool' }],
  ['float32', { kind: 'float32' }],
  ['float64', { kind: 'float64' }],
  ...([8, 16, 32, 64] as const).flatMap((bits) => [
    [`int${bits}`, { kind: 'integer', bits, isSigned: true }] as const,
    [`uint${bits}`, { kind: 'integer', bits, isSigned: false }] as const,
  ]),
]);

interface Head {
  readonly dtype: Dtype;
  readonly axes: number;
}

/** Looks at the blobs of a column, whether they are arrays of one kind, of which a file can have a column. */
export class ArrayScan {
  #common: Head | undefined;
  #isMixed = false;

  /** True once it is known that there is no such column. */
  get isMixed(): boolean {
    return this.#isMixed;
  }

  /** Looks at one blob, at no more of it than its beginning. */
  see(blob: Uint8Array): void {
    if (this.#isMixed) return;
    const head = headOf(blob);
    this.#common ??= head;
    this.#isMixed = head === undefined || head.dtype !== this.#common?.dtype || head.axes !== this.#common.axes;
  }

  /** The column of the arrays that were seen; undefined where they have no type in common, or there were none. */
  column({ name }: Attribute): ColumnarColumn | undefined {
    const common = this.#common;
    const element = elements.get(common?.dtype);
    if (this.#isMixed || common === undefined || element === undefined) return undefined;
    const { dtype, axes } = common;
    const read = (cell: Cell): NdArray | null => {
      if (cell === null) return null;
      const array = unpack(cell as Uint8Array);
      if (array instanceof NdArray && array.dtype === dtype && array.shape.length === axes) return inOrder(array, 'C');
      throw new UnreadableValueError(`Attribute \`${name}\` held other arrays a moment ago. Export it once more.`);
    };
    return { type: { kind: axes === 1 ? 'list' : 'tensor', element }, read };
  }
}

/** What the beginning of a blob says of the array in it; undefined for anything else, and for arrays beyond the bounds. */
function headOf(blob: Uint8Array): Head | undefined {
  const start = beginningOf(blob);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const isArray = start.length >= 21 && /^(?:mYm|dj0)\0A$/.test(String.fromCharCode(...start.subarray(0, 5)));
  const axes = isArray ? Number(view.getBigUint64(5, true)) : 0;
  if (axes < 1 || axes > mostAxes || start.length < 13 + axes * 8 + 8) return undefined;
  const shape = Array.from({ length: axes }, (_, axis) => Number(view.getBigUint64(13 + axis * 8, true)));
  const dtype = dtypeOfId(view.getUint32(13 + axes * 8, true));
  const isComplex = view.getUint32(17 + axes * 8, true) !== 0;
  if (dtype === undefined || isComplex || !elements.has(dtype) || sizeOf(shape) > mostElements) return undefined;
  return { dtype, axes };
}

const longestHead = 13 + mostAxes * 8 + 8;

/** The first bytes of a blob, inflated where it is compressed. */
function beginningOf(blob: Uint8Array): Uint8Array {
  if (String.fromCharCode(...blob.subarray(0, 6)) !== 'ZL123\0') return blob.subarray(0, longestHead);
  try {
    // Deflated bytes stand for more than themselves, but for the few that their codes take.
    return inflateSync(blob.subarray(14, 14 + 2 * longestHead), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}
