import type { Packable } from './encode.ts';
import { framed, isWorthCompressing } from './frame.ts';
import { piped } from './piped.ts';
import { type PackOptions, writePlainBlob } from './plain-blob.ts';

/** As `pack` of Node; browsers deflate asynchronously. */
export async function pack(value: Packable, { compress = true, dims = 64 }: PackOptions = {}): Promise<Uint8Array> {
  const blob = writePlainBlob(value, dims);
  if (!compress || !isWorthCompressing(blob)) return blob;
  const pieces: Uint8Array[] = [];
  for await (const piece of piped(blob, new CompressionStream('deflate'))) pieces.push(piece);
  return framed(blob, joined(pieces), dims);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    all.set(piece, place);
    place += piece.length;
  }
  return all;
}
