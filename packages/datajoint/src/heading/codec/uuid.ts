/** Sixteen bytes as lower-case text with dashes. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The bytes of a uuid in any spelling: dashes, braces and `urn:uuid:` or none of them; undefined if it is none. */
export function uuidBytes(text: string): Uint8Array | undefined {
  const hex = (plainSpelling.test(text) ? text : bare(text)).replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) return undefined;
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

const plainSpelling = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const bare = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^urn:/, '')
    .replace(/^uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1');
