import type { Cell, ExecuteOptions } from '../connection/driver.ts';
import { CancelledError, InvalidRestriction, TimeoutError, UnknownAttributeError } from '../errors.ts';
import { type Attribute, isOpaque } from '../heading/attribute.ts';
import { didYouMean } from '../suggest.ts';
import type { QueryExpression } from './query-expression.ts';
import { Comparison } from './restriction.ts';
import { U } from './u.ts';

export interface ValuesOptions extends ExecuteOptions {
  /** Only values that have this in them; for texts. */
  readonly containing?: string | undefined;
  /** How many, at most. */
  readonly limit: number;
  /** Milliseconds that counting may take; beyond, the values come without their numbers. */
  readonly countTime: number;
}

export interface DistinctValues {
  readonly attribute: Attribute;
  /** In the database's order; `count` is undefined where counting took too long. */
  readonly values: readonly { readonly cell: Cell; readonly count: number | undefined }[];
  /** Whether these are all. */
  readonly isComplete: boolean;
}

/**
 * The values that an attribute has, each once, with the number of rows that have it.
 * @throws UnknownAttributeError, InvalidRestriction for an attribute whose values cannot be listed or searched
 */
export async function distinctValues(
  rows: QueryExpression,
  name: string,
  { containing, limit, countTime, signal }: ValuesOptions,
): Promise<DistinctValues> {
  const attribute = rows.heading.get(name);
  if (attribute === undefined) {
    const hint = didYouMean(name, rows.heading.names);
    throw new UnknownAttributeError(`There is no attribute \`${name}\` here.${hint}`, { details: { attribute: name } });
  }
  if (isOpaque(attribute) || attribute.storage.kind === 'json') {
    throw new InvalidRestriction(`The values of attribute \`${name}\` cannot be listed: it is ${attribute.type}.`);
  }
  if (containing !== undefined && attribute.storage.kind !== 'text') {
    throw new InvalidRestriction(
      `Only texts can be searched for what they contain (\`q\`); attribute \`${name}\` is ${attribute.type}.`,
    );
  }
  const pattern = containing === undefined ? undefined : `%${containing.replace(/[\\%_]/g, '\\$&')}%`;
  const matching = pattern === undefined ? rows : rows.restrict(new Comparison(name, 'LIKE', pattern));
  const counter = name === 'count' ? 'counted' : 'count';
  const set = new U(name);
  const first = { order: name, limit: limit + 1 };
  const counted = set.aggr(matching, { [counter]: 'count(*)' }).first(first);
  const inTime = AbortSignal.timeout(countTime);
  const cells =
    (await gathered(
      counted.cells([name, counter], { signal: signal ? AbortSignal.any([signal, inTime]) : inTime }),
      () => inTime.aborted && signal?.aborted !== true,
    )) ??
    (await gathered(set.restrict(matching).first(first).cells([name], { signal }), () => false)) ??
    [];
  const values = cells
    .slice(0, limit)
    .map(([cell = null, count]) => ({ cell, count: count === undefined ? undefined : Number(count) }));
  return { attribute, values, isComplete: cells.length <= limit };
}

/** All rows of a stream; undefined where it was given up for lack of time. */
async function gathered(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  isLate: () => boolean,
): Promise<readonly (readonly Cell[])[] | undefined> {
  const rows: (readonly Cell[])[] = [];
  try {
    for await (const batch of batches) rows.push(...batch);
    return rows;
  } catch (error) {
    if (isLate() && (error instanceof CancelledError || error instanceof TimeoutError)) return undefined;
    throw error;
  }
}
