import type { QueryExpression } from '../expression/query-expression.ts';
import type { Row } from '../expression/record-types.ts';
import type { Tier } from '../naming.ts';
import type { TrustedSql } from '../sql/trusted-sql.ts';
import type { InputRow } from '../table/insert.ts';
import type { Make } from './make.ts';

type Definition = string | TrustedSql;

/** What every table may have. */
export interface TableOptions {
  /** Definitions of its parts, by their names without the master's. */
  readonly parts?: Readonly<Record<string, Definition>>;
}

export interface ComputedOptions<Fetched = unknown, Computed = unknown> extends TableOptions {
  /** Computes the rows of a key, as a whole or in parts. */
  readonly make: Make<Fetched, Computed>;
  /** The keys to compute, where they are not the join of the parents in the primary key. */
  readonly keySource?: QueryExpression;
  /** Keeps hidden columns for when, how long and with which code a row was computed (DataJoint 2). */
  readonly jobMetadata?: boolean;
}

/**
 * A table as code: a value that a program holds, like the class of a Python module, and that `schema.activate` declares.
 * What is known of its record (`R`, and `K` for the names of its primary key) goes along.
 */
export interface TableCode<R extends Row = Row, K extends string = string> {
  readonly className: string;
  readonly tier: Exclude<Tier, 'part'>;
  readonly definition: Definition;
  readonly parts: Readonly<Record<string, Definition>>;
  /** Rows that are there from the beginning. */
  readonly contents: readonly InputRow[];
  /** Nothing of the value: the type of the table's rows and of their key. */
  readonly row?: (key: K) => R;
}

/** A table that is populated, as code. */
export interface ComputedCode<R extends Row = Row, K extends string = string> extends TableCode<R, K> {
  readonly tier: 'imported' | 'computed';
  readonly make: Make;
  readonly keySource: QueryExpression | undefined;
  readonly jobMetadata: boolean;
}

/** A table that people fill: `manual('Session', '-> Subject\nsession : int16')`. */
export function manual<R extends Row = Row, K extends string = string>(
  className: string,
  definition: Definition,
  { parts = {} }: TableOptions = {},
): TableCode<R, K> {
  return Object.freeze({ className, tier: 'manual', definition, parts, contents: [] });
}

/** A table of what hardly changes, with the rows that it has from the beginning. */
export function lookup<R extends Row = Row, K extends string = string>(
  className: string,
  definition: Definition,
  { parts = {}, contents = [] }: TableOptions & { readonly contents?: readonly InputRow[] } = {},
): TableCode<R, K> {
  return Object.freeze({ className, tier: 'lookup', definition, parts, contents });
}

/** A table that is computed of others. */
export function computed<Fetched, Computed>(
  className: string,
  definition: Definition,
  options: ComputedOptions<Fetched, Computed>,
): ComputedCode {
  return populated('computed', className, definition, options as ComputedOptions);
}

/** A table that is computed of what lies elsewhere, too: files, instruments. */
export function imported<Fetched, Computed>(
  className: string,
  definition: Definition,
  options: ComputedOptions<Fetched, Computed>,
): ComputedCode {
  return populated('imported', className, definition, options as ComputedOptions);
}

function populated(
  tier: ComputedCode['tier'],
  className: string,
  definition: Definition,
  { parts = {}, make, keySource, jobMetadata = false }: ComputedOptions,
): ComputedCode {
  return Object.freeze({ className, tier, definition, parts, contents: [], make, keySource, jobMetadata });
}
