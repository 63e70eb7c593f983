/** The nearest of the names to a wrong one, or undefined if none is near. Case does not count as a difference. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  const target = wrong.toLowerCase().slice(0, 128);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(target.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(target, name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** A sentence for the end of a message: ` Did you mean "Session"?`, or nothing. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = wrong === '' ? undefined : nearest(wrong, names);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}

/** Insertions, deletions, substitutions and swaps of neighbours between two texts; at most `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwap ? (beforePrevious[column - 2] as number) + 1 : limit;
      current.push(Math.min(substitution, swap, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    if (Math.min(...current) >= limit) return limit;
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(limit, previous[b.length] as number);
}
