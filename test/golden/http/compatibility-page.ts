/** The case numbers that the page lists by reason, in its lines "Recorded requests (`reason`): 001 002". */
export function listedDifferences(page: string): Record<string, string[]> {
  const lines = [...page.matchAll(/^Recorded requests \(`([a-z0-9-]+)`\): ([0-9 ]+)\.$/gm)];
  return Object.fromEntries(lines.map(([, reason, numbers]) => [reason, (numbers ?? '').split(' ').sort()]));
}
