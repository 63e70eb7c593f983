/**
 * Numpy's file format for one array.
 *
 * Source: NEP 1, "A simple file format for NumPy arrays", and the documentation of numpy.lib.format.
 */

import { dtypeFacts } from './dtype.ts';
import { NdArray } from './ndarray.ts';
import { npyCode } from './npy-type.ts';
import { inOrder, itemsInOtherOrder } from './reorder.ts';
import { type Column, ObjectArray, RecordArray } from './values.ts';

/** Elements side by side in memory, and what numpy calls their type. */
interface Elements {
  /** In Python's words: a code in quotes, or a list of fields. */
  readonly descr: string;
  readonly itemSize: number;
  readonly parts: readonly Part[];
}

/** Some bytes of every element. */
interface Part {
  readonly bytes: Uint8Array;
  readonly itemSize: number;
}

/**
 * The file in pieces: its head, then the elements, which are not copied where they lie in memory as the file has them.
 *
 * Arrays of texts and structured arrays are written as numpy's own; a row of MATLAB's characters is one text.
 * @throws RangeError for arrays of other values, which numpy would pickle.
 */
export function npyPieces(array: Column): Uint8Array[] {
  const isInColumns = array instanceof NdArray && array.order === 'F' && array.shape.length > 1;
  const text = array instanceof NdArray ? array.toText() : undefined;
  const elements = text === undefined ? elementsOf(array, isInColumns) : textElements([text]);
  const head = headOf(elements.descr, isInColumns && text === undefined, text === undefined ? array.shape : []);
  return [head, interleaved(elements.parts)];
}

/** The whole file; see {@link npyPieces}. */
export function toNpy(array: Column): Uint8Array {
  const [head, content] = npyPieces(array) as [Uint8Array, Uint8Array];
  const file = new Uint8Array(head.length + content.length);
  file.set(head);
  file.set(content, head.length);
  return file;
}

function headOf(descr: string, isInColumns: boolean, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const words = `{'descr': ${descr}, 'fortran_order': ${isInColumns ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const isLong = words.length > 0xff00;
  const start = isLong ? 12 : 10;
  // The elements begin at a multiple of 64, after a line break.
  const text = `${words.padEnd(Math.ceil((start + words.length + 1) / 64) * 64 - start - 1)}\n`;
  const head = new Uint8Array(start + text.length);
  head.set([0x93, ...new TextEncoder().encode('NUMPY'), isLong ? 2 : 1, 0]);
  const view = new DataView(head.buffer);
  if (isLong) view.setUint32(8, text.length, true);
  else view.setUint16(8, text.length, true);
  head.set(new TextEncoder().encode(text), start);
  return head;
}

function elementsOf(array: Column, isInColumns: boolean): Elements {
  if (array instanceof RecordArray) return recordElements(array);
  if (array instanceof ObjectArray) return textElements(textsOf(array));
  const { dtype, bytes, imaginaryBytes } = isInColumns ? array : inOrder(array, 'C');
  const code = npyCode(dtype);
  if (code === undefined) return textElements(Array.from(inOrder(array, 'C').data as Uint16Array, charText));
  const { itemSize } = dtypeFacts(dtype);
  const parts = [bytes, ...(imaginaryBytes === undefined ? [] : [imaginaryBytes])];
  return {
    descr: `'${code}'`,
    itemSize: itemSize * parts.length,
    parts: parts.map((part) => ({ bytes: part, itemSize })),
  };
}

function charText(unit: number): string {
  return String.fromCharCode(unit);
}

function recordElements({ fields, columns }: RecordArray): Elements {
  const elements = columns.map((column) => elementsOf(column, false));
  const descr = fields.map((name, index) => `(${pythonText(name)}, ${elements[index]?.descr})`).join(', ');
  return {
    descr: `[${descr}]`,
    itemSize: elements.reduce((size, { itemSize }) => size + itemSize, 0),
    parts: elements.flatMap(({ parts }) => parts),
  };
}

/** A text as Python writes it in quotes, in ASCII. */
function pythonText(text: string): string {
  const escaped = text.replaceAll(/[\\']/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}

function textsOf({ shape, items }: ObjectArray): string[] {
  if (!items.every((item) => typeof item === 'string')) {
    throw new RangeError(
      'Expected numbers, dates or texts, got an array of other values, which .npy files cannot hold.',
    );
  }
  return itemsInOtherOrder(items, shape, 'F');
}

/** Texts of the length of the longest, in UTF-32. */
function textElements(texts: readonly string[]): Elements {
  const codes = texts.map((text) => Array.from(text, (letter) => letter.codePointAt(0) as number));
  const longest = Math.max(1, ...codes.map(({ length }) => length));
  const units = new Uint32Array(texts.length * longest);
  for (const [index, text] of codes.entries()) units.set(text, index * longest);
  const itemSize = longest * 4;
  return { descr: `'<U${longest}'`, itemSize, parts: [{ bytes: new Uint8Array(units.buffer), itemSize }] };
}

/** The parts of the first element, then those of the second, and so on. */
function interleaved(parts: readonly Part[]): Uint8Array {
  if (parts.length === 1) return (parts[0] as Part).bytes;
  const rowSize = parts.reduce((size, { itemSize }) => size + itemSize, 0);
  const target = new Uint8Array(parts.reduce((size, { bytes }) => size + bytes.length, 0));
  let offset = 0;
  for (const { bytes, itemSize } of parts) {
    for (let from = 0, to = offset; from < bytes.length; from += itemSize, to += rowSize) {
      for (let byte = 0; byte < itemSize; byte += 1) target[to + byte] = bytes[from + byte] as number;
    }
    offset += itemSize;
  }
  return target;
}
