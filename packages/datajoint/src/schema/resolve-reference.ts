import type { DeclaredForeignKey, Reference } from '../definition/declaration.ts';
import type { Parent } from '../definition/declare.ts';
import { definitionError } from '../definition/definition-line.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { camelCase, isClassName, masterOf } from '../naming.ts';
import { didYouMean } from '../suggest.ts';
import type { Catalog } from '../table/catalog.ts';
import type { Table } from '../table/table.ts';
import type { Schema } from './schema.ts';

/** What the names in a definition stand for, where they are no tables of the schema itself: tables and other schemas. */
export type Context = Readonly<Record<string, Table | Schema>>;

export interface Surroundings {
  readonly schema: Schema;
  /** The table that is being declared. */
  readonly name: TableName;
  readonly context: Context;
  readonly catalog: Catalog;
}

/**
 * Finds the table that a foreign key refers to.
 *
 * A word is looked up in the context first, then among the tables of the schema, as the Python library looks in the
 * program first; `master` is the table a part belongs to, and the first of several words may name another schema.
 * @throws DefinitionError with the nearest right name.
 */
export async function resolveReference(
  { reference, place }: DeclaredForeignKey,
  surroundings: Surroundings,
): Promise<Parent> {
  const { catalog } = surroundings;
  const name = await storedName(reference, surroundings);
  const found = name === undefined ? undefined : await catalog.find(name.schema, [name.table]);
  const [table] = found?.tables ?? [];
  if (found === undefined || table === undefined || table.isView) {
    throw definitionError(place, await unknown(reference, surroundings));
  }
  return {
    name: table.name,
    heading: await catalog.heading(table, found.generation),
    enums: await catalog.enums(table.name),
  };
}

async function storedName(reference: Reference, surroundings: Surroundings): Promise<TableName | undefined> {
  if (reference.stored !== undefined) return reference.stored;
  const { schema, name, context, catalog } = surroundings;
  const [first = '', ...rest] = reference.words;
  const known = Object.hasOwn(context, first) ? context[first] : undefined;
  if (known !== undefined) {
    if (typeof known.name === 'string') return await classIn(known as Schema, rest);
    const { className, name: place } = known as Table;
    return rest.length === 0 ? place : await classIn(schema.sibling(place.schema), [className, ...rest]);
  }
  if (first === 'master' && rest.length === 0) {
    const master = masterOf(name.table);
    return master === undefined ? undefined : { schema: name.schema, table: master };
  }
  if (isClassName(first)) return await classIn(schema, reference.words);
  return (await catalog.hasSchema(first)) ? await classIn(schema.sibling(first), rest) : undefined;
}

async function classIn(schema: Schema, words: readonly string[]): Promise<TableName | undefined> {
  return await schema.find(words.join('.'));
}

async function unknown(reference: Reference, { schema, name, context }: Surroundings): Promise<string> {
  if (reference.stored !== undefined) {
    return `There is no table ${reference.stored.schema}.${reference.stored.table} to refer to.`;
  }
  const wanted = reference.words.join('.');
  if (wanted === 'master') return `"master" is the table that a part belongs to; ${name.table} is no part.`;
  const [first = ''] = reference.words;
  const place = Object.hasOwn(context, first) || !isClassName(first) ? '' : ` of schema ${schema.name}`;
  const names = [...(await schema.tables()).map(({ className }) => className), ...Object.keys(context)];
  const near = didYouMean(wanted, names);
  const hint = near === '' ? ` Name it in the context, or declare ${camelCase(wanted)} first.` : near;
  return `There is no table ${JSON.stringify(wanted)}${place} to refer to.${hint}`;
}
