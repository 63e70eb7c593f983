import type { ExecuteOptions } from '../connection/driver.ts';
import { type ForeignKey, type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { InvalidRestriction } from '../errors.ts';
import { anyOf, type Condition } from '../expression/condition.ts';
import { didYouMean } from '../suggest.ts';
import { type CountedStep, countStep, rowsOf } from './cascade-plan.ts';
import { dependents } from './dependents.ts';
import { bounded } from './plan-cascade.ts';
import type { Table } from './table.ts';

export type Direction = 'up' | 'down';

/** Rows that a table's rows refer to, or that refer to them, by one foreign key. */
export interface Neighbour extends CountedStep {
  readonly direction: Direction;
  /** How many foreign keys away, from 1. */
  readonly depth: number;
  readonly foreignKey: ForeignKey;
}

export interface NeighbourOptions extends ExecuteOptions {
  readonly directions: readonly Direction[];
  /** How many foreign keys to follow. */
  readonly depth: number;
  /** Only the neighbours by this foreign key of the table itself, and what lies beyond. */
  readonly constraint?: string | undefined;
}

/**
 * Counts the rows around some rows of a table, for each foreign key by itself, nearest first. A table that is reached
 * again further away is told of, but not gone beyond.
 * @throws InvalidRestriction for a foreign key that is none of the table's in these directions.
 */
export async function neighbours(table: Table, options: NeighbourOptions): Promise<readonly Neighbour[]> {
  await mustHave(table, options);
  const found: Neighbour[] = [];
  for (const direction of options.directions) found.push(...(await follow(table, direction, options)));
  return found;
}

async function mustHave(
  { name, className, catalog }: Table,
  { constraint, directions }: NeighbourOptions,
): Promise<void> {
  if (constraint === undefined) return;
  const keys = await Promise.all(directions.map((direction) => keysOf(catalog, name, direction)));
  const known = keys.flat().map((key) => key.constraint);
  if (known.includes(constraint)) return;
  const ways = directions.map((direction) => (direction === 'down' ? 'that refers to it' : 'of its own')).join(' or ');
  const list = known.length === 0 ? 'there is none' : `known are ${known.slice(0, mostNamed).join(', ')}`;
  throw new InvalidRestriction(
    `${className} has no foreign key ${JSON.stringify(constraint.slice(0, 80))} ${ways}; ${list}.` +
      didYouMean(constraint, known),
  );
}

const mostNamed = 20;

function keysOf(catalog: Table['catalog'], name: TableName, direction: Direction): Promise<readonly ForeignKey[]> {
  return direction === 'down' ? catalog.foreignKeysInto(name) : catalog.foreignKeysOf(name);
}

async function follow(
  { name, condition, catalog, executor }: Table,
  direction: Direction,
  { depth: most, constraint, signal }: NeighbourOptions,
): Promise<readonly Neighbour[]> {
  const found: Neighbour[] = [];
  const visited = new Set([tableKey(name)]);
  let frontier = [{ name, condition }];
  for (let depth = 1; depth <= most && frontier.length > 0; depth += 1) {
    const next = new Map<string, { name: TableName; condition: Condition }>();
    for (const from of frontier) {
      for (const foreignKey of await keysOf(catalog, from.name, direction)) {
        if (depth === 1 && constraint !== undefined && foreignKey.constraint !== constraint) continue;
        const there = direction === 'down' ? foreignKey.child : foreignKey.parent;
        if (direction === 'up' && (await catalog.find(there.schema, [there.table])).tables.length === 0) continue;
        const reached =
          direction === 'down'
            ? dependents(foreignKey, from.condition, executor)
            : referenced(foreignKey, rowsOf(from.name, from.condition, executor));
        const step = { name: there, condition: bounded(reached, there, executor) };
        found.push({ ...(await countStep(step, executor, { signal })), direction, depth, foreignKey });
        if (visited.has(tableKey(there))) continue;
        const known = next.get(tableKey(there));
        next.set(tableKey(there), { name: there, condition: anyOf([...(known ? [known.condition] : []), reached]) });
      }
    }
    for (const key of next.keys()) visited.add(key);
    frontier = [...next.values()];
  }
  return found;
}

/** The parent's rows that some of the child's rows refer to. */
function referenced({ attributes }: ForeignKey, relation: ReturnType<typeof rowsOf>): Condition {
  return { kind: 'matches', attributes: attributes.map(([child, parent]) => [parent, child]), relation };
}
