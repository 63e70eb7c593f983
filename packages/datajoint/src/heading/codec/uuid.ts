/** Sixteen bytes as lower-case text with dashes. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The bytes of a uuid in any spelling: dashes, braces and `urn:uuid:` or none of them; undefined if it is none. */
export function uuidBytes(text: string): Uint8Array | undefined {
  return bytesOf(text) ?? bytesOf(bare(text));
}

const dash = 0x2d;

/** The bytes of 32 hexadecimal digits, with dashes anywhere. By hand: records have thousands of them. */
function bytesOf(text: string): Uint8Array | undefined {
  // Small enough to be kept on the heap, where a Buffer would not be.
  const bytes = new Uint8Array(16);
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dash) continue;
    const digit = digitOf(code);
    if (digit < 0 || digits === 32) return undefined;
    bytes[digits >> 1] = ((bytes[digits >> 1] as number) << 4) | digit;
    digits += 1;
  }
  return digits === 32 ? bytes : undefined;
}

/** What a hexadecimal digit stands for; less than nothing for another character. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  // In lower case.
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const bare = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^urn:/, '')
    .replace(/^uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1');
