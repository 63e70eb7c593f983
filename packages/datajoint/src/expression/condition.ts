import type { TypedValue } from '../dialect/dialect.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { Heading } from '../heading/heading.ts';
import type { TrustedSql } from '../sql/trusted-sql.ts';
import type { Relation } from './relation.ts';
import { attributesRead, type SqlExpression, sizeOf } from './sql-expression/sql-expression.ts';

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * What rows have to meet: a restriction that has been checked against a heading. A tree of plain, frozen values, so
 * that two of them can be compared and a plan can be printed.
 */
export type Condition =
  /** `null` is SQL's unknown: it holds for no row, and neither does its negation. */
  | { readonly kind: 'constant'; readonly value: boolean | null }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly kind: 'not'; readonly term: Condition }
  /** The term is false or unknown. */
  | { readonly kind: 'untrue'; readonly term: Condition }
  | { readonly kind: 'null'; readonly name: string }
  | {
      readonly kind: 'comparison';
      readonly attribute: Attribute;
      readonly operator: ComparisonOperator | 'LIKE';
      readonly value: TypedValue;
    }
  | { readonly kind: 'in'; readonly attribute: Attribute; readonly values: readonly TypedValue[] }
  | { readonly kind: 'between'; readonly attribute: Attribute; readonly low: TypedValue; readonly high: TypedValue }
  /** Attributes here equal to attributes of some row there. */
  | {
      readonly kind: 'matches';
      readonly attributes: readonly (readonly [here: string, there: string])[];
      readonly relation: Relation;
      /** The attributes have to be of the same lineage. */
      readonly needsLineage?: true;
    }
  /** The relation has any row at all. */
  | { readonly kind: 'exists'; readonly relation: Relation }
  /** A checked expression of SQL on attributes of a heading; here they may have other names. */
  | {
      readonly kind: 'expression';
      readonly expression: SqlExpression;
      readonly heading: Heading;
      readonly names?: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'trusted'; readonly text: TrustedSql };

export const always: Condition = Object.freeze({ kind: 'constant', value: true });
export const never: Condition = Object.freeze({ kind: 'constant', value: false });
export const unknown: Condition = Object.freeze({ kind: 'constant', value: null });

/** All of the terms; nested ands are flattened, what always holds falls away. */
export function allOf(terms: readonly Condition[]): Condition {
  const flat = terms.flatMap((term) => (term.kind === 'and' ? term.terms : [term]));
  const kept = flat.filter((term) => !isConstant(term, true));
  if (kept.some((term) => isConstant(term, false))) return never;
  return kept.length === 0 ? always : kept.length === 1 ? (kept[0] as Condition) : { kind: 'and', terms: kept };
}

/** Any of the terms; the same value given twice counts once. */
export function anyOf(terms: readonly Condition[]): Condition {
  const flat = terms.flatMap((term) => (term.kind === 'or' ? term.terms : [term]));
  const kept = [...new Set(flat)].filter((term) => !isConstant(term, false));
  if (kept.some((term) => isConstant(term, true))) return always;
  return kept.length === 0 ? never : kept.length === 1 ? (kept[0] as Condition) : { kind: 'or', terms: kept };
}

function isConstant(term: Condition, value: boolean): boolean {
  return term.kind === 'constant' && term.value === value;
}

export function negated(term: Condition): Condition {
  if (term.kind === 'constant') return term.value === null ? term : term.value ? never : always;
  return term.kind === 'not' ? term.term : { kind: 'not', term };
}

/** The names of the attributes that a condition reads; undefined where text of SQL hides them. */
export function attributesOf(condition: Condition): ReadonlySet<string> | undefined {
  switch (condition.kind) {
    case 'constant':
    case 'exists':
      return new Set();
    case 'trusted':
      return undefined;
    case 'not':
    case 'untrue':
      return attributesOf(condition.term);
    case 'and':
    case 'or': {
      const names = new Set<string>();
      for (const term of condition.terms) {
        const inner = attributesOf(term);
        if (inner === undefined) return undefined;
        for (const name of inner) names.add(name);
      }
      return names;
    }
    case 'null':
      return new Set([condition.name]);
    case 'matches':
      return new Set(condition.attributes.map(([here]) => here));
    case 'expression': {
      const read = [...attributesRead(condition.expression)];
      return new Set(read.map((name) => condition.names?.get(name) ?? name));
    }
    default:
      return new Set([condition.attribute.name]);
  }
}

/** The relations whose rows a condition looks into; not those that these look into. */
export function relationsIn(condition: Condition): readonly Relation[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(relationsIn);
    case 'not':
    case 'untrue':
      return relationsIn(condition.term);
    case 'matches':
    case 'exists':
      return [condition.relation];
    default:
      return [];
  }
}

/** By how many parts a condition grows once attributes of so many parts are filled in. */
export function growthOf(condition: Condition, size: (name: string) => number): number {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.reduce((sum, term) => sum + growthOf(term, size), 0);
    case 'not':
    case 'untrue':
      return growthOf(condition.term, size);
    case 'expression': {
      const { expression, names } = condition;
      return sizeOf(expression, (name) => size(names?.get(name) ?? name)) - sizeOf(expression, () => 1);
    }
    default:
      return [...(attributesOf(condition) ?? [])].reduce((sum, name) => sum + size(name) - 1, 0);
  }
}

/** The condition on attributes of other names that hold the same values. */
export function renamed(condition: Condition, names: ReadonlyMap<string, string>): Condition {
  const rename = (name: string): string => names.get(name) ?? name;
  switch (condition.kind) {
    case 'and':
      return allOf(condition.terms.map((term) => renamed(term, names)));
    case 'or':
      return anyOf(condition.terms.map((term) => renamed(term, names)));
    case 'not':
      return negated(renamed(condition.term, names));
    case 'untrue':
      return { kind: 'untrue', term: renamed(condition.term, names) };
    case 'null':
      return { kind: 'null', name: rename(condition.name) };
    case 'matches':
      return { ...condition, attributes: condition.attributes.map(([here, there]) => [rename(here), there]) };
    case 'expression': {
      const read = [...attributesRead(condition.expression)];
      return { ...condition, names: new Map(read.map((name) => [name, rename(condition.names?.get(name) ?? name)])) };
    }
    case 'comparison':
    case 'in':
    case 'between':
      return { ...condition, attribute: { ...condition.attribute, name: rename(condition.attribute.name) } };
    default:
      return condition;
  }
}
