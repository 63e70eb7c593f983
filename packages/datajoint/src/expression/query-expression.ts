import { inspect } from 'node:util';
import type { Cell, ExecuteOptions } from '../connection/driver.ts';
import { DataJointError } from '../errors.ts';
import { isTrue } from '../heading/codec/truth.ts';
import { cellReader, type Value } from '../heading/codec/value.ts';
import { compileCount, compileExists, compileSelect } from './compile.ts';
import { allOf, always, type Condition } from './condition.ts';
import { type Order, type OrderItem, parseOrder } from './order.ts';
import { Relation, type RelationState, type Top } from './relation.ts';
import { makeCondition, Not, type Restriction } from './restriction.ts';

/** A fetched row: attribute names and values, on an object without prototype. */
export type Row = Record<string, Value>;

export interface TopOptions {
  readonly order?: Order | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** A query as a value: every operator makes a new one, and nothing is sent before it is asked for rows. */
export class QueryExpression extends Relation {
  /** The rows that meet the restriction. @throws InvalidRestriction */
  restrict(restriction: Restriction): QueryExpression {
    const condition = makeCondition(restriction, this.heading);
    if (condition === always) return this;
    return this.#outside({ condition: allOf([this.condition, condition]) }, condition);
  }

  /** The rows that do not meet the restriction. */
  except(restriction: Restriction): QueryExpression {
    return this.restrict(new Not(restriction));
  }

  /**
   * The first rows in an order; `KEY` where none is given.
   * @throws InvalidRestriction for an unknown attribute, RangeError for a negative limit or offset.
   */
  first({ order = 'KEY', limit, offset = 0 }: TopOptions): QueryExpression {
    return this.ordered(parseOrder(order, this.heading), { limit, offset });
  }

  /** The first rows in an order that has been read already. */
  ordered(order: readonly OrderItem[], { limit, offset = 0 }: Omit<TopOptions, 'order'> = {}): QueryExpression {
    const top: Top = { order, limit, offset };
    return this.top === undefined
      ? new QueryExpression({ ...this, top })
      : new QueryExpression({ ...this, source: { kind: 'query', relation: this }, condition: always, top });
  }

  /** How many rows there are. */
  async length(options?: ExecuteOptions): Promise<number> {
    const { rows } = await this.executor.execute(compileCount(this, this.executor.dialect), options);
    return Number(rows[0]?.[0]);
  }

  async isEmpty(options?: ExecuteOptions): Promise<boolean> {
    const { rows } = await this.executor.execute(compileExists(this, this.executor.dialect), options);
    return !isTrue(rows[0]?.[0]);
  }

  /** All rows; the keys of all rows; the values of one attribute; the columns of several. */
  fetch(): Promise<Row[]>;
  fetch(key: 'KEY'): Promise<Row[]>;
  fetch(attribute: string): Promise<Value[]>;
  fetch(...attributes: readonly string[]): Promise<Value[][]>;
  async fetch(...names: readonly string[]): Promise<Row[] | Value[] | Value[][]> {
    if (names.length === 0) return this.#rows(this.heading.names);
    if (names.length === 1 && names[0] === 'KEY') return this.#rows(this.heading.primaryKey);
    const rows = await this.#rows(names);
    const columns = names.map((name) => rows.map((row) => row[name] as Value));
    return names.length === 1 ? (columns[0] as Value[]) : columns;
  }

  /** The only row. @throws DataJointError when there is none or more than one. */
  async fetch1(): Promise<Row> {
    const rows = await this.first({ order: [], limit: 2 }).#rows(this.heading.names);
    const [row] = rows;
    if (row === undefined || rows.length > 1) {
      throw new DataJointError(`Expected exactly one row, got ${row === undefined ? 'none' : 'more than one'}.`);
    }
    return row;
  }

  /** Rows one by one, while they arrive; leaving the loop stops the query. */
  async *[Symbol.asyncIterator](): AsyncIterator<Row> {
    const decode = this.#decoder(this.heading.names);
    for await (const batch of this.cells(this.heading.names)) for (const cells of batch) yield decode(cells);
  }

  /** The cells of the named attributes as the wire carries them, in batches while they arrive. */
  cells(names: readonly string[], options?: ExecuteOptions): AsyncIterable<readonly (readonly Cell[])[]> {
    return this.executor.stream(compileSelect(this, this.executor.dialect, names), options);
  }

  async #rows(names: readonly string[]): Promise<Row[]> {
    const decode = this.#decoder(names);
    const { rows } = await this.executor.execute(compileSelect(this, this.executor.dialect, names));
    return rows.map(decode);
  }

  #decoder(names: readonly string[]): (cells: readonly Cell[]) => Row {
    const readers = names.map((name) => {
      const attribute = this.heading.get(name);
      if (attribute === undefined) throw new DataJointError(`Attribute \`${name}\` not found.`);
      return [name, cellReader(attribute)] as const;
    });
    return (cells) => {
      const row = Object.create(null) as Row;
      for (const [index, [name, read]] of readers.entries()) row[name] = read(cells[index] as Cell);
      return row;
    };
  }

  /** A further condition on rows already cut to a limit has to be applied from outside. */
  #outside(inside: Pick<RelationState, 'condition'>, outside: Condition): QueryExpression {
    return this.top === undefined
      ? new QueryExpression({ ...this, ...inside })
      : new QueryExpression({
          ...this,
          source: { kind: 'query', relation: this },
          condition: outside,
          top: undefined,
        });
  }

  /** The statement that would be sent, for logs and tests. */
  toSql(): { readonly text: string; readonly params: readonly unknown[] } {
    const { dialect } = this.executor;
    return compileSelect(this, dialect).toStatement(dialect.syntax);
  }

  [inspect.custom](): string {
    return `${this.constructor.name}(${this.toSql().text})`;
  }
}
