import { InvalidExpression } from '../errors.ts';
import type { Heading } from '../heading/heading.ts';

/**
 * Whether attributes of the same name are matched by where their values come from, as DataJoint 2 does, and not only
 * by their names.
 */
export function matchesByLineage(here: Heading, there: Heading): boolean {
  return here.generation === '2' && there.generation === '2';
}

/**
 * DataJoint up to 0.14 matches by names, one of which has to be of a primary key.
 * @throws InvalidExpression naming an attribute that is dependent in both.
 */
export function refuseDependent(here: Heading, there: Heading): void {
  const dependent = here.secondary.find((name) => there.get(name)?.inKey === false);
  if (dependent === undefined) return;
  throw new InvalidExpression(
    `Expressions cannot be matched by the dependent attribute \`${dependent}\`; project it away or rename it in one of the two.`,
  );
}
