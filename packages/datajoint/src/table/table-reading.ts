import { catalogTypes } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { AccessError } from '../errors.ts';
import type { Attribute, Generation } from '../heading/attribute.ts';
import type { Heading } from '../heading/heading.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { Sql } from '../sql/sql.ts';

/** A table whose columns are read, and what else its heading is made of. */
interface ReadTable {
  readonly name: TableName;
  readonly comment: string;
  readonly generation: Generation;
  readonly objects: Attribute['objects'];
}

/** What a table's columns were found to be. */
export interface TableReading {
  readonly heading: Heading;
  readonly table: ReadTable;
  readonly columns: readonly ColumnRow[];
  /** The attributes that hold JSON though their type does not say so. */
  readonly json: ReadonlySet<string>;
  /** When the columns were asked for, in the time of `performance.now()`. */
  readonly askedAt: number;
  /** What asks how the table is declared: the same statement each time, which is written once. */
  readonly question: Sql;
  /** How the table was declared just before that; undefined where nobody asked, null where the database does not tell. */
  readonly declaration: string | null | undefined;
}

/** Milliseconds after which the columns are read again, even if the declaration is the same as before. */
const longestTrust = 1000;

/**
 * Reads what a table's columns are now. Of a table that is asked about again and again, as many writers do, it is only
 * seen that it is declared as before. What has not changed keeps its heading, and all that was made out from it.
 */
export async function readTable(
  table: ReadTable,
  executor: Executor,
  before: TableReading | undefined,
  maxAge: number,
): Promise<TableReading> {
  const isRecent = before !== undefined && performance.now() - before.askedAt < Math.min(maxAge, longestTrust);
  const isTold = isRecent && before.declaration !== null;
  const declaration = isTold ? await declarationOf(before.question, executor) : isRecent ? null : undefined;
  const isAsBefore =
    isTold && declaration !== null && declaration === before.declaration && isSameTable(table, before.table);
  return isAsBefore ? before : await readColumns(table, executor, before, declaration);
}

async function readColumns(
  table: ReadTable,
  executor: Executor,
  before: TableReading | undefined,
  declaration: string | null | undefined,
): Promise<TableReading> {
  const { catalog, types } = executor.dialect;
  const { schema, table: name } = table.name;
  const askedAt = performance.now();
  const { rows } = await executor.execute(catalog.columns(schema, name), { typedBy: catalogTypes });
  const columns = rows as unknown as readonly ColumnRow[];
  const question = before?.question ?? catalog.declaration(schema, name);
  const json = await jsonAttributes(question, columns, executor, declaration);
  const place = { schema, ...(table.objects === undefined ? {} : { objects: table.objects }) };
  const isSame =
    before !== undefined &&
    isSameTable(table, before.table) &&
    columns.length === before.columns.length &&
    columns.every((column, index) => areSame(column, before.columns[index] ?? [])) &&
    areSame([...json], [...before.json]);
  const heading = isSame ? before.heading : readHeading(columns, table.comment, table.generation, types, json, place);
  return { heading, table, columns, json, askedAt, question, declaration };
}

/** The text that changes whenever the columns do; null where the database does not tell it, or not this user. */
async function declarationOf(question: Sql, executor: Executor): Promise<string | null> {
  try {
    const { rows } = await executor.execute(question, { typedBy: catalogTypes });
    return executor.dialect.catalog.readDeclaration(rows) ?? null;
  } catch (error) {
    // More users may see the columns.
    if (error instanceof AccessError) return null;
    throw error;
  }
}

/** The attributes that only the table's declaration says are JSON. */
async function jsonAttributes(
  question: Sql,
  columns: readonly ColumnRow[],
  executor: Executor,
  declaration: string | null | undefined,
): Promise<ReadonlySet<string>> {
  const { catalog, json } = executor.dialect;
  const isCandidate = ([, type, collation]: ColumnRow): boolean => json?.isCandidate(type, collation) === true;
  if (json === undefined || !columns.some(isCandidate)) return new Set();
  const text = declaration ?? catalog.readDeclaration((await executor.execute(question)).rows);
  return json.attributes(text ?? '');
}

function isSameTable(table: ReadTable, before: ReadTable): boolean {
  return table.comment === before.comment && table.generation === before.generation;
}

function areSame(cells: readonly unknown[], before: readonly unknown[]): boolean {
  return cells.length === before.length && cells.every((cell, index) => cell === before[index]);
}
