/** What comes out of a stream that bytes are put into, piece by piece; leaving the loop stops it. */
export async function* piped(bytes: Uint8Array, through: Transform): AsyncGenerator<Uint8Array> {
  const writer = through.writable.getWriter();
  const reader = through.readable.getReader();
  // What goes wrong is thrown where it comes out; these would tell of it once more.
  for (const ending of [writer.closed, reader.closed]) ending.catch(() => undefined);
  const written = writer.write(bytes).then(() => writer.close());
  written.catch(() => undefined);
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A stream of the web's that turns bytes into bytes. */
type Transform = CompressionStream | DecompressionStream;
