import type { TypedValue } from '../dialect/dialect.ts';
import { InvalidRestriction, UnknownAttributeError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { foreignCharacter } from '../heading/codec/charset.ts';
import { comparable } from '../heading/codec/compare.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import { NumberLiteral } from '../heading/codec/number-literal.ts';
import { describeValue } from '../heading/codec/refusal.ts';
import type { Value } from '../heading/codec/value.ts';
import type { Heading } from '../heading/heading.ts';
import { TrustedSql } from '../sql/trusted-sql.ts';
import { didYouMean } from '../suggest.ts';
import { allOf, always, anyOf, type ComparisonOperator, type Condition, negated, never, unknown } from './condition.ts';
import { matchesByLineage, refuseDependent } from './match.ts';
import { Relation } from './relation.ts';
import { parseJsonMember } from './sql-expression/json-member.ts';
import { parseSqlExpression } from './sql-expression/parse.ts';
import { isAggregate, type SqlExpression } from './sql-expression/sql-expression.ts';
import type { Family } from './sql-expression/tokenize.ts';
import { UniversalSet } from './universal-set.ts';

/** All of the restrictions, where a plain list would mean any of them. */
export class AndList {
  readonly terms: readonly Restriction[];

  constructor(terms: readonly Restriction[]) {
    this.terms = Object.freeze([...terms]);
    Object.freeze(this);
  }
}

/** The rows the restriction leaves out. */
export class Not {
  readonly term: Restriction;

  constructor(term: Restriction) {
    this.term = term;
    Object.freeze(this);
  }
}

/**
 * Rows whose attributes have the values that others have in some row of another expression, whatever both are called:
 * `{animal: 'subject'}` has what is `animal` here equal to `subject` there.
 */
export class Matching {
  readonly relation: Relation;
  /** Attributes here, and those of the other expression. */
  readonly attributes: Readonly<Record<string, string>>;

  constructor(relation: Relation, attributes: Readonly<Record<string, string>>) {
    this.relation = relation;
    this.attributes = Object.freeze({ ...attributes });
    Object.freeze(this);
  }
}

export type Operator = ComparisonOperator | '<>' | 'LIKE' | 'NOT LIKE' | 'IN' | 'NOT IN' | 'BETWEEN';

/** One attribute against a value; a list of values for `IN`, a pair for `BETWEEN`. */
export class Comparison {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: InputValue;

  constructor(attribute: string, operator: Operator, value: InputValue) {
    this.attribute = attribute;
    this.operator = operator;
    this.value = value;
    Object.freeze(this);
  }
}

/**
 * Attribute names and the values they must have, such as a row or a key; names that are no attributes restrict nothing.
 */
export type Mapping = { readonly [attribute: string]: InputValue | Value };

/**
 * What an expression can be restricted by: a mapping, a list (any of its items), an {@link AndList}, {@link Not}, a
 * {@link Comparison}, an expression of SQL as text (checked against the heading), another expression of the algebra
 * (rows that match one of its rows; {@link Matching} where they have other names), a universal set (all rows), a boolean, or SQL that is vouched for.
 */
export type Restriction =
  | boolean
  | Mapping
  | AndList
  | Not
  | Comparison
  | Matching
  | string
  | TrustedSql
  | UniversalSet
  | Relation
  | readonly Restriction[];

/** How a restriction is read. */
export interface Reading {
  /** Whose rules of quoting its texts follow; MySQL's where nothing else is said. */
  readonly family?: Family;
  /** Whether attributes of the same name have to mean the same; they have to where nothing else is said. */
  readonly semanticCheck?: boolean;
}

/**
 * Checks a restriction against a heading and types its values.
 * @throws InvalidRestriction naming the attribute, the value or the word that does not fit.
 */
export function makeCondition(restriction: Restriction, heading: Heading, reading: Reading = {}): Condition {
  const make = (term: Restriction): Condition => makeCondition(term, heading, reading);
  if (typeof restriction === 'boolean') return restriction ? always : never;
  if (typeof restriction === 'string') return textCondition(restriction, heading, reading);
  if (restriction instanceof UniversalSet) return always;
  if (restriction instanceof TrustedSql) return { kind: 'trusted', text: restriction };
  if (restriction instanceof AndList) return allOf(restriction.terms.map(make));
  if (restriction instanceof Not) return negated(make(restriction.term));
  if (restriction instanceof Comparison) return comparisonCondition(restriction, heading);
  if (restriction instanceof Matching) return matching(restriction, heading);
  if (restriction instanceof Relation) return semijoin(restriction, heading, reading);
  if (Array.isArray(restriction)) return anyOf((restriction as readonly Restriction[]).map(make));
  if (typeof restriction === 'object' && restriction !== null && isPlain(restriction)) {
    return mappingCondition(restriction as Readonly<Record<string, InputValue>>, heading, reading);
  }
  throw new InvalidRestriction(
    `A restriction is a mapping, a list, an expression or a comparison; got ${describeValue(restriction)}.`,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Values that nothing compares with, such as one that could not be read, are refused as any other. */
function mappingCondition(
  mapping: Readonly<Record<string, InputValue>>,
  heading: Heading,
  { family = 'mysql' }: Reading,
): Condition {
  const terms = Object.entries(mapping).flatMap(([name, value]): readonly Condition[] => {
    if (heading.has(name)) return [comparisonCondition(new Comparison(name, '=', value), heading)];
    const member = parseJsonMember(name, heading, family);
    if (member !== undefined) return [memberCondition(name, member, value, heading)];
    // Passing over it, as over a name that is no attribute, would restrict nothing.
    const attribute = name.split(/[.:]/)[0] ?? '';
    if (!heading.has(attribute)) return [];
    throw new InvalidRestriction(
      `Attribute \`${attribute}\` holds no JSON that has members to restrict by; got ${describeValue(name)}.`,
    );
  });
  return allOf(terms);
}

function memberCondition(name: string, member: SqlExpression, value: InputValue, heading: Heading): Condition {
  const expression = (term: SqlExpression): Condition => ({ kind: 'expression', expression: term, heading });
  if (value === null || value === undefined) {
    return expression({ kind: 'is', operand: member, what: 'NULL', negated: false });
  }
  const text = typeof value === 'boolean' || typeof value === 'string' || isNumeric(value) ? String(value) : undefined;
  if (text === undefined) {
    throw new InvalidRestriction(
      `Member ${JSON.stringify(name)} is compared with a text or a number; got ${describeValue(value)}.`,
    );
  }
  const digits = isNumeric(value) && Number.isFinite(Number(text)) ? text : undefined;
  const number: SqlExpression = { kind: 'number', text: (digits ?? '').replace('-', '') };
  const right: SqlExpression =
    digits === undefined
      ? { kind: 'string', text }
      : digits.startsWith('-')
        ? { kind: 'unary', operator: '-', operand: number }
        : number;
  return expression({ kind: 'binary', operator: '=', left: member, right });
}

function isNumeric(value: InputValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral;
}

function textCondition(text: string, heading: Heading, { family = 'mysql' }: Reading): Condition {
  const expression = parseSqlExpression(text, heading, family);
  if (isAggregate(expression)) {
    throw new InvalidRestriction('A restriction looks at one row at a time; rows are taken together by aggr.');
  }
  return { kind: 'expression', expression, heading };
}

function comparisonCondition({ attribute: name, operator, value }: Comparison, heading: Heading): Condition {
  const attribute = heading.get(name);
  if (attribute === undefined) throw unknownAttribute(name, heading);
  switch (operator) {
    case 'IN':
      return membership(attribute, value);
    case 'NOT IN':
      return negated(membership(attribute, value));
    case 'BETWEEN':
      return range(attribute, value);
    case 'LIKE':
      return pattern(attribute, value);
    case 'NOT LIKE':
      return negated(pattern(attribute, value));
    case '=':
      return value === null || value === undefined
        ? { kind: 'null', name: attribute.name }
        : compared(attribute, '=', value);
    case '!=':
    case '<>':
      return value === null || value === undefined
        ? { kind: 'not', term: { kind: 'null', name: attribute.name } }
        : compared(attribute, '!=', value);
    default:
      return value === null || value === undefined ? unknown : compared(attribute, operator, value);
  }
}

function compared(attribute: Attribute, operator: ComparisonOperator, value: InputValue): Condition {
  const typed = comparable(attribute, value);
  if (isStorable(attribute, typed)) return { kind: 'comparison', attribute, operator, value: typed };
  if (operator === '=') return unequal(attribute);
  if (operator === '!=') return negated(unequal(attribute));
  throw notOrdered(attribute);
}

/** Whether the attribute's character set has all characters of a text. The database refuses to compare others. */
function isStorable({ charset }: Attribute, value: TypedValue): boolean {
  return value.as !== 'text' || foreignCharacter(value.value, charset) === undefined;
}

/** What `=` says of a value that the attribute cannot hold: false, and of NULL unknown. */
function unequal(attribute: Attribute): Condition {
  return allOf([{ kind: 'null', name: attribute.name }, unknown]);
}

function notOrdered(attribute: Attribute): InvalidRestriction {
  return new InvalidRestriction(
    `Attribute \`${attribute.name}\` holds characters of ${attribute.charset}; the value has others, which have no place in its order.`,
  );
}

function membership(attribute: Attribute, value: InputValue): Condition {
  if (!Array.isArray(value)) {
    throw new InvalidRestriction(
      `IN on attribute \`${attribute.name}\` expects a list of values; got ${describeValue(value)}.`,
    );
  }
  const items = value as readonly InputValue[];
  const isNull = items.some((item) => item === null || item === undefined);
  const values: readonly TypedValue[] = items
    .filter((item) => item !== null && item !== undefined)
    .map((item) => comparable(attribute, item));
  const storable = values.filter((value) => isStorable(attribute, value));
  return anyOf([
    ...(isNull ? [{ kind: 'null', name: attribute.name } as const] : []),
    ...(storable.length > 0 ? [{ kind: 'in', attribute, values: storable } as const] : []),
    ...(storable.length < values.length ? [unequal(attribute)] : []),
  ]);
}

function range(attribute: Attribute, value: InputValue): Condition {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new InvalidRestriction(
      `BETWEEN on attribute \`${attribute.name}\` expects a list of two values; got ${describeValue(value)}.`,
    );
  }
  const [low, high] = value as readonly InputValue[];
  if (low === null || low === undefined || high === null || high === undefined) return unknown;
  const ends = { low: comparable(attribute, low), high: comparable(attribute, high) };
  if (!isStorable(attribute, ends.low) || !isStorable(attribute, ends.high)) throw notOrdered(attribute);
  return { kind: 'between', attribute, ...ends };
}

function pattern(attribute: Attribute, value: InputValue): Condition {
  if (attribute.storage.kind !== 'text' && attribute.storage.kind !== 'json') {
    throw new InvalidRestriction(`LIKE is for texts; attribute \`${attribute.name}\` is ${attribute.type}.`);
  }
  if (value === null || value === undefined) return unknown;
  const text = { as: 'text', value: String(comparable(attribute, value).value) } as const;
  return isStorable(attribute, text)
    ? { kind: 'comparison', attribute, operator: 'LIKE', value: text }
    : unequal(attribute);
}

function unknownAttribute(name: string, { names }: Heading, where = 'here'): UnknownAttributeError {
  return new UnknownAttributeError(`There is no attribute \`${name}\` ${where}.${didYouMean(name, names)}`);
}

/** Whoever names the attributes says that they mean the same. */
function matching({ relation, attributes }: Matching, heading: Heading): Condition {
  const pairs = Object.entries(attributes);
  if (pairs.length === 0) throw new InvalidRestriction('Rows are matched by at least one attribute; got none.');
  for (const [here, there] of pairs) {
    if (!heading.has(here)) throw unknownAttribute(here, heading);
    if (!relation.heading.has(there)) throw unknownAttribute(there, relation.heading, 'there');
  }
  return { kind: 'matches', attributes: pairs, relation };
}

/** Rows that agree with a row of the other expression in all attributes of the same name. */
function semijoin(relation: Relation, heading: Heading, { semanticCheck = true }: Reading): Condition {
  const common = relation.heading.names.filter((name) => heading.has(name));
  if (common.length === 0) return { kind: 'exists', relation };
  const needsLineage = semanticCheck && matchesByLineage(heading, relation.heading);
  if (semanticCheck && !needsLineage) refuseDependent(heading, relation.heading);
  return {
    kind: 'matches',
    attributes: common.map((name) => [name, name]),
    relation,
    ...(needsLineage ? { needsLineage } : {}),
  };
}
