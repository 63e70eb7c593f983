import type { Executor } from '../connection/executor.ts';
import type { DependencyGraph } from '../dependencies/dependency-graph.ts';
import { type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { DataJointError } from '../errors.ts';
import { compileSelect } from '../expression/compile.ts';
import { allOf, anyOf, type Condition, never } from '../expression/condition.ts';
import type { Attribute } from '../heading/attribute.ts';
import { comparable } from '../heading/codec/compare.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import type { Heading } from '../heading/heading.ts';
import { spokenName } from '../naming.ts';
import { rowsOf } from './cascade-plan.ts';
import { dependents } from './dependents.ts';

/** More rows than this in a circle of foreign keys are refused: their keys are held as values. */
const maxCircleRows = 10_000;

interface Member {
  readonly name: TableName;
  readonly key: readonly Attribute[];
  /** Conditions on the primary keys of the rows found, by what was read. */
  readonly rows: Map<string, Condition>;
}

/**
 * Gathers, round by round, the rows of tables in a circle that depend on each other, starting from those that meet the
 * given conditions. Answers a condition per table that lists their keys.
 * @throws DataJointError for more than {@link maxCircleRows} rows, or a table in the circle without a primary key.
 */
export async function closeCircle(
  circle: readonly TableName[],
  start: ReadonlyMap<string, Condition>,
  graph: DependencyGraph,
  headings: ReadonlyMap<string, Heading>,
  executor: Executor,
): Promise<ReadonlyMap<string, Condition>> {
  const members = new Map<string, Member>();
  for (const name of circle) {
    members.set(tableKey(name), { name, key: primaryKey(name, headings), rows: new Map() });
  }
  let round = new Map(circle.map((name) => [tableKey(name), start.get(tableKey(name)) ?? never]));
  while (round.size > 0) {
    const found = new Map<string, Condition>();
    for (const [key, condition] of round) {
      const fresh = await newRows(members.get(key) as Member, condition, executor);
      if (fresh.length > 0) found.set(key, anyOf(fresh));
    }
    round = new Map();
    for (const foreignKey of graph.foreignKeys) {
      const condition = found.get(tableKey(foreignKey.parent));
      const child = tableKey(foreignKey.child);
      if (condition === undefined || !members.has(child)) continue;
      round.set(child, anyOf([round.get(child) ?? never, dependents(foreignKey, condition, executor)]));
    }
  }
  return new Map([...members].map(([key, { rows }]) => [key, anyOf([...rows.values()])]));
}

function primaryKey(name: TableName, headings: ReadonlyMap<string, Heading>): readonly Attribute[] {
  const key = headings.get(tableKey(name))?.attributes.filter(({ inKey }) => inKey) ?? [];
  if (key.length > 0) return key;
  throw new DataJointError(
    `Table ${spokenName(name)} refers to itself by way of foreign keys and has no visible primary key; ` +
      'its dependent rows cannot be followed.',
  );
}

async function newRows(member: Member, condition: Condition, executor: Executor): Promise<readonly Condition[]> {
  if (condition.kind === 'constant' && !condition.value) return [];
  const names = member.key.map(({ name }) => name);
  const select = compileSelect(rowsOf(member.name, condition, executor), executor.dialect, names);
  const { rows } = await executor.execute(select);
  const fresh: Condition[] = [];
  for (const cells of rows) {
    const id = cells.map(String).join('\0');
    if (member.rows.has(id)) continue;
    if (member.rows.size >= maxCircleRows) {
      throw new DataJointError(
        `More than ${maxCircleRows} rows of ${spokenName(member.name)} depend on each other in a circle; delete them in smaller groups.`,
      );
    }
    const terms = member.key.map(
      (attribute, index): Condition => ({
        kind: 'comparison',
        attribute,
        operator: '=',
        value: comparable(attribute, cells[index] as InputValue),
      }),
    );
    const row = allOf(terms);
    member.rows.set(id, row);
    fresh.push(row);
  }
  return fresh;
}
