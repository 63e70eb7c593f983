/** A key as it stands in a JSON pointer (RFC 6901); a very long one is cut. */
export function escaped(key: string): string {
  return key.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1');
}
