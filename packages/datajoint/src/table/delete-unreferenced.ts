import { attempt } from '../connection/attempt.ts';
import type { Executor } from '../connection/executor.ts';
import type { Transaction } from '../connection/transaction.ts';
import type { DependencyGraph } from '../dependencies/dependency-graph.ts';
import { type ForeignKey, type TableName, tableKey } from '../dependencies/foreign-key.ts';
import { AccessError, IntegrityError } from '../errors.ts';
import { compileExists } from '../expression/compile.ts';
import { allOf, type Condition } from '../expression/condition.ts';
import { isTrue } from '../heading/codec/truth.ts';
import { quote, spokenName } from '../naming.ts';
import { rowsOf } from './cascade-plan.ts';
import { dependents } from './dependents.ts';
import { deleteRows } from './run-cascade.ts';

/**
 * Deletes rows on which nothing depends.
 *
 * Dependents are looked for first, so that the answer is the same on every server and a foreign key that would delete
 * its rows along does not.
 * @throws IntegrityError naming a child with dependent rows; the names are null where the user does not see the child.
 *   `details.documented` says it as the documented API does.
 */
export async function deleteUnreferenced(
  name: TableName,
  condition: Condition,
  graph: DependencyGraph,
  transaction: Transaction,
): Promise<number> {
  const children = graph.children(name);
  for (const foreignKey of children) {
    if (await hasDependents(foreignKey, condition, transaction)) throw await blockedBy(foreignKey, transaction);
  }
  try {
    return await attempt(transaction, () => deleteRows(name, condition, transaction));
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    const { constraint, childSchema, childTable } = error.details;
    const known = children.find(
      ({ child, constraint: own }) => child.schema === childSchema && child.table === childTable && own === constraint,
    );
    throw known === undefined ? blockedByHidden(error) : await blockedBy(known, transaction, error);
  }
}

async function hasDependents(foreignKey: ForeignKey, condition: Condition, executor: Executor): Promise<boolean> {
  const { child, parent } = foreignKey;
  const depends = dependents(foreignKey, condition, executor);
  // Rows of the table itself that go together are no obstacle to each other.
  const left = tableKey(child) === tableKey(parent) ? allOf([depends, { kind: 'untrue', term: condition }]) : depends;
  const relation = rowsOf(child, left, executor);
  try {
    const { rows } = await attempt(executor, () => executor.execute(compileExists(relation, executor.dialect)));
    return isTrue(rows[0]?.[0]);
  } catch (error) {
    // Who may not read the child leaves it to the database to say whether something is in the way.
    if (error instanceof AccessError) return false;
    throw error;
  }
}

/** The error of a foreign key the user can see. */
async function blockedBy(foreignKey: ForeignKey, executor: Executor, cause?: unknown): Promise<IntegrityError> {
  const { constraint, child, parent, attributes } = foreignKey;
  const [here, there] = [spokenName(child, parent.schema), spokenName({ table: parent.table })];
  const by = attributes.map(([own]) => own).join(', ');
  return new IntegrityError(
    `Rows of ${here} refer by ${by} to rows of ${there} that were to be deleted. Delete those first, or let the delete cascade.`,
    {
      cause,
      details: {
        childSchema: child.schema,
        childTable: child.table,
        constraint,
        documented: await documentedRefusal(foreignKey, executor),
      },
    },
  );
}

/** The same in the words that the documented API answers, which are those of MySQL, on every database. */
async function documentedRefusal(foreignKey: ForeignKey, executor: Executor): Promise<string> {
  const { constraint, child, parent, attributes } = foreignKey;
  const list = (names: readonly string[]): string => names.map((name) => quote(name)).join(', ');
  const referenced =
    parent.schema === child.schema ? quote(parent.table) : `${quote(parent.schema)}.${quote(parent.table)}`;
  return (
    'Cannot delete or update a parent row: a foreign key constraint fails ' +
    `(${quote(child.schema)}.${quote(child.table)}, CONSTRAINT ${quote(constraint)} ` +
    `FOREIGN KEY (${list(attributes.map(([here]) => here))}) ` +
    `REFERENCES ${referenced} (${list(attributes.map(([, there]) => there))})` +
    `${await actions(foreignKey, executor)})`
  );
}

/** What servers call the default. */
const refusals: ReadonlySet<unknown> = new Set(['RESTRICT', 'NO ACTION']);

/** The actions of a foreign key as its declaration would have them; the default, to refuse, is not written. */
async function actions({ constraint, child }: ForeignKey, executor: Executor): Promise<string> {
  const statement = executor.dialect.catalog.referentialActions(child.schema, child.table, constraint);
  const [onDelete, onUpdate] = (await executor.execute(statement)).rows[0] ?? [];
  const written = (clause: string, action: unknown): string =>
    action === undefined || refusals.has(action) ? '' : ` ${clause} ${String(action)}`;
  return written('ON DELETE', onDelete) + written('ON UPDATE', onUpdate);
}

/** The error of a foreign key the user cannot see; it names nothing. */
export function blockedByHidden(cause: unknown): IntegrityError {
  return new IntegrityError(
    'Cannot delete or update a parent row: rows of a table that you have no access to depend on it. ' +
      'Ask the owner of the pipeline to delete it.',
    { cause, details: { childSchema: null, childTable: null, constraint: null } },
  );
}
