import type { Storage } from '../dialect/storage.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import type { Heading } from '../heading/heading.ts';
import type { OrderItem } from './order.ts';
import { AndList, Comparison, type Restriction } from './restriction.ts';

/** Where a row stands in an order: its values of the attributes the order goes by, as a record prints them. */
export type Place = readonly InputValue[];

const numbers: ReadonlySet<Storage['kind']> = new Set(['integer', 'year', 'bool', 'float', 'double']);
const times: ReadonlySet<Storage['kind']> = new Set(['date', 'datetime', 'time']);

/**
 * The attributes of an order by which rows cannot be asked for by their place: comparing has to put the values in the same order. It
 * does not for enums, which go by the order of their declaration, nor for texts that are converted before they are compared.
 */
export function withoutPlaces(order: readonly OrderItem[], heading: Heading): readonly string[] {
  return order.map(({ attribute }) => attribute).filter((name) => !isComparable(heading.get(name) as Attribute));
}

function isComparable({ storage: { kind }, databaseType, charset }: Attribute): boolean {
  if (kind === 'text') {
    const isWhole = charset === undefined || charset === 'PostgreSQL';
    return isWhole && /^(?:char|varchar|character|(?:tiny|medium|long)?text)\b(?!.*\[)/i.test(databaseType);
  }
  return numbers.has(kind) || times.has(kind) || kind === 'decimal' || kind === 'uuid';
}

/** The place of a row in an order; undefined where a value of it is none to compare with (NaN, a day that is none). */
export function placeOf(
  order: readonly OrderItem[],
  heading: Heading,
  value: (attribute: string) => InputValue | undefined,
): Place | undefined {
  const place: InputValue[] = [];
  for (const { attribute } of order) {
    const { storage } = heading.get(attribute) as Attribute;
    const found = value(attribute);
    const isWord = typeof found === 'string' && (numbers.has(storage.kind) || times.has(storage.kind));
    if (found === undefined || isWord) return undefined;
    place.push(found);
  }
  return place;
}

/** The rows that come after a place in an order that is total. NULL comes before all values, after them where it descends. */
export function after(order: readonly OrderItem[], place: Place, heading: Heading): Restriction {
  const terms = order.map((item, index): Restriction => {
    const same = order
      .slice(0, index)
      .map((before, at) => new Comparison(before.attribute, '=', place[at] as InputValue));
    return new AndList([...same, beyond(item, place[index] as InputValue, heading)]);
  });
  const [first] = order;
  if (first === undefined || terms.length === 1) return terms;
  // Says nothing new, but lets every server begin there in an index.
  return new AndList([notBefore(first, place[0] as InputValue, heading), terms]);
}

function beyond({ attribute, descending }: OrderItem, value: InputValue, heading: Heading): Restriction {
  if (value === null) return descending ? false : new Comparison(attribute, '!=', null);
  if (!descending) return new Comparison(attribute, '>', value);
  const less = new Comparison(attribute, '<', value);
  return heading.get(attribute)?.nullable ? [less, new Comparison(attribute, '=', null)] : less;
}

function notBefore({ attribute, descending }: OrderItem, value: InputValue, heading: Heading): Restriction {
  if (value === null || (descending && heading.get(attribute)?.nullable)) return true;
  return new Comparison(attribute, descending ? '<=' : '>=', value);
}
