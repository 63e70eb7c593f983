import type { IndexRow } from '../dialect/catalog.ts';
import type { Generation } from '../heading/attribute.ts';
import type { Index } from './describe.ts';

/**
 * Gathers the catalog's index rows into indexes.
 *
 * In the order the server lists them, which the older library prints; DataJoint 2 prints them by name and does not
 * know of functional parts. Two indexes on the same attributes count as one.
 */
export function readIndexes(rows: readonly IndexRow[], generation: Generation): readonly Index[] {
  const found = new Map<string, { attributes: string[]; unique: boolean; nullable: boolean }>();
  const ordered = generation === 'legacy' ? rows : [...rows].sort((a, b) => (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0));
  for (const row of ordered) {
    const [, nonUnique, name, , attribute] = row;
    const part = attribute ?? (generation === 'legacy' ? functionalPart(row) : undefined);
    if (part === undefined) continue;
    const index = found.get(name) ?? { attributes: [], unique: Number(nonUnique) === 0, nullable: false };
    index.attributes.push(part);
    if (generation === 'legacy' && row[9] === 'YES') index.nullable = true;
    found.set(name, index);
  }
  const byAttributes = new Map<string, Index>();
  for (const index of found.values()) byAttributes.set(JSON.stringify(index.attributes), index);
  return [...byAttributes.values()];
}

function functionalPart(row: IndexRow): string {
  return `(${String(row[14] ?? '').replaceAll("\\'", "'")})`;
}
