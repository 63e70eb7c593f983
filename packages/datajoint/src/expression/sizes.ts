import { InvalidExpression } from '../errors.ts';
import { growthOf, relationsIn } from './condition.ts';
import type { Relation } from './relation.ts';
import { mostParts, sizeOf } from './sql-expression/sql-expression.ts';

/** Of how many parts an attribute is, what it is computed from filled in. */
type Size = (name: string) => number;

/**
 * Sees to it that nothing computed grows beyond bounds: databases fill in what it is computed from, and texts made of
 * texts become as long, so that attributes made of others twice, again and again, would take all of a server's memory.
 * @throws InvalidExpression naming the attribute.
 */
export function checkSizes({ operation }: Relation): Size {
  switch (operation.kind) {
    case 'table':
      return () => 1;
    case 'restriction': {
      const size = checkSizes(operation.of);
      checkSize(growthOf(operation.condition, size), 'A restriction');
      for (const inner of relationsIn(operation.condition)) checkSizes(inner);
      return size;
    }
    case 'distinct':
    case 'top':
      return checkSizes(operation.of);
    case 'projection':
    case 'aggregation': {
      const inner = checkSizes(operation.of);
      const sizes = new Map([...operation.columns].map(([name, expression]) => [name, sizeOf(expression, inner)]));
      for (const [name, parts] of sizes) checkSize(parts, `Attribute \`${name}\``);
      return (name) => sizes.get(name) as number;
    }
    case 'join':
    case 'union': {
      const sides = [operation.left, operation.right].map((side) => ({
        heading: side.heading,
        size: checkSizes(side),
      }));
      return (name) => Math.max(...sides.map(({ heading, size }) => (heading.has(name) ? size(name) : 1)));
    }
  }
}

function checkSize(parts: number, what: string): void {
  if (parts <= mostParts) return;
  throw new InvalidExpression(
    `${what} is of more than ${mostParts} parts, once what its attributes are computed from is filled in; compute less from what is computed.`,
  );
}
