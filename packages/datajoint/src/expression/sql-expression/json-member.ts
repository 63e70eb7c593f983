import { InvalidExpression } from '../../errors.ts';
import type { Heading } from '../../heading/heading.ts';
import { castType } from './cast-types.ts';
import type { SqlExpression } from './sql-expression.ts';
import type { Family } from './tokenize.ts';

const memberPattern = /^(?<attribute>\w+)\.(?<path>[\w.*[\]]+)(?::(?<type>[\w(), ]+))?$/;
const typePattern = /^(?<name>[a-z]+(?: [a-z]+)*)\s*(?:\((?<numbers>\d{1,3}(?:\s*,\s*\d{1,3})?)\))?$/i;
const stepPattern = /^(?:\.?(?<name>\w+)|\[(?<index>\d{1,9})\])/;

/**
 * Reads DataJoint's name of a member of a JSON document: `document.rig.lenses[0]:unsigned`.
 * Undefined for what is no such name, or not of an attribute that holds JSON.
 * @throws InvalidExpression for a path or a type that means nothing.
 */
export function parseJsonMember(text: string, heading: Heading, family: Family): SqlExpression | undefined {
  const { attribute = '', path = '', type } = memberPattern.exec(text.trim())?.groups ?? {};
  if (heading.get(attribute)?.storage.kind !== 'json') return undefined;
  const member = { kind: 'member', attribute, path: readPath(path, text) } as const;
  if (type === undefined) return member;
  const { name = '', numbers = '' } = typePattern.exec(type.trim())?.groups ?? {};
  const cast = castType(name.toUpperCase(), numbers === '' ? [] : numbers.split(',').map(Number), family);
  if (cast === undefined)
    throw new InvalidExpression(`A member cannot be read as ${JSON.stringify(type.slice(0, 40))}.`);
  return { ...member, type: cast };
}

function readPath(path: string, text: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (let rest = path; rest !== ''; ) {
    const step = stepPattern.exec(rest);
    if (step === null || steps.length === 64) {
      throw new InvalidExpression(
        `A path to a member has names and positions, such as document.rig.lenses[0]; got ${JSON.stringify(text.slice(0, 80))}.`,
      );
    }
    steps.push(step.groups?.index === undefined ? (step.groups?.name as string) : Number(step.groups.index));
    rest = rest.slice(step[0].length);
  }
  return steps;
}
