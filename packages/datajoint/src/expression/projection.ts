import { InvalidExpression, UnknownAttributeError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Heading } from '../heading/heading.ts';
import { didYouMean } from '../suggest.ts';
import type { Columns, Relation, RelationState } from './relation.ts';
import { parseJsonMember } from './sql-expression/json-member.ts';
import { parseSqlExpression } from './sql-expression/parse.ts';
import { isAggregate, type SqlExpression } from './sql-expression/sql-expression.ts';
import type { Family } from './sql-expression/tokenize.ts';
import { typeOf } from './sql-expression/type-of.ts';

/**
 * What is kept or made of an expression's attributes: a name; `...` for all secondary attributes; `-name` for all but
 * this one; or new names with what they are: `{start: 'session_date'}` renames, `{copy: '(session)'}` gives a second
 * name, and any other text is an expression of SQL, checked against the heading.
 */
export type ProjectionItem = string | { readonly [name: string]: string };

/**
 * The primary key and what else is named, renamed or computed.
 * @throws UnknownAttributeError, InvalidExpression
 */
export function project(relation: Relation, items: readonly ProjectionItem[]): RelationState {
  const { executor, heading } = relation;
  const columns = readColumns(items, heading, executor.dialect.name);
  for (const [name, expression] of columns) {
    if (!isAggregate(expression)) continue;
    throw new InvalidExpression(`\`${name}\` takes rows together, which aggr does; proj looks at one row at a time.`);
  }
  const result = projectedHeading(columns, heading, executor.dialect.name);
  return { executor, heading: result, operation: { kind: 'projection', of: relation, columns } };
}

/** What each attribute of the result is, in the result's order. */
export function readColumns(items: readonly ProjectionItem[], heading: Heading, family: Family): Columns {
  const named = new Map<string, SqlExpression>();
  const replaced = new Set<string>();
  const copies = new Set<string>();
  for (const [name, text] of items.flatMap((item) => (typeof item === 'string' ? [] : Object.entries(item)))) {
    if (!/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name)) {
      throw new InvalidExpression(`An attribute cannot be named ${JSON.stringify(name.slice(0, 80))}.`);
    }
    if (named.has(name)) throw alreadyThere(name);
    const { expression, renames } = readText(text, heading, family);
    if (renames !== undefined) replaced.add(renames);
    else copies.add(name);
    named.set(name, expression);
  }
  const kept = keptNames(items, heading, replaced);
  const taken = [...named.keys()].find((name) => kept.has(name));
  if (taken !== undefined) throw alreadyThere(taken);
  const of = (attribute: string): readonly string[] => {
    const names = [...named].flatMap(([name, column]) =>
      column.kind === 'attribute' && column.name === attribute ? [name] : [],
    );
    return [...names.filter((name) => !copies.has(name)), ...names.filter((name) => copies.has(name))];
  };
  // A renamed attribute takes the place of, or follows, the one it was, copies after it; what is computed comes last.
  const columns = heading.names.flatMap((name): [string, SqlExpression][] => [
    ...(kept.has(name) ? [[name, { kind: 'attribute', name }] as [string, SqlExpression]] : []),
    ...of(name).map((own): [string, SqlExpression] => [own, { kind: 'attribute', name }]),
  ]);
  return new Map([...columns, ...[...named].filter(([, { kind }]) => kind !== 'attribute')]);
}

function alreadyThere(name: string): InvalidExpression {
  return new InvalidExpression(`Attribute \`${name}\` is there already: a name stands for one attribute.`);
}

const constants: ReadonlySet<string> = new Set(['NULL', 'CURRENT_TIMESTAMP', 'TRUE', 'FALSE']);

function readText(
  text: string,
  heading: Heading,
  family: Family,
): { readonly expression: SqlExpression; readonly renames?: string } {
  if (typeof text !== 'string') {
    throw new InvalidExpression('What an attribute is to be is said by a text: a name, or an expression of SQL.');
  }
  const name = /^\s*([\p{L}_][\p{L}\p{N}_$]*)\s*$/u.exec(text)?.[1];
  if (name !== undefined && (heading.has(name) || !constants.has(name.toUpperCase()))) {
    if (!heading.has(name)) throw unknownAttribute(name, heading);
    return { expression: { kind: 'attribute', name }, renames: name };
  }
  return {
    expression: parseJsonMember(text, heading, family) ?? parseSqlExpression(text, heading, family),
  };
}

function keptNames(
  items: readonly ProjectionItem[],
  heading: Heading,
  replaced: ReadonlySet<string>,
): ReadonlySet<string> {
  const names = items.filter((item) => typeof item === 'string').map((item) => item.trim());
  const excluded = names.filter((name) => name.startsWith('-')).map((name) => name.replace(/^-+/, '').trim());
  const key = excluded.find((name) => heading.get(name)?.inKey === true);
  if (key !== undefined) throw new InvalidExpression(`The primary key attribute \`${key}\` cannot be left out.`);
  const chosen = names.filter((name) => !name.startsWith('-') && name !== '...');
  const unknown = chosen.find((name) => !heading.has(name));
  if (unknown !== undefined) throw unknownAttribute(unknown, heading);
  const others = names.includes('...') ? heading.secondary : [];
  const unchanged = [...heading.primaryKey, ...others].filter((name) => !replaced.has(name));
  return new Set([...unchanged, ...chosen].filter((name) => !excluded.includes(name)));
}

function unknownAttribute(name: string, heading: Heading): UnknownAttributeError {
  return new UnknownAttributeError(
    `There is no attribute \`${name.slice(0, 80)}\` here.${didYouMean(name, heading.names)}`,
  );
}

/** The heading of what is made of another's attributes. */
export function projectedHeading(columns: Columns, heading: Heading, family: Family): Heading {
  const attributes = [...columns].map(([name, expression]): Attribute => {
    const own = expression.kind === 'attribute' ? heading.get(expression.name) : undefined;
    return own === undefined ? computedAttribute(name, expression, heading, family) : { ...own, name };
  });
  return new Heading(attributes, heading.comment, heading.generation, heading.hidden);
}

function computedAttribute(name: string, expression: SqlExpression, heading: Heading, family: Family): Attribute {
  const { storage, databaseType } = typeOf(expression, heading, family);
  return {
    name,
    type: 'expression',
    databaseType,
    comment: 'calculated attribute',
    inKey: false,
    nullable: true,
    autoincrement: false,
    default: null,
    storage,
  };
}
