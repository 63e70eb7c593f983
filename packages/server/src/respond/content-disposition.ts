/**
 * `Content-Disposition` of an answer that is a file, to be kept and not shown.
 * @see https://www.rfc-editor.org/rfc/rfc6266 The second form is for names beyond ASCII.
 */
export function contentDisposition(fileName: string): string {
  // Neither control characters nor directories have a place in a file's name.
  const name = fileName.replace(/[\p{Cc}/\\]/gu, '_').replace(/^\.+/, '_');
  const plain = name.replace(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${encoded}`}`;
}
