import type { Heading } from '../heading/heading.ts';
import type { Condition } from './condition.ts';
import type { Relation } from './relation.ts';

const numbers = new WeakMap<Heading, string>();
let count = 0;

/** What the types of parameters follow from that are put into columns of a table, or compared with them: its heading. */
export function typedByHeading(heading: Heading): string {
  const known = numbers.get(heading);
  if (known !== undefined) return known;
  count += 1;
  const number = String(count);
  numbers.set(heading, number);
  return number;
}

/** The same of a statement that reads a relation: the headings of all tables in it (`ExecuteOptions.typedBy`). */
export function typedBy(relation: Relation): string {
  const found: string[] = [];
  collect(relation, found);
  return found.join();
}

function collect(relation: Relation, found: string[]): void {
  const { operation } = relation;
  switch (operation.kind) {
    case 'table':
      found.push(typedByHeading(relation.heading));
      break;
    case 'restriction':
      collect(operation.of, found);
      collectCondition(operation.condition, found);
      break;
    case 'join':
    case 'union':
      collect(operation.left, found);
      collect(operation.right, found);
      break;
    default:
      collect(operation.of, found);
  }
}

function collectCondition(condition: Condition, found: string[]): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const term of condition.terms) collectCondition(term, found);
      break;
    case 'not':
    case 'untrue':
      collectCondition(condition.term, found);
      break;
    case 'matches':
    case 'exists':
      collect(condition.relation, found);
      break;
  }
}
