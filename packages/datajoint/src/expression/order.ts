import { InvalidRestriction, UnknownAttributeError } from '../errors.ts';
import { isOpaque } from '../heading/attribute.ts';
import type { Heading } from '../heading/heading.ts';
import { didYouMean } from '../suggest.ts';

export interface OrderItem {
  readonly attribute: string;
  readonly descending: boolean;
}

/** Items such as `session_date DESC`; `KEY` stands for the primary key. One text may hold several, with commas. */
export type Order = string | readonly string[];

const itemPattern = /^(?<name>.+?)(?:\s+(?<direction>asc|desc))?$/is;

/**
 * Reads an order against a heading. Nothing given means `KEY`. An attribute that comes again puts nothing more in
 * order, and is left out.
 * @throws InvalidRestriction for an unknown attribute or a direction that is neither ASC nor DESC.
 */
export function parseOrder(order: Order, heading: Heading): readonly OrderItem[] {
  const texts = typeof order === 'string' ? [order] : order;
  const items = texts.flatMap((text) => (text === '' ? [] : isOneItem(text, heading) ? [text] : text.split(',')));
  const read = (items.length === 0 ? ['KEY'] : items).flatMap((item) => parseItem(item.trim(), heading));
  const first = new Map(read.toReversed().map((item) => [item.attribute, item]));
  return read.filter((item) => first.get(item.attribute) === item);
}

/** Names may hold commas, too. */
function isOneItem(text: string, heading: Heading): boolean {
  return heading.has(itemPattern.exec(text.trim())?.groups?.name ?? '');
}

function parseItem(item: string, heading: Heading): readonly OrderItem[] {
  const { name = '', direction = 'asc' } = itemPattern.exec(item)?.groups ?? {};
  const descending = direction.toLowerCase() === 'desc';
  if (name === 'KEY' && !heading.has('KEY')) return heading.primaryKey.map((attribute) => ({ attribute, descending }));
  if (heading.has(name)) return [{ attribute: name, descending }];
  const hint = didYouMean(name, heading.names);
  if (/^[^\s,]+$/.test(name)) {
    throw new UnknownAttributeError(`There is no attribute ${JSON.stringify(name.slice(0, 80))} to order by.${hint}`);
  }
  throw new InvalidRestriction(
    `An order is a list of "attribute [ASC|DESC]" or KEY; got ${JSON.stringify(item.slice(0, 80))}.${hint}`,
  );
}

/**
 * The items, then what makes the order total, so that pages neither overlap nor leave rows out: the rest of the
 * primary key, or every comparable attribute where there is no key.
 */
export function totalOrder(items: readonly OrderItem[], heading: Heading): readonly OrderItem[] {
  const ordered = new Set(items.map(({ attribute }) => attribute));
  const unique = heading.primaryKey.length > 0 ? heading.primaryKey : comparableNames(heading);
  const rest = unique.filter((name) => !ordered.has(name));
  return [...items, ...rest.map((attribute) => ({ attribute, descending: false }))];
}

function comparableNames(heading: Heading): readonly string[] {
  return heading.attributes.filter((attribute) => !isOpaque(attribute)).map(({ name }) => name);
}
