/** The values in `enum('a','b')`; undefined for another type. */
export function enumValues(type: string): string[] | undefined {
  const list = /^enum\s*\((.*)\)$/is.exec(type)?.[1];
  if (list === undefined) return undefined;
  return [...list.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/g)].map(
    ([, single, double]) => single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? '',
  );
}
