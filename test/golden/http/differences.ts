import type { Change } from './change.ts';
import { dataDifferences } from './data-differences.ts';
import { dependencyDifferences } from './dependency-differences.ts';
import { frameDifferences } from './frame-differences.ts';
import { restrictionDifferences } from './restriction-differences.ts';

/** The recorded cases whose answers differ on purpose, by reason. `docs/reference/compatibility.md` explains each reason. */
export const differences: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  ...frameDifferences,
  ...dataDifferences,
  ...dependencyDifferences,
  ...restrictionDifferences,
};
