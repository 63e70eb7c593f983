import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { inOrder, type NdArray } from '@pharus/datajoint/blob';

/** Pixels of an image at most; a larger one is reduced first. */
const mostPixels = 2 ** 24;

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Number of channels in the last byte but three of the header: grey, grey with alpha, RGB, RGBA. */
const colourTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

const compress = promisify(deflate);

/**
 * An array as an image: rows by columns, and 3 or 4 channels of colour in bytes. Other numbers become greys from the least to
 * the greatest; what is no finite number is black.
 * @throws RangeError for an array that is no image.
 * @see https://www.w3.org/TR/png-3/
 */
export async function pngOf(array: NdArray): Promise<Uint8Array> {
  const [height = 0, width = 0, channels = 1] = array.shape;
  const axes = array.shape.length;
  if ((axes !== 2 && axes !== 3) || colourTypes[channels] === undefined || array.size === 0) {
    throw new RangeError(
      `Expected an array of rows and columns, perhaps of 3 or 4 colours, to be an image; got ${array}.${wayOut(array)}`,
    );
  }
  if (height * width > mostPixels) {
    throw new RangeError(
      `Expected at most ${mostPixels} pixels in an image, got ${height * width}. Take a slice, or reduce=mean:2000.`,
    );
  }
  const pixels = bytesOf(inOrder(array, 'C'));
  const rowLength = width * channels;
  const rows = new Uint8Array(height * (rowLength + 1));
  // Each row begins with the number of its filter: none.
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * rowLength, (row + 1) * rowLength), row * (rowLength + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourTypes[channels] as number], 8);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', await compress(rows)), chunk('IEND')]);
}

/** What of an array that is no image could be one, or what to do with it instead. */
function wayOut({ shape, size }: NdArray): string {
  if (size === 0) return ' There is nothing in it.';
  if (shape.length > 2) return ` Take a plane of it with a slice, such as slice=${'0,'.repeat(shape.length - 3)}0.`;
  return ' Take its numbers as JSON, or some of them with reduce=minmax:1000.';
}

function chunk(type: string, content: Uint8Array = new Uint8Array()): Buffer {
  const framed = Buffer.alloc(content.length + 12);
  framed.writeUInt32BE(content.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(content, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, content.length + 8)), content.length + 8);
  return framed;
}

/** One byte for each element. */
function bytesOf({ dtype, data, imaginary, bytes }: NdArray): Uint8Array {
  if (dtype === 'uint8') return bytes;
  const length = data.length;
  const valueAt = (index: number): number =>
    imaginary === undefined ? Number(data[index]) : Math.hypot(Number(data[index]), Number(imaginary[index]));
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index += 1) {
    const value = valueAt(index);
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (dtype === 'bool') [least, greatest] = [0, 1];
  // Halves, so that the span of the greatest floats is no infinity.
  const scale = greatest > least ? 255 / (greatest / 2 - least / 2) : 0;
  const target = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) {
    const value = valueAt(index);
    if (Number.isFinite(value)) target[index] = Math.round((value / 2 - least / 2) * scale);
  }
  return target;
}
