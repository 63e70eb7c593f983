import type { TypedValue } from '../dialect/dialect.ts';
import { InvalidRestriction, UnknownAttributeError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { foreignCharacter } from '../heading/codec/charset.ts';
import { comparable } from '../heading/codec/compare.ts';
import { describeValue, type InputValue } from '../heading/codec/encode.ts';
import type { Heading } from '../heading/heading.ts';
import { TrustedSql } from '../sql/trusted-sql.ts';
import { didYouMean } from '../suggest.ts';
import { allOf, always, anyOf, type ComparisonOperator, type Condition, negated, never, unknown } from './condition.ts';
import { Relation } from './relation.ts';

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

/** Attribute names and the values they must have; names that are no attributes restrict nothing. */
export type Mapping = { readonly [attribute: string]: InputValue };

/**
 * What an expression can be restricted by: a mapping, a list (any of its items), an {@link AndList}, {@link Not}, a
 * {@link Comparison}, another expression (rows that match one of its rows), a boolean, or SQL that is vouched for.
 */
export type Restriction =
  | boolean
  | Mapping
  | AndList
  | Not
  | Comparison
  | TrustedSql
  | Relation
  | readonly Restriction[];

/**
 * Checks a restriction against a heading and types its values.
 * @throws InvalidRestriction naming the attribute, the value or the word that does not fit.
 */
export function makeCondition(restriction: Restriction, heading: Heading): Condition {
  if (typeof restriction === 'boolean') return restriction ? always : never;
  if (restriction instanceof TrustedSql) return { kind: 'trusted', text: restriction };
  if (restriction instanceof AndList) return allOf(restriction.terms.map((term) => makeCondition(term, heading)));
  if (restriction instanceof Not) return negated(makeCondition(restriction.term, heading));
  if (restriction instanceof Comparison) return comparisonCondition(restriction, heading);
  if (restriction instanceof Relation) return semijoin(restriction, heading);
  if (Array.isArray(restriction)) {
    return anyOf((restriction as readonly Restriction[]).map((term) => makeCondition(term, heading)));
  }
  if (typeof restriction === 'object' && restriction !== null && isPlain(restriction)) {
    return mappingCondition(restriction as Mapping, heading);
  }
  throw new InvalidRestriction(
    `A restriction is a mapping, a list, an expression or a comparison; got ${describeValue(restriction)}.`,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function mappingCondition(mapping: Mapping, heading: Heading): Condition {
  const path = Object.keys(mapping).find((name) => !heading.has(name) && heading.has(name.split(/[.:]/)[0] ?? ''));
  if (path !== undefined) {
    // Passing over it, as over a name that is no attribute, would restrict nothing.
    throw new InvalidRestriction(`Members of JSON cannot be restricted by here; got ${describeValue(path)}.`);
  }
  const terms = Object.entries(mapping)
    .filter(([name]) => heading.has(name))
    .map(([name, value]) => comparisonCondition(new Comparison(name, '=', value), heading));
  return allOf(terms);
}

function comparisonCondition({ attribute: name, operator, value }: Comparison, heading: Heading): Condition {
  const attribute = heading.get(name);
  if (attribute === undefined) {
    throw new UnknownAttributeError(`There is no attribute \`${name}\` here.${didYouMean(name, heading.names)}`);
  }
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

/** Rows that agree with a row of the other expression in all attributes of the same name. */
function semijoin(relation: Relation, heading: Heading): Condition {
  const common = relation.heading.names.filter((name) => heading.has(name));
  if (common.length === 0) return { kind: 'exists', relation };
  const dependent = common.find((name) => !heading.get(name)?.inKey && !relation.heading.get(name)?.inKey);
  if (dependent !== undefined) {
    throw new InvalidRestriction(
      `Cannot restrict by an expression that shares the dependent attribute \`${dependent}\`; ` +
        'project it away or rename it in one of the two.',
    );
  }
  return { kind: 'matches', attributes: common.map((name) => [name, name]), relation };
}
