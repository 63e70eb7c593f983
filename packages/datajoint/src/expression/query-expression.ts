import { inspect } from 'node:util';
import type { Cell, ExecuteOptions, RecordBatch } from '../connection/driver.ts';
import { writtenRecords } from '../connection/written-records.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import { DataJointError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { BlobMode } from '../heading/codec/blob-cell.ts';
import { isTrue } from '../heading/codec/truth.ts';
import { cellReader, type Value } from '../heading/codec/value.ts';
import { didYouMean } from '../suggest.ts';
import { type AggregationOptions, aggregate } from './aggregation.ts';
import { compileCount, compileExists, compileSelect } from './compile.ts';
import { compileRecords, type RecordsStatement } from './compile-records.ts';
import { allOf, always, type Condition } from './condition.ts';
import { type JoinOptions, join } from './join.ts';
import { checkLineages, originOf } from './lineage.ts';
import { type Order, type OrderItem, parseOrder, totalOrder } from './order.ts';
import { printExpression } from './print.ts';
import { type ProjectionItem, project } from './projection.ts';
import type {
  ColumnsOf,
  Joined,
  ListOf,
  NameOf,
  Optional,
  Projected,
  ProjectedKey,
  Row,
  United,
  ValuesOf,
} from './record-types.ts';
import { Relation, type RelationState } from './relation.ts';
import { makeCondition, Not, type Restriction } from './restriction.ts';
import { withObjects } from './stored-cells.ts';
import { Top, type TopOptions } from './top.ts';
import { typedBy } from './typed-by.ts';
import { union } from './union.ts';
import { promote, UniversalSet } from './universal-set.ts';

export interface RecordsOptions extends ExecuteOptions {
  /** How bytes are shown that no text shows; as a mark where nothing is said. */
  readonly blobs?: BlobMode | undefined;
}

/** With all of its members, so that it always has one form: what all statements pass on is read fastest so. */
type Spelled<T> = { readonly [Name in keyof Required<T>]: T[Name] };

/** How the server would go about a query. */
export interface QueryPlan {
  /** What it says of each of its steps, in its own words. */
  readonly steps: readonly Readonly<Record<string, string | null>>[];
  /** About how many rows it expects; undefined where it does not say. */
  readonly estimate: number | undefined;
}

export interface RestrictOptions {
  /** Refuses attributes of the same name that mean different things; default true. */
  readonly semanticCheck?: boolean | undefined;
}

/**
 * A query as a value: every operator makes a new one, and nothing is sent before it is asked for rows.
 *
 * Where the record of a table is declared (`R`, and `K` for the names of its primary key), operators give on what is
 * known of it; otherwise a row is any record.
 */
export class QueryExpression<R extends Row = Row, K extends string = string> extends Relation {
  #checked: Promise<void> | undefined;
  /** Whether that went well. */
  #isChecked = false;
  /** The statement for records that was asked for last. */
  #records:
    | { readonly attributes: readonly Attribute[]; readonly blobs: BlobMode; readonly statement: RecordsStatement }
    | undefined;
  #typedBy: string | undefined;

  constructor(state: RelationState) {
    super(state);
    Object.freeze(this.operation);
    if (new.target === QueryExpression) Object.freeze(this);
  }

  /**
   * The rows that meet the restriction.
   * @throws InvalidRestriction, InvalidExpression, UnknownAttributeError
   */
  restrict(restriction: Restriction | Top, { semanticCheck = true }: RestrictOptions = {}): QueryExpression<R, K> {
    if (restriction instanceof Top) return this.first(restriction);
    const condition = this.conditionOf(restriction, { semanticCheck });
    return condition === always ? this : new QueryExpression<R, K>(restrictTo(this, condition));
  }

  /** The rows that do not meet the restriction. */
  except(restriction: Restriction, options?: RestrictOptions): QueryExpression<R, K> {
    return this.restrict(new Not(restriction), options);
  }

  /** A restriction as read against this expression's heading. */
  protected conditionOf(restriction: Restriction, { semanticCheck = true }: RestrictOptions = {}): Condition {
    return makeCondition(restriction, this.heading, { family: this.executor.dialect.name, semanticCheck });
  }

  /** The primary key, and what else is named, renamed or computed: see {@link ProjectionItem}. */
  proj<const Items extends readonly ProjectionItem[]>(
    ...items: Items
  ): QueryExpression<Projected<R, K, Items>, ProjectedKey<R, K, Items>> {
    return new QueryExpression(project(this, items)) as never;
  }

  /** All pairs of rows of both that agree in the attributes of the same name. @throws InvalidExpression */
  join<Other extends Row, OtherKey extends string>(
    other: QueryExpression<Other, OtherKey>,
    options?: JoinOptions,
  ): QueryExpression<Joined<R, Other>, K | OtherKey>;
  join(other: Relation, options?: JoinOptions): QueryExpression;
  join(other: UniversalSet): QueryExpression<R>;
  join(other: Relation | UniversalSet, options?: JoinOptions): QueryExpression {
    return new QueryExpression(
      other instanceof UniversalSet ? promote(other.primaryKey, this) : join(this, other, options),
    );
  }

  /** The rows with what another expression has to say of each of them: a left join. @throws InvalidExpression */
  extend<Other extends Row, OtherKey extends string>(
    other: QueryExpression<Other, OtherKey>,
    options?: Omit<JoinOptions, 'left'>,
  ): QueryExpression<Joined<R, Optional<Other>>, K> {
    return new QueryExpression(join(this, other, { ...options, left: true })) as never;
  }

  /**
   * For each row, what is computed of the rows of the group that match it:
   * `subject.aggr(session, { sessions: 'count(session)' })`.
   * @throws InvalidExpression
   */
  aggr<const Items extends ProjectionItem | readonly ProjectionItem[] = readonly []>(
    group: Relation,
    items?: Items,
    options?: AggregationOptions,
  ): QueryExpression<Projected<R, K, ListOf<Items>>, ProjectedKey<R, K, ListOf<Items>>> {
    const given: ProjectionItem | readonly ProjectionItem[] = items ?? [];
    const list = (Array.isArray(given) ? given : [given]) as readonly ProjectionItem[];
    return new QueryExpression(aggregate(this, group, list, options)) as never;
  }

  /** The rows of both; one where both have one of the same primary key. @throws InvalidExpression */
  union<Other extends Row, OtherKey extends string>(
    other: QueryExpression<Other, OtherKey>,
  ): QueryExpression<United<R, Other, K>, K>;
  union(other: Relation): QueryExpression;
  union(other: Relation): QueryExpression {
    return new QueryExpression(union(this, other));
  }

  /**
   * The first rows in an order; `KEY` where none is given, and all of them where there is no limit.
   * @throws InvalidRestriction for an unknown attribute, RangeError for a negative limit or offset.
   */
  first({ order = 'KEY', limit, offset = 0 }: TopOptions = {}): QueryExpression<R, K> {
    return this.ordered(parseOrder(order, this.heading), { limit, offset });
  }

  /**
   * An order as read against the heading, and made total; where none is given, that of the `Top` that the rows are of,
   * or `KEY`.
   * @throws InvalidRestriction, UnknownAttributeError
   */
  totalOrder(order: Order = ''): readonly OrderItem[] {
    const { operation, heading } = this;
    const items = order.length === 0 && operation.kind === 'top' ? operation.order : parseOrder(order, heading);
    return totalOrder(items, heading);
  }

  /** The first rows in an order that has been read already. */
  ordered(order: readonly OrderItem[], { limit, offset = 0 }: Omit<TopOptions, 'order'> = {}): QueryExpression<R, K> {
    return new QueryExpression({ ...this, operation: { kind: 'top', of: this, order, limit, offset } });
  }

  /** How many rows there are. */
  async length(options?: ExecuteOptions): Promise<number> {
    await this.check();
    const { rows } = await this.executor.execute(compileCount(this, this.executor.dialect), this.#typed(options));
    return Number(rows[0]?.[0]);
  }

  /** About how many rows the server expects, without counting them; undefined where it does not say. */
  async estimatedLength(options?: ExecuteOptions): Promise<number | undefined> {
    return (await this.explain(options)).estimate;
  }

  /** How the server would find the rows, without looking for them. */
  async explain(options?: ExecuteOptions): Promise<QueryPlan> {
    await this.check();
    const { dialect } = this.executor;
    const { columns, rows } = await this.executor.execute(dialect.explain(compileSelect(this, dialect)), options);
    const steps = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, textOf(row[at] as Cell)])));
    return { steps, estimate: dialect.readEstimate(columns, rows) };
  }

  /** The stored attribute whose values an attribute holds; undefined for what is computed. */
  originOf(name: string): { readonly table: TableName; readonly attribute: string } | undefined {
    const origin = originOf(this, name);
    return origin && { table: origin.table.name, attribute: origin.attribute };
  }

  async isEmpty(options?: ExecuteOptions): Promise<boolean> {
    await this.check();
    const { rows } = await this.executor.execute(compileExists(this, this.executor.dialect), this.#typed(options));
    return !isTrue(rows[0]?.[0]);
  }

  /** All rows; the keys of all rows; the values of one attribute; the columns of several, `KEY` among them. */
  fetch(): Promise<R[]>;
  fetch(key: 'KEY'): Promise<Pick<R, K & keyof R>[]>;
  fetch<Name extends NameOf<R>>(attribute: Name): Promise<R[Name][]>;
  fetch<const Names extends readonly NameOf<R>[]>(...attributes: Names): Promise<ColumnsOf<R, Names>>;
  fetch(...attributes: readonly (NameOf<R> | 'KEY')[]): Promise<(Value[] | Row[])[]>;
  async fetch(...names: readonly string[]): Promise<Row[] | Value[] | (Value[] | Row[])[]> {
    if (names.length === 0) return this.#rows(this.heading.names);
    const rows = await this.#rows(this.#read(names));
    const columns = names.map((name) => rows.map((row) => this.#part(row, name)));
    return (names.length === 1 ? columns[0] : columns) as Row[] | Value[] | (Value[] | Row[])[];
  }

  /**
   * The only row; its key; the value of one attribute; those of several.
   * @throws DataJointError when there is none or more than one.
   */
  fetch1(): Promise<R>;
  fetch1(key: 'KEY'): Promise<Pick<R, K & keyof R>>;
  fetch1<Name extends NameOf<R>>(attribute: Name): Promise<R[Name]>;
  fetch1<const Names extends readonly NameOf<R>[]>(...attributes: Names): Promise<ValuesOf<R, Names>>;
  fetch1(...attributes: readonly (NameOf<R> | 'KEY')[]): Promise<(Value | Row)[]>;
  async fetch1(...names: readonly string[]): Promise<Row | Value | (Value | Row)[]> {
    const read = names.length === 0 ? this.heading.names : this.#read(names);
    const [row, more] = await this.ordered([], { limit: 2 }).#rows(read);
    if (row === undefined || more !== undefined) {
      throw new DataJointError(`Expected exactly one row, got ${row === undefined ? 'none' : 'more than one'}.`);
    }
    if (names.length === 0) return row;
    const parts = names.map((name) => this.#part(row, name));
    return names.length === 1 ? (parts[0] as Value | Row) : parts;
  }

  /** The first rows by primary key. */
  head(limit = 25): Promise<R[]> {
    return this.first({ limit }).fetch();
  }

  /** The last rows by primary key, in its order. */
  async tail(limit = 25): Promise<R[]> {
    return (await this.first({ order: 'KEY DESC', limit }).fetch()).reverse();
  }

  /** Rows one by one, while they arrive; leaving the loop stops the query. */
  async *[Symbol.asyncIterator](): AsyncIterator<R> {
    const { attributes, names } = this.heading;
    for await (const batch of this.cells(names)) yield* (await this.#decoded(attributes, batch)) as R[];
  }

  /** The cells of the named attributes as the wire carries them, in batches while they arrive. */
  async *cells(
    names: readonly string[],
    options?: ExecuteOptions,
  ): AsyncGenerator<readonly (readonly Cell[])[], void, undefined> {
    await this.check();
    yield* this.executor.stream(compileSelect(this, this.executor.dialect, names), this.#typed(options));
  }

  /**
   * The rows with these attributes as records of the REST API, in batches while they arrive: text of JSON.
   */
  records(attributes: readonly Attribute[], options: RecordsOptions = {}): AsyncIterableIterator<RecordBatch> {
    return this.#isChecked ? this.#recordBatches(attributes, options) : this.#checkedRecords(attributes, options);
  }

  async *#checkedRecords(
    attributes: readonly Attribute[],
    options: RecordsOptions,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    await this.check();
    yield* this.#recordBatches(attributes, options);
  }

  #recordBatches(attributes: readonly Attribute[], options: RecordsOptions): AsyncIterableIterator<RecordBatch> {
    const { executor } = this;
    const { blobs = 'mark' } = options;
    const { statement, stored, format } = this.#compiledRecords(attributes, blobs);
    const isPlain = blobs === 'mark' || stored.length === 0;
    if (isPlain && executor.records !== undefined) return executor.records(statement, format, this.#typed(options));
    const batches = executor.stream(statement, this.#typed(options));
    return writtenRecords(isPlain ? batches : withObjects(batches, stored, blobs, executor), format);
  }

  #typed({ signal, goesFirst, isUnlimited }: ExecuteOptions = {}): Spelled<ExecuteOptions> {
    this.#typedBy ??= typedBy(this);
    return { signal, goesFirst, isUnlimited, typedBy: this.#typedBy };
  }

  #compiledRecords(attributes: readonly Attribute[], blobs: BlobMode): RecordsStatement {
    const known = this.#records;
    if (known?.attributes === attributes && known.blobs === blobs) return known.statement;
    const statement = compileRecords(this, this.executor.dialect, attributes, blobs);
    this.#records = { attributes, blobs, statement };
    return statement;
  }

  /** The attributes to select for what is asked: the primary key in place of `KEY`. */
  #read(names: readonly string[]): readonly string[] {
    const read = names.flatMap((name) => (this.#isKey(name) ? this.heading.primaryKey : [name]));
    return [...new Set(read)];
  }

  #isKey(name: string): boolean {
    return name === 'KEY' && !this.heading.has(name);
  }

  #part(row: Row, name: string): Value | Row {
    if (!this.#isKey(name)) return row[name] as Value;
    const key = Object.create(null) as Row;
    for (const part of this.heading.primaryKey) key[part] = row[part] as Value;
    return key;
  }

  /**
   * Sees to it that attributes that are matched mean the same, as lineages say: what every look at rows does first.
   * @throws InvalidExpression naming the attribute and its lineages.
   */
  async check(): Promise<void> {
    this.#checked ??= checkLineages(this);
    try {
      await this.#checked;
      this.#isChecked = true;
    } catch (error) {
      this.#checked = undefined;
      throw error;
    }
  }

  async #rows(names: readonly string[]): Promise<Row[]> {
    await this.check();
    const attributes = this.#attributes(names);
    const { rows } = await this.executor.execute(compileSelect(this, this.executor.dialect, names), this.#typed());
    return await this.#decoded(attributes, rows);
  }

  #attributes(names: readonly string[]): readonly Attribute[] {
    return names.map((name) => {
      const attribute = this.heading.get(name);
      if (attribute !== undefined) return attribute;
      throw new DataJointError(`Attribute \`${name}\` not found.${didYouMean(name, this.heading.names)}`);
    });
  }

  /** Rows of what their cells hold; what is kept in stores is fetched from there, column by column. */
  async #decoded(attributes: readonly Attribute[], batch: readonly (readonly Cell[])[]): Promise<Row[]> {
    const rows = batch.map(() => Object.create(null) as Row);
    for (const [index, attribute] of attributes.entries()) {
      const cells = batch.map((row) => row[index] as Cell);
      const values =
        (await attribute.objects?.read(attribute, cells, this.executor)) ?? cells.map(cellReader(attribute));
      for (const [place, row] of rows.entries()) row[attribute.name] = values[place] as Value;
    }
    return rows;
  }

  /** The statement that would be sent, for logs and tests. */
  toSql(): { readonly text: string; readonly params: readonly unknown[] } {
    const { dialect } = this.executor;
    return compileSelect(this, dialect).toStatement(dialect.syntax);
  }

  /** The expression in DataJoint's own notation: `Session & {"rig": 2}`. */
  override toString(): string {
    return printExpression(this);
  }

  [inspect.custom](): string {
    return `${this.constructor.name}(${this.toSql().text})`;
  }
}

const textOf = (cell: Cell): string | null => (cell === null ? null : String(cell));

/** The rows of a relation that meet a condition; conditions one after the other are one. */
function restrictTo(relation: Relation, condition: Condition): RelationState {
  const { executor, heading, operation } = relation;
  const { of, condition: before } = operation.kind === 'restriction' ? operation : { of: relation, condition: always };
  return { executor, heading, operation: { kind: 'restriction', of, condition: allOf([before, condition]) } };
}
